"""The page of the configuration: what holds, who lives and what is to be seen to, with the commands that change it."""

from __future__ import annotations

import time
from dataclasses import replace

from gateway.people.accounts import Told
from gateway.people.one_time_codes import code_at, step_at
from tests.gateway.web.conftest import WORD, Browser, Hall


async def signed_in_operator(hall: Hall, browser: Browser) -> Told:
    """Sign an operator in."""
    told = await hall.gateway.parts.people.accounts.create("olga", "Olga", "operator", password=WORD, actor="test")
    assert told.secret is not None
    assert (await browser.sign_in("olga", WORD, code_at(told.secret, step_at(time.time_ns() // 1000)))).status == 303
    return told


async def test_it_shows_what_holds_and_what_is_to_be_seen_to(hall: Hall, browser: Browser) -> None:
    await signed_in_operator(hall, browser)
    assert (await browser.get("/console/configuration")).status == 200
    assert "There is nothing to see to." in browser.text
    for service in hall.gateway.parts.catalogue.services.values():
        assert service.digest in browser.page
    for department in hall.gateway.parts.departments.values():
        assert department.digest in browser.page
    assert "answers HTTP" in browser.text
    assert "gateway reload" in browser.text
    assert 'method="post"' not in browser.page.split("<main")[1], "nothing is changed here"

    hall.gateway.reload.warning = "the reload was refused <b>"
    tax = hall.gateway.parts.departments["tax"]
    broken = {**hall.gateway.parts.departments, "tax": replace(tax, department=None, problem="its adapter <i> cannot be opened")}
    hall.gateway.reload.departments.replace(broken)
    await browser.get("/console/configuration")
    assert "the reload was refused &lt;b&gt;" in browser.page
    assert "The last reload was refused" in browser.text, "said in the reader's language beside it"
    assert "its adapter &lt;i&gt; cannot be opened" in browser.page


async def test_who_runs_nothing_does_not_see_it(hall: Hall, browser: Browser) -> None:
    await hall.gateway.parts.people.accounts.create("chen", "Chen", "supervisor", password=WORD, actor="test")
    await browser.sign_in("chen")
    for path in ("/console/configuration", "/console/keys"):
        assert (await browser.get(path)).status == 403
