"""A screen that lets go of its pictures is flat over a day, and one that keeps them is found out."""

from __future__ import annotations

import asyncio

import pytest

from bench.pages.boards import drawn, shown
from bench.pages.browsing import CHROMIUM
from bench.pages.visits import Visitor, browser
from tests.bench.pages.conftest import Small

_SCREEN = """<!doctype html><title>x</title><main><div id="live"><h2>A screen</h2></div></main><script>
const live = new EventSource(location.href), part = document.getElementById("live"), kept = [];
live.addEventListener("alive", () => 0);
live.onmessage = (event) => { %s };
</script>"""
_LETS_GO = "part.innerHTML = event.data;"
_KEEPS = "kept.push(part.firstChild, 'x'.repeat(1000) + event.data); part.innerHTML = event.data;"


async def test_the_gateway_s_memory_is_looked_at_before_and_after_its_pictures(small: Small) -> None:
    small.html = "<!doctype html>"
    looks = iter([1, 2])
    async with browser(small.base) as http:
        assert await drawn(Visitor(http), "/page", 20, lambda: next(looks)) == (1, 2)
    assert small.asked == 2 + 20


@pytest.mark.slow("drives a browser; test_figures holds what becomes of what is held")
@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: .ci/tools installs it")
async def test_what_a_browser_keeps_of_its_pictures_is_seen(small: Small) -> None:
    small.html = _SCREEN % _LETS_GO
    before, after = await asyncio.to_thread(shown, f"{small.base}/page", 1000)
    assert after.nodes <= before.nodes + 50
    assert after.heap - before.heap < 200_000
    small.html = _SCREEN % _KEEPS
    before, after = await asyncio.to_thread(shown, f"{small.base}/page", 1000)
    assert after.nodes - before.nodes >= 1000
    assert after.heap - before.heap > 200_000
