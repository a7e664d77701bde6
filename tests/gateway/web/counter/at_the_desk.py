"""A clerk at the counter, and the forms that her browser would send."""

from __future__ import annotations

import html
import re
from typing import Any

from gateway.catalogue.drawing.posted import flat
from tests.faults.installation import sample
from tests.gateway.web.conftest import Browser, Hall
from tests.gateway.web.console.filed import signed_in


async def clerk(hall: Hall, login: str = "liu", group: str = "hall") -> Browser:
    """Give the browser of a clerk who has just signed in."""
    return await signed_in(hall, "clerk", login, group)


async def begun(browser: Browser, service: str) -> str:
    """Begin a draft, and give the address below which its pages are."""
    await browser.get("/counter")
    answer = await browser.post("/counter/begin", {**browser.proof(), "service": service})
    assert answer.status == 303, browser.text
    return answer.headers["Location"].removesuffix("/applicant")


def hidden(browser: Browser) -> dict[str, str]:
    """Give what the page's main form carries unseen: its proof, and the version of the draft."""
    found = re.search(r'name="version" value="(\d+)"', browser.page)
    return {**browser.proof(), **({"version": found[1]} if found else {})}


async def send(browser: Browser, path: str, fields: dict[str, str]) -> str:
    """Open a step, send its form with these fields, and give where it leads: empty where the page is shown again."""
    assert (await browser.get(path)).status == 200, browser.text
    answer = await browser.post(path, {**hidden(browser), **fields})
    return answer.headers.get("Location", "")


async def filled(browser: Browser, service: str, change: Any = lambda _: None) -> str:
    """Fill a draft in as the service's sample has it, up to the page where it is checked."""
    body = sample(service)
    change(body)
    draft = await begun(browser, service)
    assert await send(browser, f"{draft}/applicant", flat(body["applicant"], "/applicant")) == f"{draft}/form", browser.text
    assert await send(browser, f"{draft}/form", flat(body["data"], "/data")) == f"{draft}/documents", browser.text
    assert await send(browser, f"{draft}/documents", {}) == f"{draft}/check", browser.text
    return draft


async def file(browser: Browser, draft: str, **fields: str) -> str:
    """File a draft whose applicant has confirmed it, and give where that leads."""
    await browser.get(f"{draft}/check")
    answer = await browser.post(f"{draft}/file", {**hidden(browser), "confirmed": "yes", **fields})
    return answer.headers.get("Location", "")


def words(browser: Browser) -> str:
    """Give the page's words with single spaces."""
    return " ".join(html.unescape(browser.text).split())
