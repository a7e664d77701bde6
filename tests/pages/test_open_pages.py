"""Pages for everybody, in a browser: found by the keyboard alone, read by everybody, the same without scripts."""

from __future__ import annotations

import pytest

from tests.pages.conftest import Visitor

pytestmark = pytest.mark.slow("drives a browser; tests/gateway/web reads every page without one")

PATHS = ("/", "/t", "/services/newlywed", "/services/house-transfer", "/services/company-start", "/services/unknown")


@pytest.mark.parametrize("path", PATHS)
def test_everybody_can_read_it(visitor: Visitor, path: str) -> None:
    visitor.go(path)
    assert visitor.accessible() == []
    visitor.fits()
    visitor.kept_to_the_policy()


def test_a_service_is_found_by_the_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.go("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # past the head, to the services
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(7):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/services/newlywed")
    assert page.locator("h1").count() == 1
    visitor.kept_to_the_policy()


def test_without_scripts_a_choice_holds_from_page_to_page(without_scripts: Visitor) -> None:
    page = without_scripts.go("/")
    page.locator("a[href='?language=zh-CN']").click()
    page.locator("a[href='?size=large']").click()
    page.locator("a[href='/services/passport']").click()
    assert page.get_attribute("html", "lang") == "zh-CN"
    assert page.get_attribute("html", "data-size") == "large"
    assert page.url.endswith("/services/passport")
