"""What moves by itself and what answers late is felt; a page that does neither has none of it."""

from __future__ import annotations

import asyncio

import pytest

from bench.pages.browsing import CHROMIUM, Felt, feel
from tests.bench.pages.conftest import Small

pytestmark = [
    pytest.mark.slow("drives a browser; test_figures holds what becomes of what is felt"),
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: .ci/tools installs it"),
]
_STILL = "<!doctype html><title>still</title><main><h1>A page</h1><p>text</p></main>"
_MOVES = "<script>setTimeout(() => document.querySelector('h1').style.marginTop = '200px', 50)</script>"
_LATE = "<script>addEventListener('click', () => { const until = performance.now() + 300; while (performance.now() < until); })</script>"


async def felt(small: Small, html: str) -> Felt:
    small.html = html
    return (await asyncio.to_thread(feel, small.base, [("/page", {})], lambda: None))["/page"]


async def test_a_page_that_stands_still_is_felt_to(small: Small) -> None:
    assert (await felt(small, _STILL)).shift == 0


async def test_one_that_moves_and_one_that_answers_late_are_felt(small: Small) -> None:
    assert (await felt(small, _STILL.replace("<main>", f"{_MOVES}<main>"))).shift > 0
    assert (await felt(small, _STILL + _LATE)).delay_ms >= 300
