"""Work that a node does again and again while it runs, in spite of a database that is away."""

from __future__ import annotations

import asyncio
import contextlib
from abc import ABC, abstractmethod
from typing import ClassVar, Final

import structlog

from gateway.model.errors import JournalClosed, JournalUnavailable

log = structlog.get_logger()

#: Seconds to the next round, unless one says otherwise.
EVERY: Final = 60.0


class Rounds(ABC):
    """The rounds of one node. ``name`` is the task's."""

    name: ClassVar[str]
    _task: asyncio.Task[None] | None = None

    @abstractmethod
    async def round(self) -> float:
        """Do the work once, and give the seconds to the next time."""

    def start(self) -> None:
        """Begin now."""
        self._task = asyncio.create_task(self._forever(), name=self.name)

    async def stop(self) -> None:
        """End, in the middle of a round as well."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _forever(self) -> None:
        while True:
            wait = EVERY
            try:
                wait = await self.round()
            except JournalClosed:
                return
            except JournalUnavailable as error:
                log.error("journal_failed", error=str(error))  # noqa: TRY400  # the database said no: the trace would tell nothing
            except Exception as error:  # the rounds go on whatever one has met
                log.exception("housekeeping_failed", error=type(error).__name__)
            await asyncio.sleep(wait)
