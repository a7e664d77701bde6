"""Signing in as a person does, in a browser: by the keyboard alone, without scripts, with a code, and after a session that ended."""

from __future__ import annotations

import base64
import time

import pytest
from playwright.sync_api import Page

from gateway.people.one_time_codes import code_at, step_at
from tests.faults.installation import Installation
from tests.pages.conftest import Visitor
from tests.pages.desk import told

pytestmark = pytest.mark.slow("drives a browser; tests/gateway/web/staff sends every form without one")


@pytest.fixture(scope="module")
def clerk(gateway: Installation) -> tuple[str, str]:
    return "clerk", told(gateway, "user", "add", "clerk", "clerk", "--group", "hall", "--name", "王晓").strip()


def _type_in(page: Page, login: str, word: str, code: str = "") -> None:
    page.fill("#login", login)
    page.fill("#password", word)
    page.fill("#code", code)
    page.locator("form .main-act").click()


def test_everybody_can_read_the_door_and_what_is_behind(visitor: Visitor, clerk: tuple[str, str]) -> None:
    page = visitor.go("/account")
    assert page.url.endswith("/sign-in?next=/account")
    assert visitor.accessible() == []
    visitor.fits()
    _type_in(page, clerk[0], "one that is wrong")
    assert page.locator("[role=alert]").is_visible()
    assert page.input_value("#login") == clerk[0]
    assert visitor.accessible() == []
    visitor.fits()
    _type_in(page, *clerk)
    page.wait_for_url("**/account")
    assert page.locator("h1").inner_text() == "王晓"
    assert visitor.accessible() == []
    visitor.fits()
    visitor.kept_to_the_policy()
    page.fill("#password-now", clerk[1])
    page.fill("#password-new", "short")
    page.fill("#password-again", "short")
    page.locator("form .main-act").click()
    assert page.locator(".field.bad").count() == 1
    assert visitor.accessible() == []
    page.locator("form[action='/sign-out'] button").click()
    page.wait_for_url("**/sign-in?said=out")
    visitor.go("/account")
    assert "/sign-in" in page.url
    visitor.kept_to_the_policy()


def test_one_signs_in_by_the_keyboard_alone(visitor: Visitor, clerk: tuple[str, str]) -> None:
    page = visitor.go("/sign-in")
    assert page.evaluate("document.activeElement.id") == "login"
    page.keyboard.type(clerk[0])
    page.keyboard.press("Tab")
    page.keyboard.type(clerk[1])
    page.keyboard.press("Enter")
    page.wait_for_url("**/counter")


def test_without_scripts_with_a_code_and_the_cookie_is_out_of_reach(without_scripts: Visitor, gateway: Installation) -> None:
    word, secret, _ = told(gateway, "user", "add", "auditor", "auditor").split()
    page = without_scripts.go("/sign-in")
    _type_in(page, "auditor", word)
    assert page.locator("[role=alert]").is_visible()
    _type_in(page, "auditor", word, _code(secret))
    page.wait_for_url("**/console")
    [cookie] = [one for one in without_scripts.context.cookies() if one["name"] == "__Host-session"]
    assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"], cookie["path"]) == (True, True, "Lax", "/")


def test_a_session_that_ends_in_the_middle(visitor: Visitor, gateway: Installation, clerk: tuple[str, str]) -> None:
    page = visitor.go("/sign-in")
    _type_in(page, *clerk)
    page.wait_for_url("**/counter")
    visitor.go("/account")
    told(gateway, "user", "disable", clerk[0])
    told(gateway, "user", "enable", clerk[0])
    page.fill("#password-now", clerk[1])
    page.fill("#password-new", "quite another password")
    page.fill("#password-again", "quite another password")
    page.locator("form[action='/account/password'] button").click()
    assert page.locator("h1").count() == 1
    assert "quite another password" not in page.content()
    assert visitor.accessible() == []
    visitor.fits()
    visitor.go("/sign-in")
    _type_in(page, *clerk)
    page.wait_for_url("**/counter")
    visitor.kept_to_the_policy()


def _code(secret: str) -> str:
    """Give the code that an authenticator app shows for this secret now."""
    return code_at(base64.b32decode(secret + "=" * (-len(secret) % 8)), step_at(time.time_ns() // 1000))
