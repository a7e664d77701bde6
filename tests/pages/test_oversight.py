"""A day of the administrator and one of the auditor in a browser, and of the operator the pages that only show."""

from __future__ import annotations

from functools import cache
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.faults.installation import Installation
from tests.gateway.web.console.trends.test_trends import count_hours
from tests.pages.conftest import Visitor
from tests.pages.desk import file, sign_in, told
from tests.patience import PATIENCE, stretched

pytestmark = pytest.mark.slow("drives a browser; tests/gateway/web/console sends every form without one")

#: Names as nobody should have them: markup, quotes, a mark that turns the direction, fifty characters.
HOSTILE = '<script>alert("1")</script>\u202e\'&'
LONG = "一二三四五六七八九十" * 5
_count = count()


def _fine(visitor: Visitor) -> None:
    """Fail unless everybody can read the page as it is, whole in its window, and it kept to the policy."""
    assert visitor.accessible() == []
    visitor.fits()
    visitor.kept_to_the_policy()


def _fill(page: Page, login: str, name: str, role: str) -> None:
    page.fill("#login", login)
    page.fill("#name", name)
    page.select_option("#role", role)


def test_a_day_of_the_administrator(visitor: Visitor, gateway: Installation) -> None:
    sign_in(visitor, gateway, "administrator")
    page, login = visitor.page, f"officer{next(_count)}"
    expect(page.locator(".rail a")).to_have_count(1)
    _fine(visitor)
    _fill(page, "Not a login", HOSTILE, "clerk")
    page.locator("main form .main-act").click()
    expect(page.locator("[role=alert] a")).to_have_count(2)
    _fine(visitor)
    _fill(page, login, HOSTILE, "officer:tax")
    page.locator("main form .main-act").click()
    expect(page.locator("h1")).to_contain_text(HOSTILE)
    word = page.locator(".once .big").inner_text()
    _fine(visitor)

    other = visitor.context.browser.new_page() if visitor.context.browser else page
    other.goto(visitor.base + "/sign-in")
    other.fill("#login", login)
    other.fill("#password", word)
    other.locator("form .main-act").click()
    other.wait_for_url("**/console/departments")

    page.locator("a.main-act").click()
    expect(page.locator(".where li")).to_have_count(1)
    _fine(visitor)
    page.locator(".where button").click()
    page.wait_for_url("**?said=ended")
    other.goto(visitor.base + "/account")
    assert "/sign-in" in other.url, "the session has ended"
    page.fill("#name", LONG)
    page.locator("main form .main-act").click()
    page.wait_for_url("**?said=changed")
    expect(page.locator("h1")).to_have_text(LONG)
    _fine(visitor)
    page.locator("form[action$='/password'] button").click()
    assert page.locator(".once .big").inner_text() != word
    page.locator("a.main-act").click()
    page.locator("form[action$='/code'] button").click()
    expect(page.locator("svg.qr path")).to_have_count(1)
    assert page.locator("svg.qr").bounding_box() is not None
    _fine(visitor)
    page.locator("a.main-act").click()
    page.locator("form[action$='/disable'] button").click()
    page.wait_for_url("**?said=disabled")
    _fine(visitor)
    for path in ("/console", "/console/audit", "/console/cases/01a22860-8369-77e5-8789-0b150b2e4409"):
        assert page.goto(visitor.base + path).status in {403, 404}, path  # type: ignore[union-attr]  # it answers
    other.close()


def test_whose_role_is_taken_away_meanwhile_changes_nothing_and_keeps_what_was_typed(
    without_scripts: Visitor, gateway: Installation
) -> None:
    login = sign_in(without_scripts, gateway, "administrator")
    page = without_scripts.page
    _fill(page, f"late{next(_count)}", HOSTILE, "supervisor")
    told(gateway, "user", "role", login, "supervisor")
    page.locator("main form .main-act").click()
    expect(page.locator(".typed")).to_contain_text(HOSTILE)
    assert not any(one.startswith("late") for one in told(gateway, "user", "list").split())
    without_scripts.fits()


@pytest.mark.parametrize("visitor", ["desk"], indirect=True)
def test_an_account_is_made_by_the_keyboard_alone(visitor: Visitor, gateway: Installation) -> None:
    sign_in(visitor, gateway, "administrator")
    page, login = visitor.page, f"typed{next(_count)}"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # past the head
    for _ in range(60):
        if page.evaluate("document.activeElement.id") == "login":
            break
        page.keyboard.press("Tab")
    page.keyboard.type(login)
    page.keyboard.press("Tab")
    page.keyboard.type("By Keyboard")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")  # past the clerk, who needs a group
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".once")).to_contain_text(login)
    visitor.kept_to_the_policy()


def test_a_day_of_the_auditor(visitor: Visitor, gateway: Installation) -> None:
    case = file(gateway, "passport")[0]
    login = sign_in(visitor, gateway, "auditor", HOSTILE)
    page = visitor.go("/console/audit")
    expect(page.locator(".entries")).to_contain_text(HOSTILE)
    _fine(visitor)
    page.locator(".entries summary").first.click()
    expect(page.locator(".entries pre").first).to_be_visible()
    _fine(visitor)
    page.fill("#actor", login)
    page.select_option("#event", "signed_in")
    page.locator(".sieve button").click()
    expect(page.locator(".entries li")).to_have_count(1)
    page.goto(visitor.base + "/console/audit?from=2026-13-01&case=77")
    expect(page.locator("[role=alert] a")).to_have_count(2)
    _fine(visitor)
    page.goto(f"{visitor.base}/console/audit?case={case}&event=application_accepted")
    expect(page.locator(f".entries a[href='/console/cases/{case}']")).to_have_count(1)
    with page.expect_download() as table:
        page.locator("a[href^='/console/audit/entries.csv']").click()
    assert table.value.path().read_text(encoding="utf-8-sig").count("application_accepted") == 1
    page.locator(f".entries a[href='/console/cases/{case}']").click()
    page.wait_for_url(f"**/console/cases/{case}")
    page.go_back()
    page.locator("main form .main-act").click()
    expect(page.locator("h1 + p[role=status]")).to_be_visible()
    expect(page.locator("tbody .tag.ok")).not_to_have_count(0)
    expect(page.locator("tbody .tag.held")).to_have_count(0)
    _fine(visitor)
    for path in ("/console/keys", "/console/digest", "/console/digest?day=soon"):
        visitor.go(path)
        _fine(visitor)


def test_an_audit_is_looked_through_and_verified_without_scripts(without_scripts: Visitor, gateway: Installation) -> None:
    login = sign_in(without_scripts, gateway, "auditor")
    page = without_scripts.go("/console/audit")
    page.fill("#actor", login)
    page.locator(".sieve button").click()
    assert page.locator(".entries li").count() == 1
    page.locator("main form .main-act").click()
    assert page.locator("h1").inner_text() == "The audit is whole"


def test_trends_over_each_span(visitor: Visitor, gateway: Installation) -> None:
    _counted_once(gateway)
    sign_in(visitor, gateway, "supervisor")
    page = visitor.go("/console/trends")
    expect(page.locator("section:has(#d-tax) svg[role=img]")).to_have_count(3)
    _fine(visitor)
    page.locator(".numbers summary").first.click()
    expect(page.locator(".numbers tbody").first).to_be_visible()
    page.locator("a[href='/console/trends?span=quarter']").click()
    expect(page.locator(".seg [aria-current]").last).to_be_visible()
    _fine(visitor)


@cache
def _counted_once(gateway: Installation) -> None:
    count_hours(f"sqlite:///{gateway.database}")


def test_what_is_only_shown_lives_by_itself(visitor: Visitor, gateway: Installation) -> None:
    sign_in(visitor, gateway, "operator")
    page = visitor.go("/console/configuration")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    _fine(visitor)
    before = page.locator(".live").inner_text()
    expect(page.locator(".live")).not_to_have_text(before, timeout=stretched(1_000 * PATIENCE))
    told(gateway, "key", "create", "operator", "--name", "night watch", "--expires", "20d")
    visitor.go("/console/keys")
    expect(page.locator(".tag.back")).not_to_have_count(0)
    _fine(visitor)
