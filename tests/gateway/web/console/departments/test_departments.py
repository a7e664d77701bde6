"""The pages of departments: how each stands in words, who may do what, and what hostile titles become."""

from __future__ import annotations

from pathlib import Path

from gateway.operations.controls import WantedControls
from tests.gateway.web.conftest import Hall
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
    assert 'role="img" aria-label="Open: 3 (needs a person 3)"' in browser.page
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


async def test_a_hostile_title_is_shown_as_text(hall: Hall) -> None:
    hosted = hall.gateway.parts.departments["tax"]
    object.__setattr__(hosted.config, "title", hosted.config.title.model_copy(update={"zh": HOSTILE, "en": HOSTILE}))
    browser = await signed_in(hall, "operator", "zhou")
    for path in ("/console/departments", "/console/departments/tax", "/console/jobs", "/console/reconciliation?department=tax"):
        await browser.get(path)
        assert HOSTILE in browser.text
        assert "<script>alert" not in browser.page
