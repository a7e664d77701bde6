"""The end of drafts that have expired: whichever node is first takes them away, a few at a time."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

import structlog

from gateway.model.errors import JournalClosed, JournalUnavailable

if TYPE_CHECKING:
    from gateway.cases.drafts.drafts import Drafts

log = structlog.get_logger()

#: Seconds between two rounds.
_EVERY: Final = 60.0


class ExpiryWatch:
    """The rounds of one node."""

    def __init__(self, drafts: Drafts) -> None:
        self._drafts = drafts
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look now and every minute."""
        self._task = asyncio.create_task(self._forever(), name="expiry")

    async def stop(self) -> None:
        """Look no more. What has expired is read by nobody meanwhile."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _forever(self) -> None:
        while True:
            try:
                await self._drafts.expire()
            except JournalClosed:
                return
            except JournalUnavailable as error:
                log.error("journal_failed", error=str(error))  # noqa: TRY400  # the database said no: the trace would tell nothing
            except Exception as error:  # it outlives whatever one round met
                log.exception("housekeeping_failed", error=type(error).__name__)
            await asyncio.sleep(_EVERY)
