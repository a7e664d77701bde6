"""The counting of hours while the gateway runs: what has not settled is counted again every minute, and after a pause what was missed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Collection
from functools import partial

import structlog

from gateway.departments.retries import SECOND
from gateway.journal.hours.counting import count
from gateway.journal.hours.keeping import KeepHours, due_hours
from gateway.journal.hours.pieces import Pieces
from gateway.journal.read.insights import Insights
from gateway.journal.writer.journal import Journal
from gateway.model.errors import JournalClosed, JournalUnavailable

log = structlog.get_logger()

#: Seconds between two counts, and how new another node's count has to be for this one to leave it at that.
EVERY, _FRESH = 60.0, 45 * SECOND
#: The pause after a count, at least, as a multiple of the time it took.
_SHARE = 20


class HourWatch:
    """The counting of one node."""

    def __init__(self, journal: Journal, insights: Insights, departments: Collection[str]) -> None:
        self._journal, self._insights, self._departments = journal, insights, departments
        self._pieces = Pieces()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Count now and every minute."""
        self._task = asyncio.create_task(self._forever(), name="hours")

    async def stop(self) -> None:
        """Count no more. Nothing is lost: whoever goes on counts from the same rows."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _forever(self) -> None:
        while True:
            began, more = time.monotonic(), False
            try:
                more = await self.count()
            except JournalClosed:
                return
            except JournalUnavailable as error:
                log.error("journal_failed", error=str(error))  # noqa: TRY400  # the database said no: the trace would tell nothing
            except Exception as error:  # the counting survives a database that does not answer
                log.exception("housekeeping_failed", error=type(error).__name__)
            await asyncio.sleep(max(0 if more else EVERY, _SHARE * (time.monotonic() - began)))

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
