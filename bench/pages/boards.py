"""A screen in the hall over a day: what its browser holds at the end of it beside the begin, and the gateway that draws its pictures."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Page, sync_playwright

from bench.pages.browsing import CHROMIUM
from bench.pages.visits import Visitor

#: Pictures of a day: one each ten seconds.
DAY: Final = 8640
#: Stands for the network's events, so that a day of them takes seconds.
EVENTS: Final = """
window.EventSource = class { constructor() { window.source = this; } addEventListener(name, heard) { this[name] = heard; } };
"""
_PICTURES: Final = """async (pictures) => {
    const html = document.getElementById("live").innerHTML;
    for (let ten = 0; ten < pictures; ten++) {
        source.onmessage({ data: html.replace("</h2>", ` ${ten}</h2>`) });
        source.alive({ data: "10:24:07" });
        if (ten % 100 === 0) await new Promise((done) => setTimeout(done));
    }
    document.getElementById("live").innerHTML = html;
}"""


@dataclass(frozen=True, slots=True)
class Held:
    """What a browser holds: nodes of its document, and bytes of its heap, after what nobody uses was let go."""

    nodes: int
    heap: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """So many pictures, and what was held before the first and after the last. ``shown`` is None where there is no browser."""

    pictures: int
    shown: tuple[Held, Held] | None
    drawn: tuple[int, int]


def after_pictures(page: Page, pictures: int) -> Held:
    """Show a screen so many pictures. The page came with :data:`EVENTS`, and looks as it did before afterwards."""
    session = page.context.new_cdp_session(page)
    page.evaluate(_PICTURES, pictures)
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    nodes = session.send("Memory.getDOMCounters")["nodes"]
    heap = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return Held(int(nodes), int(heap))


def shown(address: str, pictures: int) -> tuple[Held, Held]:
    """Show the screen at that address so many pictures in a browser. A tenth of them come before what is held is looked at first."""
    with sync_playwright() as playwright:
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        page = chromium.new_page(viewport={"width": 1920, "height": 1080})
        page.add_init_script(EVENTS)
        page.goto(address)
        held = after_pictures(page, pictures // 10), after_pictures(page, pictures)
        chromium.close()
    return held


async def drawn(visitor: Visitor, path: str, pictures: int, held: Callable[[], int]) -> tuple[int, int]:
    """Have the gateway draw the screen so often, and give the memory that it holds (``held``), likewise."""
    await visitor.first_byte_ms(path, max(1, pictures // 10))
    before = held()
    await visitor.first_byte_ms(path, pictures)
    return before, held()
