"""The watch over API keys while the gateway runs: it stores when they were used and reports those that end."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from gateway.departments.retries import SECOND
from gateway.journal.store.views import KeyView
from gateway.model.errors import JournalUnavailable
from gateway.operations.keys.keys import Keys
from gateway.operations.watch.rounds import EVERY, Rounds
from gateway.telemetry.measures import Metrics
from gateway.telemetry.reminders import Reminders, days_left, is_near

log = structlog.get_logger()


class KeyWatch(Rounds):
    """The watch of one node."""

    name = "keys"

    def __init__(self, keys: Keys, metrics: Metrics, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._keys, self._metrics, self._clock = keys, metrics, clock
        self._reminders = Reminders()

    async def stop(self) -> None:
        """Stop looking, and store the uses since the last look."""
        await super().stop()
        with contextlib.suppress(JournalUnavailable):  # the docs say that a use may be lost
            await self._keys.keep_uses()

    async def round(self) -> float:
        """Look, so that a key's last use is stored a minute later at the latest."""
        await self.look()
        return EVERY

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
