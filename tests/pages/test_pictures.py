"""Pictures for the README, made from the running gateway: ``make pictures`` keeps them, and each run makes them, so the list stays true.

A further picture is a line in ``PICTURES``. The people are invented and always the same; the times are those of the run.
"""

from __future__ import annotations

import asyncio
import base64
import os
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from gateway.people.one_time_codes import code_at, step_at
from tests.faults.client import calling, reaches, states
from tests.faults.installation import ROOT, Installation, sample
from tests.pages.desk import begin, fill, told

pytestmark = pytest.mark.slow("drives a browser; tests/gateway/web reads every page without one")

#: Where they are kept when PICTURES says so.
_KEPT = ROOT / "docs" / "pictures"
#: Bytes that one of them may have: they stay in the history.
_LIMIT = 150_000


@dataclass(frozen=True, slots=True)
class Variant:
    """The window, and the choices of the person in front of it."""

    width: int
    height: int
    language: str = "zh-CN"
    theme: str = "light"
    size: str = "standard"


VARIANTS: Mapping[str, Variant] = {
    "phone": Variant(390, 760),
    "phone, large": Variant(390, 760, size="large"),
    "desk": Variant(1280, 800),
    "desk, English": Variant(1280, 800, language="en"),
    "paper": Variant(1000, 900),
    "hall": Variant(1280, 720),
    "desk, dark": Variant(1280, 800, theme="dark"),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """The file's name, the page (ids stand in it by their names in ``named``), who sees it, and how."""

    name: str
    path: str
    role: str = ""
    variant: str = "desk"


PICTURES = (
    Picture("services", "/", variant="phone"),
    Picture("guide-en", "/services/newlywed", variant="desk, English"),
    Picture("progress", "/t", variant="phone, large"),
    Picture("counter-form", "/counter/{checked}/form", "clerk"),
    Picture("counter-check", "/counter/{checked}/check", "clerk"),
    Picture("receipt", "/counter/{filed}/receipt", "clerk", "paper"),
    Picture("terminal", "/kiosk"),
    Picture("board", "/board/hall", variant="hall"),
    Picture("attention", "/console", "supervisor"),
    Picture("cases-en", "/console/cases", "supervisor", "desk, English"),
    Picture("case-in-doubt", "/console/cases/{in_doubt}", "operator"),
    Picture("departments", "/console/departments", "supervisor", "desk, dark"),
)
#: The people whose pages are shown.
_NAMES = {"clerk": "王晓", "supervisor": "周敏", "operator": "陈立", "auditor": "何静", "administrator": "吴越"}


@pytest.fixture(scope="module")
def cases(gateway: Installation) -> dict[str, str]:
    """File one case of each kind that the README teaches to make, and give their ids."""
    with ThreadPoolExecutor(1) as apart:  # the browser's loop runs in this thread
        return apart.submit(lambda: asyncio.run(_file(gateway))).result()


async def _file(gateway: Installation) -> dict[str, str]:
    found: dict[str, str] = {}
    async with calling(gateway) as front_end, calling(gateway, "operator") as operator:

        async def file(name: str, service: str, department: str, *until: str) -> None:
            _, filed = await front_end.file(sample(service), name)
            found[name] = filed["id"]
            await front_end.until(filed["id"], reaches(department, *until))

        await file("approved", "newlywed", "exit_entry", "approved")
        gateway.sandbox("exit_entry", "faults", {"fault": "drop_reply", "times": 1})
        await file("in_doubt", "newlywed", "exit_entry", "in_doubt")
        gateway.sandbox("marriage", "faults", {"fault": "soap_fault", "code": "Client", "times": 1})
        await file("held", "newlywed", "marriage", "held")
        stop = {"paused": True, "reason": "对方今晚停机维护"}
        for service in ("passport", "housing-holdings"):  # the hall's screen lists a service from its fifth case on
            for number in range(5):
                await front_end.file(sample(service), f"{service} {number}")
        status, said = await operator.call("PATCH", "/v1/departments/tax", stop)
        assert status == 200, said
        await file("stopped", "house-transfer", "tax", "ready")
        assert states(await front_end.get(f"/v1/applications/{found['stopped']}"))["tax"] == "ready"
    return found


@pytest.fixture(scope="module")
def people(browser: Browser, gateway: Installation) -> Iterator[dict[str, BrowserContext]]:
    """Sign each person in once, since a code counts once, and give what their browsers keep."""
    signed: dict[str, BrowserContext] = {"": browser.new_context(reduced_motion="reduce")}
    for role in sorted({one.role for one in PICTURES} - {""}):
        signed[role] = browser.new_context(reduced_motion="reduce")
        page = signed[role].new_page()
        password, code = _account(gateway, role)
        page.goto(f"{gateway.url}/sign-in")
        page.fill("#login", role)
        page.fill("#password", password)
        page.fill("#code", code)
        page.locator("form .main-act").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
    yield signed
    for context in signed.values():
        context.close()


@pytest.fixture(scope="module")
def named(cases: dict[str, str], people: dict[str, BrowserContext], gateway: Installation) -> dict[str, str]:
    """Fill two drafts in at the counter, to the step where each is shown, and give their ids with those of the cases."""
    page, found = people["clerk"].new_page(), dict(cases)
    for name, step in (("checked", "check"), ("filed", "receipt")):
        found[name] = begin(page, gateway.url, "house-transfer")
        fill(page, "house-transfer", step)
    page.close()
    return found


def _account(gateway: Installation, role: str) -> tuple[str, str]:
    """Make the account of a role. Gives its password, and its code of this moment where it has codes."""
    group = ("--group", "hall") if role == "clerk" else ()
    password, *secret = told(gateway, "user", "add", role, role, "--name", _NAMES[role], *group).split()
    if not secret:
        return password, ""
    key = base64.b32decode(secret[0] + "=" * (-len(secret[0]) % 8))
    return password, code_at(key, step_at(time.time_ns() // 1000))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the folder of the pictures, one of the test's own unless they are to be kept."""
    if not os.environ.get("PICTURES"):
        return tmp_path
    _KEPT.mkdir(exist_ok=True)
    return _KEPT


@pytest.mark.parametrize("picture", PICTURES, ids=lambda one: one.name)
def test_a_picture(picture: Picture, gateway: Installation, named: dict[str, str], people: dict[str, BrowserContext], folder: Path) -> None:
    variant, address = VARIANTS[picture.variant], gateway.url + picture.path.format_map(named)
    page = people[picture.role].new_page()
    page.set_viewport_size({"width": variant.width, "height": variant.height})
    choices = {"language": variant.language, "theme": variant.theme, "size": variant.size}
    page.context.add_cookies([{"name": name, "value": value, "url": gateway.url} for name, value in choices.items()])
    answer = page.goto(address)
    assert answer is not None
    assert (answer.status, page.url) == (200, address)
    taken = page.screenshot(path=folder / f"{picture.name}.png", caret="hide", animations="disabled")
    page.close()
    assert 1000 < len(taken) <= _LIMIT
