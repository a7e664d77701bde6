"""Pages for everybody, in a browser: found by the keyboard alone, read by everybody, the same without scripts."""

from __future__ import annotations

import pytest

from tests.pages.conftest import Visitor

pytestmark = pytest.mark.slow("drives a browser; tests/gateway/web reads every page without one")

PATHS = (
    "/",
    "/t",
    "/services/newlywed",
    "/services/house-transfer",
    "/services/company-start",
    "/services/unknown",
    "/guide",
    "/guide/newlywed?residents=both",
    "/guide/newlywed?residents=both&home=add&travel=passport",
    "/guide/house-transfer?how=developer",
    "/guide/house-transfer/list?how=sale&owners=several&mortgage=open",
)


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


def test_without_scripts_and_by_the_keyboard_somebody_learns_what_to_bring(without_scripts: Visitor) -> None:
    page = without_scripts.go("/guide/passport")
    for answer in ("lost", "adult", "posted"):
        page.locator(f".answers a[href$='={answer}']").press("Enter")
        page.wait_for_url(f"**={answer}")
    assert page.locator(".ticks li").count() == 3
    page.locator("a.main-act").press("Enter")
    page.wait_for_url("**/list?*")
    assert page.locator(".boxes li").count() == 3
    assert not page.locator("[data-print]").is_visible(), "nothing is offered that would do nothing"
    page.emulate_media(media="print")
    assert [page.locator(part).is_visible() for part in (".top", ".foot-of-page", ".paper")] == [False, False, True]
    page.emulate_media(media="screen")
    for _ in range(4):
        page.go_back()
    assert page.url.endswith("/guide/passport"), "the browser's own way back is the way back"


def test_a_dark_screen_prints_dark_on_white(visitor: Visitor) -> None:
    page = visitor.go("/guide/passport/list?kind=lost&age=adult&delivery=posted")
    assert page.locator("[data-print]").is_visible()
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('.paper h1')).color") == "rgb(26, 30, 35)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
