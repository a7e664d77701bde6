"""Many sent again at the console in a browser: looked at first, begun once by two presses, followed, stopped."""

from __future__ import annotations

import re

import pytest

from gateway.operations.jobs.runner import WINDOW
from tests.faults.installation import Installation
from tests.pages.conftest import Visitor
from tests.pages.desk import ask, file, reach, sign_in, state

pytestmark = pytest.mark.slow("drives a browser; tests/gateway/web/console/jobs sends every form without one")


def _hold(gateway: Installation, count: int) -> list[str]:
    """File so many cases that the marriage registry does not take, so that a person has to see to them."""
    order = {"fault": "soap_fault", "code": "Client", "operation": "register", "times": count}
    gateway.sandbox("marriage", "faults", order)
    cases = file(gateway, "newlywed", count)
    reach(gateway, cases, "marriage", "held")
    return cases


def test_many_are_looked_at_and_sent_again_once_by_two_presses(visitor: Visitor, gateway: Installation) -> None:
    sign_in(visitor, gateway, "operator")
    page = visitor.page
    visitor.go("/console/jobs")
    assert visitor.accessible() == []
    visitor.fits()
    cases = _hold(gateway, 3)
    before = len(ask(gateway, "GET", "/v1/jobs")["items"])
    page.select_option("#department", "marriage")
    page.locator("form.chooser button").click()
    page.wait_for_url("**look=1**")
    assert page.locator(".would b").all_inner_texts() == ["3", "0", "0"]
    button = page.locator("form[method=post] .main-act").last
    assert "3" in button.inner_text()
    assert page.locator("main .main-act").count() == 1
    assert visitor.accessible() == []
    visitor.fits()
    page.fill("#reason", '对方已修复 "<script>alert(1)</script>"')
    button.dblclick(no_wait_after=True)
    page.wait_for_url(re.compile(r"/console/jobs/[0-9a-f-]{36}$"))
    assert len(ask(gateway, "GET", "/v1/jobs")["items"]) == before + 1
    page.locator("#live .tag.ok").wait_for()  # it has ended, which the page shows by itself
    assert page.locator("#live tbody tr").filter(has=page.locator("a[href^='/console/cases/']")).count() == 3
    assert "<script>alert(1)" in page.locator("#live").inner_text()
    assert visitor.accessible() == []
    visitor.fits()
    reach(gateway, cases, "marriage", "approved")
    visitor.kept_to_the_policy()


def test_what_is_never_repeated_is_said_and_not_touched(visitor: Visitor, gateway: Installation) -> None:
    sign_in(visitor, gateway, "operator")
    page = visitor.page
    gateway.sandbox("exit_entry", "faults", {"fault": "drop_reply", "times": 1})
    reach(gateway, file(gateway, "passport"), "exit_entry", "in_doubt")
    visitor.go("/console/jobs?department=exit_entry&look=1")
    assert page.locator(".would b").all_inner_texts()[:2] == ["0", "0"]
    assert page.locator("main form[method=post]").count() == 0
    assert visitor.accessible() == []
    visitor.fits()
    visitor.go("/console/reconciliation?department=exit_entry")
    assert page.locator("#first").is_visible()
    assert visitor.accessible() == []
    visitor.fits()
    with page.expect_download() as coming:
        page.locator("a[download]").click()
    assert coming.value.suggested_filename.startswith("exit_entry-")
    visitor.kept_to_the_policy()


def test_a_job_is_begun_and_stopped_without_scripts_while_its_department_is_paused(without_scripts: Visitor, gateway: Installation) -> None:
    sign_in(without_scripts, gateway, "operator")
    page = without_scripts.page
    cases = _hold(gateway, WINDOW + 2)  # more than a job has on their way at once: it waits for some to be done
    _paused(gateway, paused=True)
    try:
        without_scripts.go("/console/jobs")
        page.select_option("#department", "marriage")
        page.locator("form.chooser button").click()
        page.locator("form[method=post] .main-act").last.click()  # without a reason: the browser asks for it
        assert "/console/jobs?" in page.url
        page.fill("#reason", "试一下")
        page.fill("#typed", str(len(cases)))  # so many are not sent again by a press alone
        page.locator("form[method=post] .main-act").last.click()
        page.wait_for_url(re.compile(r"/console/jobs/[0-9a-f-]{36}$"))
        page.locator("form[action$='/stop'] button").click()
        assert page.locator("#live .tag.ok").is_visible()
        assert page.locator("form[action$='/stop']").count() == 0
    finally:
        _paused(gateway, paused=False)
    reach(gateway, cases[:WINDOW], "marriage", "approved")  # what it had released goes on
    rest = cases[WINDOW:]
    assert [state(gateway, case, "marriage") for case in rest] == ["held", "held"], "and nothing else does"
    ask(gateway, "POST", "/v1/deliveries/retry", {"filter": {"department": "marriage"}, "reason": "done"})
    reach(gateway, rest, "marriage", "approved")


def test_a_job_is_begun_by_the_keyboard_alone(visitor: Visitor, gateway: Installation) -> None:
    sign_in(visitor, gateway, "operator")
    page = visitor.page
    cases = _hold(gateway, 1)
    visitor.go("/console/jobs?department=marriage")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "reason":
            break
    page.keyboard.type("mended")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/console/jobs/[0-9a-f-]{36}$"))
    reach(gateway, cases, "marriage", "approved")


def _paused(gateway: Installation, *, paused: bool) -> None:
    ask(gateway, "PATCH", "/v1/departments/marriage", {"paused": paused, "reason": "t"})
