"""Departments at the console in a browser: paused and resumed, explained, probed, by the keyboard alone, without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Dialog

from tests.faults.installation import Installation
from tests.pages.conftest import Visitor
from tests.pages.desk import file, reach, sign_in

pytestmark = pytest.mark.slow("drives a browser; tests/gateway/web/console/departments sends every form without one")

#: A title as nobody should write it: markup, quotes, a mark that turns the direction of writing, and more than a line of it.
HOSTILE = '<script>alert("税务")</script>\u202e\' & <b>' + "长" * 50


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A gateway whose departments, once down, are not probed before somebody says so."""
    made = Installation(tmp_path_factory.mktemp("pages"), {"breaker": {"failures": 1, "open_seconds": 600}})
    made.configure("social_security", {"title": {"zh": HOSTILE, "en": HOSTILE}})
    try:
        made.start_sandboxes()
        made.start_gateway()
        yield made
    finally:
        made.close()


def test_everybody_can_read_them(visitor: Visitor, gateway: Installation) -> None:
    sign_in(visitor, gateway, "operator")
    page = visitor.page
    for path in ("/console/departments", "/console/departments/tax", "/console/departments/social_security", "/console/reconciliation"):
        visitor.go(path)
        assert visitor.accessible() == [], path
        visitor.fits()
        visitor.kept_to_the_policy()
    visitor.go("/console/departments/tax")
    page.locator("form[action$='/limits'] input[name=concurrency]").fill("many")
    page.fill("#limits-reason", "r")
    page.locator("form[action$='/limits'] button").click()
    assert page.locator(".field.bad").count() == 1
    assert page.input_value("#concurrency") == "many"
    assert visitor.accessible() == []
    visitor.fits()


def test_one_is_paused_with_a_reason_keeps_its_queue_and_is_resumed(visitor: Visitor, gateway: Installation) -> None:
    sign_in(visitor, gateway, "operator")
    page = visitor.page
    visitor.go("/console/departments/tax")
    page.fill("#reason", '对方今晚停机 <img src=x onerror="alert(1)">')
    page.locator("form[action$='/pause'] button").click()
    page.wait_for_url("**/console/departments/tax?done=paused")
    assert page.locator("[role=status].note").is_visible()
    assert page.locator("img").count() == 0
    assert visitor.accessible() == []
    cases = file(gateway, "company-start", 2)
    page.locator("#live .legend .wait").filter(has_text="2").wait_for()  # the page shows them by itself
    reach(gateway, cases, "tax", "ready")
    page.fill("#reason", "维护结束")
    page.locator("form[action$='/resume'] .main-act").click()
    page.wait_for_url("**/console/departments/tax?done=resumed")
    reach(gateway, cases, "tax", "approved")
    page.locator("#live b.ok").wait_for()
    visitor.kept_to_the_policy()


def test_one_that_refuses_our_credentials_says_so_and_goes_on_after_a_probe(visitor: Visitor, gateway: Installation) -> None:
    sign_in(visitor, gateway, "operator")
    page = visitor.page
    gateway.sandbox("exit_entry", "faults", {"fault": "unauthorized"})
    cases = file(gateway, "passport")
    visitor.go("/console/departments")
    stopped = page.locator("article[data-row=exit_entry] b.held")
    stopped.wait_for()
    assert stopped.locator("svg").count() == 1  # a sign beside the word, and not the colour alone
    assert "http_401" in page.locator("article[data-row=exit_entry]").inner_text()
    assert visitor.accessible() == []
    gateway.sandbox("exit_entry", "faults", {"fault": None})
    page.locator("article[data-row=exit_entry] .acts a").click()
    page.locator("form[action$='/probe'] .main-act").click()
    page.wait_for_url("**/console/departments/exit_entry?done=probed")
    reach(gateway, cases, "exit_entry", "approved")
    page.locator("#live b.ok").wait_for()
    visitor.kept_to_the_policy()


def test_a_hostile_title_is_text_everywhere(visitor: Visitor, gateway: Installation) -> None:
    sign_in(visitor, gateway, "operator", name="<i>周</i>")
    page = visitor.page
    asked: list[str] = []

    def note(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    for path in ("/console/departments", "/console/departments/social_security", "/console/jobs", "/console/reconciliation"):
        visitor.go(path)
        assert "<script>alert" in page.locator("main").inner_text(), path
        assert page.locator("main i, main script").count() == 0
        visitor.fits()
    assert asked == []


def test_one_is_paused_and_resumed_by_the_keyboard_alone(visitor: Visitor, gateway: Installation) -> None:
    sign_in(visitor, gateway, "operator")
    page = visitor.page
    visitor.go("/console/departments/real_estate")
    for reason, act in (("they asked", "paused"), ("it is over", "resumed")):
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # past the head
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == "reason":
                break
        page.keyboard.type(reason)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/console/departments/real_estate?done={act}")


def test_without_scripts_one_is_paused_and_resumed(without_scripts: Visitor, gateway: Installation) -> None:
    sign_in(without_scripts, gateway, "operator")
    page = without_scripts.page
    without_scripts.go("/console/departments")
    page.locator("a[href='/console/departments/marriage']").click()
    for act in ("pause", "resume"):
        page.fill("#reason", "维护")
        page.locator(f"form[action$='/{act}'] button").click()
        assert page.locator("[role=status].note").is_visible()
    assert page.locator("#live b.ok").is_visible()


def test_a_supervisor_sees_and_does_nothing(visitor: Visitor, gateway: Installation) -> None:
    sign_in(visitor, gateway, "supervisor")
    page = visitor.page
    visitor.go("/console/departments/tax")
    assert page.locator("main form").count() == 0
    assert visitor.accessible() == []
    visitor.fits()
    if (menu := page.locator(".fold summary")).is_visible():
        menu.click()
        visitor.fits()
        assert visitor.accessible() == []
    page.locator("nav a[href='/console/reconciliation']:visible").click()
    assert page.locator("main form select option").count() == 5
