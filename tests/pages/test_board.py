"""A screen in the hall in a browser: it keeps its last picture while the network is away, and is right again alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.pages.boards import DAY, EVENTS, after_pictures
from tests.faults.installation import Installation
from tests.pages.conftest import Visitor
from tests.pages.desk import file
from tests.patience import PATIENCE, stretched, until

pytestmark = pytest.mark.slow("drives a browser; tests/gateway/web/board reads the screen and its stream without one")

#: Milliseconds that a page may take: what took long to count is shown again for a while, and a screen looks each ten seconds.
_LONG = 1_000 * PATIENCE


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window of the size of a screen in a hall."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="en-GB")
    yield context.new_page()
    context.close()


def test_ten_minutes_without_a_network_leave_the_last_picture_and_then_it_is_right(page: Page, gateway: Installation) -> None:
    file(gateway, "passport", 5)
    page.clock.install()
    page.goto(f"{gateway.url}/board/hall")
    rows, told, screen = page.locator(".came tbody tr"), page.locator(".as-of"), page.locator(".board")
    expect(rows.filter(has_text="普通护照签发")).to_have_count(5, timeout=stretched(_LONG))
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "a screen never scrolls"
    page.context.set_offline(True)
    page.clock.fast_forward(36_000)
    expect(told).to_contain_text("网络中断", timeout=stretched(_LONG))
    file(gateway, "retirement", 5)
    for _ in range(10):
        page.clock.fast_forward(60_000)
    expect(rows.filter(has_text="普通护照签发")).to_have_count(5, timeout=stretched(_LONG))
    expect(screen).to_have_class("board lost")
    page.context.set_offline(False)
    page.clock.fast_forward(11_000)
    expect(rows.filter(has_text="退休")).to_have_count(5, timeout=stretched(_LONG))
    expect(told).not_to_contain_text("网络中断", timeout=stretched(_LONG))
    expect(screen).to_have_class("board")


def test_a_day_of_pictures_leaves_a_browser_as_it_was(page: Page, gateway: Installation) -> None:
    file(gateway, "passport", 5)
    page.add_init_script(EVENTS)
    page.goto(f"{gateway.url}/board/hall")
    _, before, after = (after_pictures(page, DAY // 2) for _ in range(3))
    assert after.nodes <= before.nodes + 50, (before, after)
    assert after.heap - before.heap < 200_000, (before, after)


def test_without_scripts_it_is_asked_for_anew_each_minute(without_scripts: Visitor, gateway: Installation) -> None:
    page = without_scripts.page
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{gateway.url}/board/hall")
    assert page.locator("meta[http-equiv=refresh]").get_attribute("content") == "60"
    assert page.locator("a:not(.skip), button, input").count() == 0, "nobody touches it"
    file(gateway, "company-start", 5)
    until(lambda: page.reload() and "企业开办" in page.locator(".came").inner_text())


def test_everybody_can_read_it_from_afar(page: Page, gateway: Installation) -> None:
    page.goto(f"{gateway.url}/board/hall")
    visitor = Visitor(gateway.url, page.context, page)
    assert visitor.accessible() == []
    visitor.fits()
