"""Mending at the console, in a browser: one in doubt and one that is held, by keyboard, without scripts, past the end of a session."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from gateway.people.one_time_codes import code_at, step_at
from tests.faults.installation import Installation, sample
from tests.pages.conftest import Visitor
from tests.pages.desk import told
from tests.patience import PATIENCE, stretched, until

pytestmark = pytest.mark.slow("drives a browser; tests/gateway/web/console sends every form without one")

#: What somebody may write: a script, quotes, marks that turn the direction, a name as long as any.
HOSTILE = "<script>window.bad = 1</script>\"'><b>" + "长" * 50


@dataclass
class Operator:
    """An account of its own for each test, since no code is taken twice."""

    login: str
    word: str
    secret: str

    def sign_in(self, page: Page, ahead: int = 0) -> None:
        """Type in name, password and the code of now, or of the half minute after it where that of now was used."""
        secret = base64.b32decode(self.secret + "=" * (-len(self.secret) % 8))
        page.fill("#login", self.login)
        page.fill("#password", self.word)
        page.fill("#code", code_at(secret, step_at(time.time_ns() // 1000) + ahead))
        page.locator("form .main-act").click()
        page.wait_for_url("**/console")


@pytest.fixture
def operator(gateway: Installation) -> Operator:
    login = f"zhou-{uuid4().hex[:8]}"
    word, secret, _ = told(gateway, "user", "add", login, "operator", "--name", "周敏 <b>\"'").split()
    return Operator(login, word, secret)


def _sign_in(visitor: Visitor, operator: Operator) -> Page:
    page = visitor.go("/console")
    page.set_default_timeout(stretched(PATIENCE) * 1000)
    operator.sign_in(page)
    return page


def _deed(page: Page, case: str) -> Locator:
    """Give the one button about a case on the first page."""
    return page.locator(f"article:has(h3 a[href='/console/cases/{case}']) .acts a")


def _ask(gateway: Installation, path: str, body: object = None) -> Any:
    headers = {"Authorization": f"Bearer {gateway.key('front-end')}", "Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
    asked = Request(gateway.url + path, None if body is None else json.dumps(body).encode(), headers)  # noqa: S310  # our own gateway
    with urlopen(asked, timeout=stretched(PATIENCE)) as answer:  # noqa: S310  # as above
        return json.load(answer)


def _stands(gateway: Installation, service: str, state: str, change: Callable[[dict[str, Any]], None] = lambda _: None) -> str:
    """File a case and wait until one of its deliveries stands in this state. Gives the case's id."""
    body = sample(service)
    change(body)
    case: str = _ask(gateway, "/v1/applications", body)["id"]
    until(
        lambda: state in [one["state"] for one in _ask(gateway, f"/v1/applications/{case}")["deliveries"]],
        every=0.1,
        why=f"nothing of it is {state}",
    )
    return case


def _doubted(gateway: Installation) -> str:
    gateway.sandbox("exit_entry", "faults", {"fault": "drop_reply", "times": 1})
    return _stands(gateway, "newlywed", "in_doubt")


def _held(gateway: Installation) -> str:
    gateway.sandbox("social_security", "faults", {"fault": "soap_fault", "times": 1, "code": "Client"})
    return _stands(gateway, "retirement", "held")


def _looks_right(visitor: Visitor) -> None:
    assert visitor.accessible() == []
    visitor.fits()
    visitor.kept_to_the_policy()


def _mended(page: Page, gateway: Installation, case: str) -> None:
    """Wait until the page itself, which nobody loads anew, shows that everything is approved."""
    expect(page.locator("#live .lanes .st .tag.ok")).to_have_count(
        len(_ask(gateway, f"/v1/applications/{case}")["deliveries"]), timeout=stretched(PATIENCE) * 1000
    )


def test_one_in_doubt_and_one_that_is_held_are_mended(visitor: Visitor, gateway: Installation, operator: Operator) -> None:
    doubt, held = _doubted(gateway), _held(gateway)
    page = _sign_in(visitor, operator)
    assert page.title().split(" ·")[0].split()[-1] == page.locator("h2 .count").first.inner_text()
    assert page.locator(".main-act").count() == 1
    _looks_right(visitor)
    _deed(page, doubt).click()
    page.wait_for_url("**/resolve")
    _looks_right(visitor)
    assert page.locator("#o1").is_hidden()
    page.check("[value=approved]")
    assert page.locator("#o1").is_visible()
    page.fill("#reason", "电话核实 <b>")
    page.locator("form .main-act").click()
    assert page.locator("#o1-e").is_visible(), "what an approved step gives is missing"
    assert page.input_value("#reason") == "电话核实 <b>"
    _looks_right(visitor)
    page.check("[value=absent]")
    page.locator("form .main-act").click()
    page.wait_for_url(f"**/console/cases/{doubt}?said=resolved")
    assert page.locator("[role=status].said").is_visible()
    _mended(page, gateway, doubt)
    assert "电话核实 <b>" in page.locator("aside").inner_text()
    _looks_right(visitor)

    page = visitor.go("/console")
    _deed(page, held).click()
    page.wait_for_url("**/retry")
    _looks_right(visitor)
    page.fill("#reason", "对方已修复")
    page.locator("form .main-act").click()
    page.wait_for_url(f"**/console/cases/{held}?said=retried")
    _mended(page, gateway, held)
    page = visitor.go("/console")
    assert _deed(page, held).count() + _deed(page, doubt).count() == 0
    _looks_right(visitor)
    visitor.go("/console/cases?state=approved&needs_attention=true")
    _looks_right(visitor)
    visitor.go(f"/console/cases/{held}?only=failures")
    _looks_right(visitor)
    page.goto(page.url)
    page.fill("#q", "1")
    page.press("#q", "Enter")
    page.wait_for_load_state()
    _looks_right(visitor)


@pytest.mark.parametrize("visitor", ["desk"], indirect=True)
def test_by_the_keyboard_alone(visitor: Visitor, gateway: Installation, operator: Operator) -> None:
    page = _sign_in(visitor, operator)
    page.mouse.move(0, 0)  # nothing that comes is shown under a hand that points at the list
    before = page.title()
    held = _held(gateway)
    expect(_deed(page, held)).to_be_visible()  # it comes by itself, and the tab says so
    expect(page).not_to_have_title(before)

    def tab_to(selector: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        pytest.fail(f"{selector} is not reached")

    tab_to(".skip")
    page.keyboard.press("Enter")
    tab_to(f"article:has(h3 a[href='/console/cases/{held}']) .acts a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/retry")
    tab_to("#reason")
    page.keyboard.type("mended")
    tab_to("form .main-act")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/console/cases/{held}?said=retried")
    _mended(page, gateway, held)
    visitor.kept_to_the_policy()


def test_without_scripts(without_scripts: Visitor, gateway: Installation, operator: Operator) -> None:
    doubt = _doubted(gateway)
    page = _sign_in(without_scripts, operator)
    _deed(page, doubt).click()
    page.check("[value=accepted]")
    page.fill("#reason", "duty desk")
    page.locator("form .main-act").click()
    assert page.locator("#reference-e").is_visible()
    page.fill("#reference", "wrong-1")
    page.locator("form .main-act").click()
    page.wait_for_url(f"**/console/cases/{doubt}?said=resolved")
    page.locator("article a[href$='/unresolve']").click()
    page.fill("#reason", "mistyped")
    page.locator("form .main-act").click()
    page.wait_for_url(f"**/console/cases/{doubt}?said=unresolved")
    page.locator("article a[href$='/resolve']").click()
    page.check("[value=absent]")
    page.fill("#reason", "not there after all")
    page.locator("form .main-act").click()
    page.wait_for_url(f"**/console/cases/{doubt}?said=resolved")
    number = page.locator(".number").first.inner_text().replace("\n", "")
    page.fill("#q", f" {number[-12:-4]} {number[-4:]}")
    page.press("#q", "Enter")
    page.wait_for_load_state()
    assert page.locator(f"a[href='/console/cases/{doubt}']").count() or page.url.endswith(doubt)


@pytest.mark.parametrize("visitor", ["phone"], indirect=True)
def test_a_session_that_ends_in_the_middle_of_a_form(visitor: Visitor, gateway: Installation, operator: Operator) -> None:
    held = _held(gateway)
    page = _sign_in(visitor, operator)
    _deed(page, held).click()
    page.fill("#reason", "half a sentence <i>")
    told(gateway, "user", "disable", operator.login)
    told(gateway, "user", "enable", operator.login)
    page.locator("form .main-act").click()
    assert page.locator(".typed dd").inner_text() == "half a sentence <i>"
    _looks_right(visitor)
    assert "held" in [one["state"] for one in _ask(gateway, f"/v1/applications/{held}")["deliveries"]]
    with visitor.context.expect_page() as beside:
        page.locator("a.main-act").click()
    door = beside.value
    operator.sign_in(door, ahead=1)
    door.close()
    page.locator("form.after button").click()
    page.locator("form.after .main-act").click()
    page.wait_for_url(f"**/console/cases/{held}?said=retried")
    assert "half a sentence <i>" in page.locator("aside").inner_text()
    _mended(page, gateway, held)


def test_what_citizens_and_departments_write_is_text(visitor: Visitor, gateway: Installation, operator: Operator) -> None:
    def hostile(body: dict[str, Any]) -> None:
        body["applicant"]["name"] = HOSTILE[:50]

    gateway.sandbox("marriage", "faults", {"fault": "returned", "times": 1, "reason": HOSTILE + "\u202eabc"})
    case = _stands(gateway, "newlywed", "returned", hostile)
    gateway.sandbox("social_security", "faults", {"fault": "soap_fault", "times": 1, "code": "Client", "reason": HOSTILE})
    held = _stands(gateway, "retirement", "held", hostile)
    page = _sign_in(visitor, operator)
    for path in ("/console", "/console/cases", f"/console/cases/{case}", f"/console/cases/{held}"):
        visitor.go(path)
        _looks_right(visitor)
        assert page.evaluate("window.bad") is None, path
        assert page.locator("main b b, main script").count() == 0, path
    page.locator("article h3 a").first.click()
    page.wait_for_url("**/console/deliveries/*")
    _looks_right(visitor)
    assert page.evaluate("window.bad") is None
