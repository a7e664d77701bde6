"""The watchdog, which checks that no case is silent: every open delivery has a due time, somebody at work on it, or a person to wait for.

It mends nothing. Anything it finds is a bug of ours or a manual change in the database, and a person has to know.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Sequence
from functools import partial

import structlog

from gateway.cases.casework import Casework
from gateway.departments.retries import SECOND
from gateway.journal.read import stuck
from gateway.journal.read.insights import Insights
from gateway.journal.read.stuck import Kind, Stuck
from gateway.model.delivery import Action
from gateway.operations.jobs.jobs import Clock, now
from gateway.telemetry.measures import Metrics

log = structlog.get_logger()

#: Seconds between two looks.
EVERY = 60.0
#: The pause after a look, at least, as a multiple of the time it took.
_SHARE = 20
#: Microseconds by which something may be late before it counts as stuck.
MARGIN = 60 * SECOND


class Watchdog:
    """The watchdog of one node. ``clock`` gives the time in microseconds."""

    def __init__(self, insights: Insights, casework: Casework, metrics: Metrics, *, clock: Clock = now) -> None:
        self._insights = insights
        self._casework = casework
        self._metrics = metrics
        self._clock = clock
        self._said: frozenset[Stuck] = frozenset()
        self._heads: dict[tuple[str, Action], tuple[str, int]] = {}  # the longest due, and when it was first seen at the head
        self._task: asyncio.Task[None] | None = None

    @property
    def found(self) -> Sequence[Stuck]:
        """Give what the last look found, in order of arrival: a look costs too much for every question."""
        return sorted(self._said, key=lambda one: one.delivery_id)

    def start(self) -> None:
        """Look now and every minute."""
        self._task = asyncio.create_task(self._watch_forever(), name="watchdog")

    async def stop(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _watch_forever(self) -> None:
        while True:
            began = time.monotonic()
            try:
                self.tell(await self.look())
            except Exception as error:  # the watchdog outlives a database that does not answer
                log.exception("watchdog_failed", error=type(error).__name__)
            # Every delivery that waits for other steps is examined, so very many are not examined every minute.
            await asyncio.sleep(max(EVERY, _SHARE * (time.monotonic() - began)))

    def tell(self, found: list[Stuck]) -> None:
        """Raise the alarm for new findings, and count all of them."""
        for silent in found:
            if silent not in self._said:
                log.error("delivery_stuck", delivery=silent.delivery_id, department=silent.department, kind=silent.kind.value)
        self._said = frozenset(found)
        for kind in Kind:
            self._metrics.stuck_deliveries.labels(kind.value).set(sum(1 for silent in found if silent.kind is kind))

    async def look(self) -> list[Stuck]:
        """Find every delivery that is stuck now, of each kind the first :data:`gateway.journal.read.stuck.MOST`."""
        found = await self._insights.read(stuck.silent)
        found += await self._nothing_open()
        found += await self._leases_over()
        found += await self._overdue()
        return found

    async def _nothing_open(self) -> list[Stuck]:
        found: list[Stuck] = []
        after: str | None = ""
        while after is not None and len(found) < stuck.MOST:
            more, after = await self._insights.read(partial(stuck.nothing_open, after=after))
            found += more
        return found[: stuck.MOST]

    async def _leases_over(self) -> list[Stuck]:
        latest = self._clock() - MARGIN
        found = await self._insights.read(partial(stuck.leases_over, before=latest))
        return [lease for lease, until in found if until + self._deadline(lease.department) < latest]

    def _deadline(self, department: str) -> int:
        hosted = self._casework.departments.get(department)
        return int(hosted.config.limits.deadline_seconds * SECOND) if hosted is not None else 0

    async def _overdue(self) -> list[Stuck]:
        """Find deliveries that could have been claimed long ago. A long queue that moves is not stuck, because its head changes."""
        paused = await self._insights.read(stuck.paused)
        moment = self._clock()
        found: list[Stuck] = []
        heads: dict[tuple[str, Action], tuple[str, int]] = {}
        for department in self._casework.departments:
            if department in paused or not self._open(department):
                continue
            for action in Action:
                if action is Action.SUBMIT and self._casework.permits.held_until(department) > moment - MARGIN:
                    continue  # the department named a time, and nothing was to be handed over before it
                if self._shut(department, action, moment):
                    continue
                late = await self._insights.read(partial(stuck.overdue, department=department, action=action, before=moment - MARGIN))
                if not late:
                    continue
                head, since = self._heads.get((department, action), ("", moment))
                heads[department, action] = (head, since) if head == late[0].delivery_id else (late[0].delivery_id, moment)
                patience = MARGIN + 2 * self._casework.permits.spacing(department)
                if head == late[0].delivery_id and moment - since >= patience:
                    found += late
        self._heads = heads
        return found

    def _shut(self, department: str, action: Action, moment: int) -> bool:
        """Tell whether the department is shut, or was until a moment ago."""
        opens = self._casework.openings.opens
        return any(opens(department, action, at) > at for at in (moment - MARGIN, moment))

    def _open(self, department: str) -> bool:
        """Tell whether the department could be given something now, as far as this node knows."""
        hosted = self._casework.departments[department]
        return hosted.department is not None and not self._casework.down(department) and self._casework.permits.free(department) > 0
