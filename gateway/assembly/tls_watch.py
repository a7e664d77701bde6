"""Watches the certificates of departments while the gateway runs: takes renewed ones, warns of those that end."""

from __future__ import annotations

import asyncio
from datetime import datetime

import structlog

from gateway.departments.hosted import Departments, tls_of
from gateway.installation.tls import Clock, DepartmentTls, now
from gateway.telemetry.measures import Metrics
from gateway.telemetry.reminders import Reminders, days_left

log = structlog.get_logger()

#: Seconds between two looks, the longest that a renewed certificate waits for its use.
EVERY = 5.0


class TlsWatch:
    """One a node."""

    def __init__(self, departments: Departments, metrics: Metrics, *, clock: Clock = now) -> None:
        self._departments, self._metrics, self._clock = departments, metrics, clock
        self._reminders = Reminders()
        self._said: dict[str, str] = {}  # problems, by department

    async def forever(self) -> None:
        """Look now and every few seconds, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Take renewed certificates, and warn of those that end or cannot be used."""
        found = tls_of(self._departments)
        for name, tls in found.items():
            if isinstance(tls, DepartmentTls) and await asyncio.to_thread(tls.renew):
                log.info("tls_renewed", department=name, until=min(tls.until.values()).isoformat(timespec="seconds"))
            if tls.problem is not None and self._said.get(name) != tls.problem:
                log.error("tls_refused", department=name, problem=tls.problem)
            self._said[name] = tls.problem or ""
            for part, until in tls.until.items():
                self._tell(name, part, until)
        self._reminders.forget({f"{name} {part}" for name, tls in found.items() for part in tls.until})

    def _tell(self, name: str, part: str, until: datetime) -> None:
        moment = self._clock()
        self._metrics.certificate_seconds_left.labels(name, part).set((until - moment).total_seconds())
        if self._reminders.due(f"{name} {part}", until, moment):
            said, days = until.isoformat(timespec="seconds"), days_left(until, moment)
            if until <= moment:
                log.error("certificate_expired", department=name, part=part, until=said, days=days)
            else:
                log.warning("certificate_expires", department=name, part=part, until=said, days=days)
