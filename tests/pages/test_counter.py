"""The counter in a browser without a mouse: every service filed by the keyboard alone, in both languages, and one without scripts."""

from __future__ import annotations

import re

import pytest

from tests.faults.installation import Installation
from tests.pages.conftest import Visitor
from tests.pages.desk import sign_in
from tests.pages.keyboard import file_by_keyboard, focus

pytestmark = pytest.mark.slow("drives a browser; tests/gateway/web/counter sends every form without one")

#: The services that each of the two people files: a phone in Chinese, a desk in English.
SERVICES = {"phone": ("newlywed", "passport", "housing-holdings"), "desk": ("house-transfer", "company-start", "retirement")}


def test_every_service_is_filed_without_a_mouse(visitor: Visitor, gateway: Installation, request: pytest.FixtureRequest) -> None:
    sign_in(visitor, gateway, "clerk", "刘洋", "hall")
    page = visitor.page
    page.keyboard.insert_text("综合窗口 3")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/counter$"))
    for service in SERVICES[request.node.callspec.params["visitor"]]:
        file_by_keyboard(page, service)
        assert visitor.accessible() == []
        visitor.fits()
        visitor.kept_to_the_policy()
        assert "综合窗口 3 · 刘洋" in page.locator(".paper").first.inner_text()
        page.go_back()
        page.wait_for_url(re.compile("/receipt$"))
        focus(page, "[data-next]")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/counter$"))


def test_one_is_filed_without_scripts(without_scripts: Visitor, gateway: Installation) -> None:
    sign_in(without_scripts, gateway, "clerk", "刘洋", "hall")
    file_by_keyboard(without_scripts.page, "housing-holdings", scripts=False)


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
