"""The counting of hours while the gateway runs: what has not settled is counted again every minute, and after a pause what was missed."""

from __future__ import annotations

import time
from collections.abc import Collection
from functools import partial

from gateway.departments.retries import SECOND
from gateway.journal.hours.counting import count
from gateway.journal.hours.keeping import KeepHours, due_hours
from gateway.journal.hours.pieces import Pieces
from gateway.journal.read.insights import Insights
from gateway.journal.writer.journal import Journal
from gateway.operations.watch.rounds import EVERY, Rounds

#: Age up to which another node's count is new enough for this one to leave it at that.
_FRESH = 45 * SECOND
#: The pause after a count, at least, as a multiple of the time it took.
_SHARE = 20


class HourWatch(Rounds):
    """The counting of one node. Nothing is lost when it ends: whoever goes on counts from the same rows."""

    name = "hours"

    def __init__(self, journal: Journal, insights: Insights, departments: Collection[str]) -> None:
        self._journal, self._insights, self._departments = journal, insights, departments
        self._pieces = Pieces()

    async def round(self) -> float:
        """Count, and wait the longer the longer that took."""
        began = time.monotonic()
        more = await self.count()
        return max(0 if more else EVERY, _SHARE * (time.monotonic() - began))

    async def count(self) -> bool:
        """Count the hours that are due, at most a day of them, and tell whether more are due at once."""
        now, read = self._journal.now(), self._insights.read
        due = await read(partial(due_hours, now=now, fresh=now - _FRESH))
        if due is None:
            return False
        names = frozenset(self._departments)
        found = {piece: await read(partial(count, span=piece, departments=names)) for piece in self._pieces.wanted(due)}
        await self._journal.write(KeepHours(due=due, counted=self._pieces.whole(due, found)))
        return due.more
