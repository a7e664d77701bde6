"""The watch over API keys while the gateway runs: it stores when they were used and reports those that end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from gateway.departments.retries import SECOND
from gateway.journal.store.views import KeyView
from gateway.model.errors import JournalUnavailable
from gateway.operations.keys.keys import Keys
from gateway.telemetry.measures import Metrics
from gateway.telemetry.reminders import Reminders, days_left, is_near

log = structlog.get_logger()

#: Seconds between two looks, hence the longest delay before a key's last use is stored.
EVERY = 60.0


class KeyWatch:
    """The watch of one node."""

    def __init__(self, keys: Keys, metrics: Metrics, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._keys, self._metrics, self._clock = keys, metrics, clock
        self._reminders = Reminders()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look now and every minute."""
        self._task = asyncio.create_task(self._forever(), name="keys")

    async def stop(self) -> None:
        """Stop looking, and store the uses since the last look."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        with contextlib.suppress(JournalUnavailable):  # the docs say that a use may be lost
            await self._keys.keep_uses()

    async def _forever(self) -> None:
        while True:
            try:
                await self.look()
            except JournalUnavailable as error:
                log.error("journal_failed", error=str(error))  # noqa: TRY400  # the database said no: the trace would tell nothing
            except Exception as error:  # the watch survives a database that does not answer
                log.exception("housekeeping_failed", error=type(error).__name__)
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Store uses and report keys that end."""
        await self._keys.follow()
        await self._keys.keep_uses()
        moment, ending = self._clock(), await self._keys.ending()
        self._metrics.key_seconds_left.clear()
        for key in sorted(ending, key=_end, reverse=True):  # the last write wins, so each role's gauge shows the key that ends first
            until = _end(key)
            if until > moment:  # the count of refused requests tells of one that has ended
                self._metrics.key_seconds_left.labels(key.role).set((until - moment).total_seconds())
            if self._reminders.due(key.id, until, moment):
                said = until.isoformat(timespec="seconds")
                if until <= moment:
                    log.warning("key_expired", key=key.id, role=key.role, until=said)
                else:
                    log.warning("key_expires", key=key.id, role=key.role, until=said, days=days_left(until, moment))
        near = sum(is_near(_end(key), moment) for key in ending)
        self._keys.warning = f"{near} API keys have ended lately or end within 30 days: gateway key list" if near else None
        self._reminders.forget({key.id for key in ending})


def _end(key: KeyView) -> datetime:
    return datetime.fromtimestamp((key.expires_at or 0) / SECOND, UTC)
