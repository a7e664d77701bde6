"""Log lines for deliveries that begin to wait for their department: one a delivery and reason, however long the wait.

A waiting delivery is a row with a due time and would not be heard of until it is sent. In the log a reader finds the reason, its start, and
its earliest end. The delivery goes on by itself unless an operator must act (paused, no adapter).
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from gateway.cases.casework import Casework, NoAdapter
from gateway.departments.breaker import STOPPED, Breakers
from gateway.journal.queues.due import queued
from gateway.journal.store.database import Engine
from gateway.model.case import Committed
from gateway.model.delivery import Action, Delivery, DeliveryState
from gateway.model.identifiers import CHINA
from gateway.sdk.department import Never

log = structlog.get_logger()

#: Deliveries whose reason is remembered. Beyond that a reason may be logged twice.
_REMEMBERED = 10_000
#: Deliveries of a queue logged at a time, and seconds between two times, so that the log's writer keeps up.
_AT_ONCE, _BETWEEN = 200, 0.05


@dataclass(frozen=True, slots=True)
class _Wait:
    """The reason for a wait. ``since`` and ``until`` are in microseconds."""

    why: str  # paused | closed | maintenance | calendar_missing | stopped | down | no_adapter | quota | busy | limit
    since: int | None = None
    until: int | None = None


class Waits:
    """Logs deliveries that begin to wait, as the commits of this node show them."""

    def __init__(self, casework: Casework, breakers: Breakers, reader: Engine, clock: Callable[[], int]) -> None:
        self._casework = casework
        self._breakers = breakers
        self._reader = reader
        self._clock = clock
        self._told: OrderedDict[str, tuple[str, int | None]] = OrderedDict()

    def committed(self, committed: Committed) -> None:
        """Look at what a commit has changed."""
        for one in committed.deliveries:
            if _queued(one):
                self._look(one, committed.cases[one.application_id].application.trace_id, self._clock())
            elif self._told and one.state is not DeliveryState.SENDING:
                self._told.pop(one.id, None)

    async def went_down(self, department: str, now: int) -> None:
        """Log the deliveries, oldest first, that were queued already when the department went down."""
        last = ""
        while self._breakers.down(department):
            found = await asyncio.to_thread(queued, self._reader, department, last, _AT_ONCE)
            for one, trace_id in found:
                if _queued(one):
                    self._look(one, trace_id, now)
            if len(found) < _AT_ONCE:
                return
            last = found[-1][0].id
            await asyncio.sleep(_BETWEEN)

    def _look(self, one: Delivery, trace_id: str, now: int) -> None:
        wait = self._why(one, now)
        if wait is None:
            return
        # Without a start the end tells waits apart, since another day's closing is another wait. A probe's time is no sign: it keeps
        said = (wait.why, wait.since if wait.since is not None else wait.until)
        if self._told.get(one.id) == said:
            return
        self._told[one.id] = said
        self._told.move_to_end(one.id)
        if len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
        log.info(
            "delivery_waits",
            application=one.application_id,
            trace_id=trace_id,
            delivery=one.id,
            step=one.step,
            department=one.department,
            why=wait.why,
            since=_instant(wait.since),
            until=_instant(wait.until),
        )

    def _why(self, one: Delivery, now: int) -> _Wait | None:
        """Give the reason for a wait, if any, in the order in which operators are told reasons elsewhere."""
        permits, openings = self._casework.permits, self._casework.openings
        if permits.paused(one.department):
            return _Wait("paused", since=permits.paused_since(one.department))
        opening = openings.at(one.department, now)
        if opening.shut is not None:
            return _Wait(opening.shut.value, until=opening.until)
        if (standing := self._breakers.standing(one.department)) is not None:
            breaker, since, probe_at = standing
            return _Wait("stopped" if breaker == STOPPED else "down", since=since, until=probe_at)
        try:
            _, operation = self._casework.operation(one)
        except NoAdapter:
            return _Wait("no_adapter")
        due = one.due_at or 0
        quota = openings.quota(one.department) is not None
        if due > now:
            return _Wait("quota", until=due) if quota and one.attempts == 0 else None
        if (until := permits.held_until(one.department)) > now:
            return _Wait("busy", until=until)
        # moving.
        claimed = quota or isinstance(operation.resend, Never) or one.problem is not None
        return None if claimed and permits.free(one.department) else _Wait("limit")


def _queued(one: Delivery) -> bool:
    return one.state is DeliveryState.READY and one.action is Action.SUBMIT and one.lease_owner is None and one.due_at is not None


def _instant(microseconds: int | None) -> str | None:
    return None if microseconds is None else datetime.fromtimestamp(microseconds / 1_000_000, CHINA).isoformat(timespec="seconds")
