"""A real browser on the pages: how far what stands there moves by itself (CLS), and how long a press takes to show (INP)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from playwright.sync_api import Page, sync_playwright

CHROMIUM = shutil.which("chromium")
#: Sums what moved without being pressed, and keeps the longest of what was pressed. A press under 16 ms is not told by browsers.
_FEEL = """
window.felt = {shift: 0, delay: 0};
const each = (take) => (list) => list.getEntries().forEach(take);
new PerformanceObserver(each(one => { if (!one.hadRecentInput) window.felt.shift += one.value; }))
  .observe({type: "layout-shift", buffered: true});
new PerformanceObserver(each(one => { if (one.interactionId) window.felt.delay = Math.max(window.felt.delay, one.duration); }))
  .observe({type: "event", durationThreshold: 16, buffered: true});
"""
#: Milliseconds without a press before what moves counts as moving by itself: browsers put what comes within 500 down to the press.
_QUIET = 600
#: Milliseconds that a live page is watched after what happens: two of its looks.
_WATCHED = 1500
#: Milliseconds after which a browser has told of every press.
_TOLD = 200
_WINDOWS = ({"width": 390, "height": 844}, {"width": 1440, "height": 900})


@dataclass(frozen=True, slots=True)
class Felt:
    """The worst of one page in a small window and in a large one."""

    shift: float
    delay_ms: float


def feel(base: str, pages: Sequence[tuple[str, Mapping[str, str]]], happen: Callable[[], None]) -> dict[str, Felt]:
    """Give what is felt of each page with its cookies. ``happen`` files a case, which live pages then show."""
    felt: dict[str, Felt] = {}
    with sync_playwright() as playwright:
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        for path, cookies in pages:
            for window in _WINDOWS:
                context = chromium.new_context(viewport={"width": window["width"], "height": window["height"]})
                secure = base.replace("http:", "https:")  # a cookie of this machine, which counts as secure, must be set as one of HTTPS
                context.add_cookies([{"name": name, "value": value, "url": secure, "secure": True} for name, value in cookies.items()])
                context.add_init_script(_FEEL)
                page = context.new_page()
                page.goto(base + path)
                one, before = _use(page, happen), felt.get(path, Felt(0, 0))
                felt[path] = Felt(max(before.shift, one.shift), max(before.delay_ms, one.delay_ms))
                context.close()
        chromium.close()
    return felt


def _use(page: Page, happen: Callable[[], None]) -> Felt:
    """See the page come, go along it by the keyboard, press where nothing leads on, write where there is room, see what changes."""
    page.wait_for_timeout(_QUIET)
    for _ in range(5):
        page.keyboard.press("Tab")
    page.evaluate("document.activeElement.blur()")  # the way past the menu, while it has the focus, may lie over what is pressed
    page.locator("h1").first.click()
    room = page.locator("main input:not([type=hidden]):not([type=checkbox]):not([type=radio])")
    if room.count() and room.first.is_editable():
        room.first.press_sequentially("1234")
    if page.locator("#live").count():
        page.mouse.move(0, 0)
        page.wait_for_timeout(_QUIET)
        for _ in range(3):
            happen()
            page.wait_for_timeout(_WATCHED)
    page.wait_for_timeout(_TOLD)
    shift, delay = page.evaluate("[window.felt.shift, window.felt.delay]")
    return Felt(float(shift), float(delay))
