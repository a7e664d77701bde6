"""A terminal in a browser: what one person saw the next one finds nowhere, whatever the first one did, and after the plug was pulled."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.faults.installation import Installation
from tests.pages.conftest import CHROMIUM, Visitor
from tests.pages.desk import receipts
from tests.patience import until

pytestmark = pytest.mark.slow("drives a browser; tests/gateway/web/kiosk reads every page without one")

#: A seller of the sample, as her own progress names her.
NAME = "李*"


@pytest.fixture(scope="module")
def receipt(gateway: Installation) -> dict[str, str]:
    """File a case, and give the receipt of its seller."""
    return next(one for one in receipts(gateway, "house-transfer") if "seller" in one["roles"])


def follow(page: Page, base: str, code: str) -> None:
    """Do as a person does at the terminal, from its beginning to her case."""
    page.goto(base + "/kiosk")
    page.locator("a[href='/kiosk/track']").click()
    page.fill("#code", code)
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text(NAME)


def test_typed_on_the_screens_own_keys_everybody_can_read_it(visitor: Visitor, receipt: dict[str, str]) -> None:
    page = visitor.go("/kiosk/track")
    for key in ("Z", "delete", *receipt["query_code"]):
        page.locator(f"[name=key][value='{key}']").click()
    small = page.eval_on_selector_all(
        ".kiosk a:not(.skip), .kiosk button", "all => all.filter(a => a.offsetParent && a.offsetHeight < 60).map(a => a.outerHTML)"
    )
    assert small == []
    page.locator("form .main-act").click()
    expect(page.locator("body")).to_contain_text(NAME)
    assert visitor.accessible() == []
    visitor.fits()
    visitor.kept_to_the_policy()


def test_nothing_is_there_to_come_back_to(visitor: Visitor, receipt: dict[str, str]) -> None:
    page = visitor.page
    for leave in ("back", "reload", "done", "away"):
        visitor.go("/")
        follow(page, visitor.base, receipt["query_code"])
        match leave:
            case "back":
                page.go_back()
                assert page.url == visitor.base + "/", "no page of the terminal stands in the history"
                page.go_forward()
            case "reload":
                page.reload()
            case "done":
                page.locator("main a[href='/kiosk/start']").click()
                page.wait_for_url("**/kiosk")
                page.go_back()
            case _:
                page.goto(visitor.base + "/kiosk/services")
                page.go_back()
        expect(page.locator("body")).not_to_contain_text(NAME)
        assert receipt["query_code"] not in page.content()


def test_it_clears_itself_after_a_minute_and_says_so_before(visitor: Visitor, receipt: dict[str, str]) -> None:
    page = visitor.page
    page.clock.install()
    follow(page, visitor.base, receipt["query_code"])
    still = page.locator("#still")
    page.clock.fast_forward(44_000)
    expect(still).to_be_hidden()
    page.clock.fast_forward(3_000)
    expect(still).to_be_visible()
    assert visitor.accessible() == []
    page.keyboard.press("Enter")  # the button that stays has the focus
    expect(still).to_be_hidden()
    expect(page.locator("body")).to_contain_text(NAME)
    page.clock.fast_forward(47_000)
    expect(still).to_be_visible()
    visitor.context.set_offline(True)  # and should the network be away at that moment
    page.clock.fast_forward(15_000)
    expect(page.locator("body")).not_to_contain_text(NAME)
    visitor.context.set_offline(False)
    page.clock.fast_forward(6_000)
    page.wait_for_url("**/kiosk")
    assert {cookie["name"] for cookie in visitor.context.cookies()} == set(), "nor are her language and her letters kept"


def test_a_list_is_printed_and_cleared(visitor: Visitor) -> None:
    page = visitor.page
    page.clock.install()
    page.goto(visitor.base + "/kiosk/guide/newlywed")
    while page.locator(".answers a").count():
        answer = page.locator(".answers a").first
        address = visitor.base + str(answer.get_attribute("href"))
        answer.click()
        page.wait_for_url(address)
    page.locator("a[href*='/list']").click()
    sheet = page.locator(".bring-list")
    expect(sheet).to_be_visible()
    page.emulate_media(media="print")
    expect(sheet).to_be_visible()
    expect(page.locator(".kiosk .top")).to_be_hidden()
    page.emulate_media(media="screen")
    page.evaluate("() => { window.print = () => dispatchEvent(new Event('afterprint')); }")  # which no browser without a window does
    page.locator("[data-print]").click()
    expect(sheet).to_have_count(0)
    page.clock.fast_forward(7_000)
    page.wait_for_url("**/kiosk")


def test_without_scripts_what_was_sent_shows_nothing_again(without_scripts: Visitor, receipt: dict[str, str]) -> None:
    page = without_scripts.page
    follow(page, without_scripts.base, receipt["query_code"])
    assert 'content="60; url=/kiosk/start"' in page.content()
    page.reload()
    expect(page.locator("main")).to_contain_text("has been cleared")
    assert (NAME in page.content(), receipt["query_code"] in page.content()) == (False, False)


@contextmanager
def terminal(profile: Path, *arguments: str) -> Iterator[str]:
    """Run a browser of its own as a terminal has it, and pull the plug in the end. Gives its address."""
    assert CHROMIUM is not None
    command = [CHROMIUM, "--headless=new", "--no-first-run", "--remote-debugging-port=0", f"--user-data-dir={profile}", *arguments]
    told = profile / "DevToolsActivePort"
    told.unlink(missing_ok=True)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    process = subprocess.Popen([*command, *sandbox], stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        until(lambda: told.exists() and len(told.read_text().splitlines()) > 1, why="the browser does not start")
        port, path = told.read_text().splitlines()[:2]
        yield f"ws://127.0.0.1:{port}{path}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def kept(profile: Path, secrets: list[str]) -> list[tuple[str, str]]:
    """Look for these in every file of a browser's folder."""
    contents = {file.name: file.read_bytes() for file in profile.rglob("*") if file.is_file()}
    return [
        (name, one)
        for name, content in contents.items()
        for one in secrets
        if one.encode() in content or one.encode("utf-16-le") in content
    ]


@pytest.mark.parametrize("how", ["with scripts", "without"])
def test_after_the_plug_was_pulled_nothing_is_left(
    browser: Browser, gateway: Installation, receipt: dict[str, str], tmp_path: Path, how: str
) -> None:
    """Once the browser has kept the control, a page as at home that was opened after the terminal's, it would have kept that, too."""
    secrets = [receipt["query_code"], receipt["link"].rpartition("/")[2], NAME]
    own = receipts(gateway, "retirement")[0]["link"]
    with terminal(tmp_path) as address:
        context = browser.browser_type.connect_over_cdp(address).contexts[0]
        page = context.pages[0]
        if how == "without":
            context.new_cdp_session(page).send("Emulation.setScriptExecutionDisabled", {"value": True})
        follow(page, gateway.url, receipt["query_code"])
        context.new_page().goto(gateway.url + own)
        until(lambda: kept(tmp_path, [own.rpartition("/")[2]]), why="the control is not kept")
    assert kept(tmp_path, secrets) == []
    with terminal(tmp_path, "--restore-last-session") as address:
        shown = [page.content() for page in browser.browser_type.connect_over_cdp(address).contexts[0].pages]
    assert not [one for one in secrets if any(one in content for content in shown)]
