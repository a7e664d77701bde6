"""One reading for all who stand at the same point of the feed and ask at about the same time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gateway.journal.feed import pages

if TYPE_CHECKING:
    from gateway.journal.feed.cursor import Cursor
    from gateway.journal.feed.pages import FeedPage
    from gateway.journal.read.insights import Insights

#: Seconds for which a commit lets others gather before it is read.
GATHER = 0.05


class Feed:
    """The feed as this process reads it. Whoever follows it stands at its end most of the time, so that a commit costs one reading."""

    def __init__(self, insights: Insights) -> None:
        self._insights = insights
        self._asked: dict[Cursor, asyncio.Task[FeedPage]] = {}  # readings that have not begun

    async def newest(self) -> Cursor:
        """Give the cursor behind everything that is there."""
        return await self._insights.read(pages.newest)

    async def page(self, cursor: Cursor, gather: float = 0) -> FeedPage:
        """Give what comes after the cursor, at least what was committed before this call. ``gather`` is how many seconds it may wait.

        Raises CursorLost.
        """
        if cursor not in self._asked:
            reading = self._asked[cursor] = asyncio.create_task(self._read(cursor, gather))
            reading.add_done_callback(_heed)
        return await asyncio.shield(self._asked[cursor])

    async def _read(self, cursor: Cursor, gather: float) -> FeedPage:
        await asyncio.sleep(gather)
        del self._asked[cursor]  # it begins: who asks from now on may want what it does not see
        return await self._insights.read(lambda connection: pages.page(connection, cursor))


def _heed(reading: asyncio.Task[FeedPage]) -> None:
    """Look at how it ended, since all who asked may have gone by then."""
    if not reading.cancelled():
        reading.exception()
