"""The pages of departments: how each stands in words, who may do what, and what hostile titles become."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from gateway.journal.queues.departments import KeepStanding
from gateway.model.department import BreakerRow
from gateway.operations.controls import WantedControls
from gateway.web.times import clock
from tests.gateway.web.conftest import Browser, Hall
from tests.gateway.web.console.signed import FRONT, filed, held, signed_in

HOSTILE = "<script>alert(1)</script>\"\u202e税'&"


async def _pause(hall: Hall, name: str = "tax", **limits: float) -> None:
    wanted = WantedControls(paused=True, limits=limits)
    await hall.gateway.parts.controls.change(name, wanted, reason="王芳 said so <b>", caller=FRONT)


async def test_each_stands_there_in_words_with_its_queue(hall: Hall, tmp_path: Path) -> None:
    await filed(hall, "company-start", 3)
    held(tmp_path, "tax", "http_400")
    browser = await signed_in(hall, "supervisor", "sun")
    await browser.get("/console/departments")
    assert "Departments: 5, all of them work." in browser.text
    assert 'role="img" aria-label="Not finished: 3 (needs a person 3)"' in browser.page
    assert "oldest just now" in browser.text
    await _pause(hall)
    await browser.get("/console/departments")
    assert "Taking no work now: 1." in browser.text
    assert browser.text.index("Tax") < browser.text.index("Marriage")  # those that take no work come first
    assert "Paused by an operator since" in browser.text
    assert "#controls" not in browser.page  # a supervisor sees, and does nothing


async def test_one_shows_its_limits_and_who_changed_them_by_what_each_role_may_see(hall: Hall) -> None:
    await _pause(hall, concurrency=4)
    supervisor, auditor = await signed_in(hall, "supervisor", "sun"), await signed_in(hall, "auditor", "shen")
    head, operator = await signed_in(hall, "head:tax", "he"), await signed_in(hall, "operator", "zhou")
    for browser in (supervisor, auditor, head, operator):
        assert (await browser.get("/console/departments/tax")).status == 200
        assert "4 (configured: 32; " in browser.text
        assert ("<form" in browser.page.partition("<main")[2]) is (browser is operator)
        assert ("said so &lt;b&gt;" in browser.page) is (browser in (supervisor, operator))
    assert (await head.get("/console/departments/marriage")).status == 404
    await head.get("/console/departments")
    assert "Departments: 1." in head.text


async def test_a_probe_says_what_came_of_it_and_is_offered_while_it_can_be_asked_for(hall: Hall) -> None:
    page, journal, every = "/console/departments/tax", hall.gateway.parts.repairs.journal, 600 * 1_000_000
    config = hall.gateway.parts.departments["tax"].config
    object.__setattr__(config, "breaker", config.breaker.model_copy(update={"open_seconds": 600}))
    now = journal.now()
    operator, supervisor = await signed_in(hall, "operator", "zhou"), await signed_in(hall, "supervisor", "sun")
    down = BreakerRow(name="tax", breaker="stopped", failures=1, problem="http_401", since=now - every, probe_at=now + every, version=1)

    async def seen(browser: Browser, version: int, **now_so: Any) -> str:
        assert await journal.write(KeepStanding(row=replace(down, version=version, **now_so)))
        await browser.get(f"{page}?done=probed")
        return browser.text

    first = await seen(operator, 1, since=now, probe_at=now + 6 * every)
    assert "It was probed at" not in first, "it refused the call that found it out, and was not probed since"
    assert (f'action="{page}/probe"' in operator.page, operator.page.count("main-act")) == (True, 1)
    assert "departments/tax/" in first
    assert "gateway reload" in first
    assert "It is being probed." in await seen(operator, 2, probe_at=now)
    assert f'action="{page}/probe"' not in operator.page, "it is about to be"
    again = await seen(operator, 3, probe_at=now - 5_000_000 + 6 * every)
    assert again.count(f"It was probed at {clock(now - 5_000_000)}, and is not back.") == 2, "where it was asked for, and where it stands"
    assert f'action="{page}/probe"' in operator.page
    seen_only = await seen(supervisor, 4, probe_at=now - 5_000_000 + 6 * every)
    assert "It was probed at" in seen_only
    assert "departments/tax/" not in supervisor.page.partition("<main")[2].replace(page, "")
    assert "It is being probed." in await seen(operator, 5, breaker="half_open", probe_at=now + every)
    assert f'hx-sse:connect="{page}?done=probed"' in operator.page, "what is sent anew says it too"
    assert "The probe worked" in await seen(operator, 6, breaker="closed", failures=0, problem=None, probe_at=None)
    assert f'action="{page}/probe"' not in operator.page


async def test_a_hostile_title_is_shown_as_text(hall: Hall) -> None:
    hosted = hall.gateway.parts.departments["tax"]
    object.__setattr__(hosted.config, "title", hosted.config.title.model_copy(update={"zh": HOSTILE, "en": HOSTILE}))
    browser = await signed_in(hall, "operator", "zhou")
    for path in ("/console/departments", "/console/departments/tax", "/console/jobs", "/console/reconciliation?department=tax"):
        await browser.get(path)
        assert HOSTILE in browser.text
        assert "<script>alert" not in browser.page
