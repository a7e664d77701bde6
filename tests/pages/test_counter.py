"""The counter in a browser without a mouse: every service filed by the keyboard alone, in both languages, and one without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from gateway.catalogue.drawing.posted import flat
from tests.faults.installation import Installation, sample
from tests.pages.conftest import Visitor
from tests.pages.desk import sign_in

pytestmark = pytest.mark.slow("drives a browser; tests/gateway/web/counter sends every form without one")

#: The services that each of the two people files: a phone in Chinese, a desk in English.
SERVICES = {"phone": ("newlywed", "passport", "housing-holdings"), "desk": ("house-transfer", "company-start", "retirement")}
_MOST = 300  # times that Tab may be pressed to get anywhere


def _focus(page: Page, wanted: str) -> None:
    """Press Tab until what has the focus fits the selector. A part that is folded is opened on the way."""
    for _ in range(_MOST):
        page.keyboard.press("Tab")
        here = page.locator(":focus")
        if page.locator(f"{wanted}:focus").count():
            return
        if here.count() and here.evaluate("e => e.tagName") == "SUMMARY" and here.locator("xpath=..").locator(wanted).count():
            page.keyboard.press("Enter")
    raise AssertionError(f"no way to {wanted} by the keyboard")


def _fill(page: Page, pointer: str, text: str) -> None:
    name = f"[name='{pointer}']:not([type=hidden])"
    first = page.locator(name).first
    if not page.locator(name).count():
        return  # the form knows it already
    kind = first.evaluate("e => e.type")
    _focus(page, name)
    if kind in ("radio", "checkbox"):
        page.keyboard.press("Space")
        for _ in range(8):
            if page.locator(f"{name}[value='{text}']").is_checked():
                return
            page.keyboard.press("ArrowDown")
        raise AssertionError(f"{pointer} has no {text}")
    if kind == "select-one":
        for _ in range(30):
            if first.input_value() == text:
                return
            page.keyboard.press("ArrowDown")
        raise AssertionError(f"{pointer} has no {text}")
    page.keyboard.insert_text(text)


def _go_on(page: Page, step: str, *, scripts: bool) -> None:
    if scripts:
        page.keyboard.press("Control+Enter")
    else:
        _focus(page, "main .main-act")
        page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/{step}(#|$)"))


def _top(page: Page) -> None:
    """Begin at the page's start, as whoever opens it does."""
    page.locator("body").evaluate("e => { document.activeElement?.blur(); e.focus() }")


def _file(page: Page, service: str, *, scripts: bool = True) -> None:
    body = sample(service)
    _focus(page, f"button[value='{service}']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/applicant")
    for pointer, text in flat(body["applicant"], "/applicant").items():
        _fill(page, pointer, text)
    _go_on(page, "form", scripts=scripts)
    rows = 0
    for pointer, text in flat(body["data"], "/data").items():
        if (row := re.fullmatch(r"(.*)/(\d+)/[^/]+", pointer)) and int(row[2]) == rows:
            _focus(page, f"button[name='add'][value='{row[1]}']")
            page.keyboard.press("Enter")
            page.wait_for_url(f"**/form#{row[1]}/{rows}")
            rows += 1
        _fill(page, pointer, text)
    _go_on(page, "documents", scripts=scripts)
    _focus(page, "input[name^='/notes/materials/']")
    page.keyboard.press("Space")
    _go_on(page, "check", scripts=scripts)
    _focus(page, "#confirmed")
    page.keyboard.press("Space")
    _go_on(page, "receipt", scripts=scripts)
    assert page.locator(".paper").count() >= 1


def test_every_service_is_filed_without_a_mouse(visitor: Visitor, gateway: Installation, request: pytest.FixtureRequest) -> None:
    sign_in(visitor, gateway, "clerk", "刘洋", "hall")
    page = visitor.page
    page.keyboard.insert_text("综合窗口 3")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/counter$"))
    for service in SERVICES[request.node.callspec.params["visitor"]]:
        _file(page, service)
        assert visitor.accessible() == []
        visitor.fits()
        visitor.kept_to_the_policy()
        assert "综合窗口 3 · 刘洋" in page.locator(".paper").first.inner_text()
        page.go_back()
        page.wait_for_url(re.compile("/receipt$"))
        _focus(page, "[data-next]")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/counter$"))


def test_one_is_filed_without_scripts(without_scripts: Visitor, gateway: Installation) -> None:
    sign_in(without_scripts, gateway, "clerk", "刘洋", "hall")
    _file(without_scripts.page, "housing-holdings", scripts=False)


def test_what_is_typed_is_saved_at_once_and_a_lost_line_is_said(visitor: Visitor, gateway: Installation) -> None:
    sign_in(visitor, gateway, "clerk", "刘洋", "hall")
    page = visitor.page
    page.locator("button[value='passport']").click()
    page.wait_for_url("**/applicant")
    page.fill("[name='/applicant/name']", "张伟")
    with page.expect_response("**/save") as saved:
        page.keyboard.press("Tab")
    assert saved.value.ok
    visitor.context.set_offline(True)
    page.fill("[name='/applicant/mobile']", "13800000001")
    page.keyboard.press("Tab")
    page.locator("#saved.stale").wait_for()
    assert page.input_value("[name='/applicant/mobile']") == "13800000001"
    visitor.context.set_offline(False)
    page.locator("#saved:not(.stale)", has_text=re.compile("[0-9]{2}:[0-9]{2}:[0-9]{2}")).wait_for()
    page.reload()
    assert page.input_value("[name='/applicant/mobile']") == "13800000001"
    assert page.input_value("[name='/applicant/name']") == "张伟"
