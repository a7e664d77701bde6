"""Consoles are counted while they are open, each filing is looked for on each of them, and a late one is late."""

from __future__ import annotations

import aiohttp
import pytest

from bench.pages import consoles
from bench.pages.consoles import Cost, cost
from bench.pages.visits import Visitor, browser
from tests.bench.pages.conftest import Small


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consoles, "_LOOKED_FOR", 2)
    monkeypatch.setattr(consoles, "_APART", 0.0)
    monkeypatch.setattr(consoles, "_PATIENCE", 0.5)


async def measured(small: Small) -> Cost:
    async with browser(small.base) as http, aiohttp.ClientSession(small.base) as caller:
        return await cost(
            caller, [Visitor(http) for _ in range(5)], "/page", filings=20, rounds=1, used=lambda: float(small.filed), still=small.still
        )


@pytest.mark.parametrize("after", [0.0, 0.2])
async def test_each_filing_is_seen_on_each_console_after_that_long(small: Small, after: float) -> None:
    small.shows_when_still = after
    told = await measured(small)
    assert told.seen is not None
    assert len(told.seen) == 3 * 5
    assert min(told.seen) >= after * 0.9
    assert (told.without.cpu_ms, told.beside.cpu_ms) == (1000, 1000)  # what was said to be used
    assert small.filed == 100 + 3 * 20 + 3  # to warm up, in three turns, and to be seen


async def test_a_page_that_shows_no_filing_has_no_figure(small: Small) -> None:
    small.shows_when_still = None
    assert (await measured(small)).seen is None


async def test_a_stream_that_ends_is_none(small: Small) -> None:
    small.ends = True
    with pytest.raises(RuntimeError, match="/page is no stream that stays open"):
        await measured(small)
