"""Readers at the same point share a reading that has not begun, and none that began before they asked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from gateway.journal.feed.cursor import START
from gateway.journal.feed.sharing import Feed
from gateway.journal.read.insights import Insights
from tests.gateway.journal.empty import empty
from tests.gateway.journal.feed.nodes import Nodes


class Counted(Insights):
    """Reads, counted."""

    reads = 0
    begun = asyncio.Event()

    async def read(self, read: Any) -> Any:
        self.reads += 1
        self.begun.set()
        return await super().read(read)


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[Nodes]:
    with closing(Nodes(empty(tmp_path / "journal.db"))) as made:
        yield made


async def test_those_who_ask_together_share_and_those_who_ask_later_see_what_came_between(nodes: Nodes) -> None:
    with closing(Counted(nodes.reader)) as insights:
        feed, case, chain = Feed(insights), nodes.file(), nodes.start()
        nodes.write(chain, case)
        pages = await asyncio.gather(*(feed.page(START, 0.01) for _ in range(50)))
        assert insights.reads == 1
        assert {len(one.items) for one in pages} == {1}

        first = asyncio.create_task(feed.page(START))
        insights.begun.clear()
        await insights.begun.wait()
        nodes.write(chain, case)
        assert len((await feed.page(START)).items) == 2
        await first
        assert insights.reads == 3


async def test_who_goes_away_leaves_the_reading_to_the_others(nodes: Nodes) -> None:
    with closing(Counted(nodes.reader)) as insights:
        feed = Feed(insights)
        gone, stays = (asyncio.create_task(feed.page(START, 0.01)) for _ in range(2))
        await asyncio.sleep(0)
        gone.cancel()
        assert (await stays).items == ()
        assert insights.reads == 1
