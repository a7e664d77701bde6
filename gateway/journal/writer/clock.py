"""The journal's time: the host's wall clock while it runs steadily. A jump of it is noticed, not followed blindly.

When the host's clock was set, stored times to come, and times that waits are counted from, move along. It is one moment for everything:
the statements come last in their transaction, so that what is added beside them moves too, and ``along`` moves what is kept in memory, the
clock first of all, before anything else is decided. A time by the old clock that was written after the move would have waited an hour
longer where the clock went back an hour.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import update

from gateway.journal.audit.hash_chain import Entry
from gateway.journal.store import schema
from gateway.journal.writer.draft import Change, Draft
from gateway.model.delivery import ENDED

SECOND = 1_000_000

#: Microseconds that the wall clock may differ from elapsed time before it counts as a jump. Slewing and leap seconds stay below.
TOLERANCE = 2 * SECOND


def _wall() -> int:
    return time.time_ns() // 1000


def _elapsed() -> int:
    """Give microseconds that go on while the host sleeps and that nobody sets (CLOCK_BOOTTIME where there is one)."""
    return time.clock_gettime_ns(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)) // 1000


class SteadyClock:
    """Microseconds since the epoch that never jump: what is due in five seconds happens in five seconds.

    When the wall clock has been set by more than :data:`TOLERANCE`, :attr:`jumped` says by how much. The time goes on from where it was
    until :meth:`follow` is called, once everything stored has been moved along.
    """

    def __init__(self, wall: Callable[[], int] = _wall, elapsed: Callable[[], int] = _elapsed) -> None:
        self._wall = wall
        self._elapsed = elapsed
        self._offset = wall() - elapsed()

    def __call__(self) -> int:
        """Give the time now, in microseconds since the epoch."""
        steady = self._elapsed() + self._offset
        wall = self._wall()
        if abs(wall - steady) > TOLERANCE:
            return steady
        self._offset += wall - steady
        return wall

    @property
    def jumped(self) -> int:
        """The microseconds by which the wall clock has been set forward (back, below zero), or 0 when it has not."""
        ahead = self._wall() - (self._elapsed() + self._offset)
        return ahead if abs(ahead) > TOLERANCE else 0

    def follow(self, microseconds: int) -> None:
        """Go on so much later (or earlier), now that everything stored has been moved by as much."""
        self._offset += microseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveTimes(Change[None]):
    """Move every wait by so many microseconds, so that what was to happen in five seconds does. ``along`` runs on the event loop."""

    by: int
    along: Callable[[], None]

    def decide(self, draft: Draft) -> None:
        """Move open deliveries (their versions move on, so that nothing read before is written), departments that are down, jobs."""
        delivery, department, job = schema.delivery, schema.department, schema.job
        times = ("due_at", "lease_until", "doubt_since", "first_sent_at", "last_sent_at")
        moved = {name: delivery.c[name] + self.by for name in times}
        ended = [state.value for state in ENDED]
        down, leased = department.c.probe_at.is_not(None), job.c.lease_until.is_not(None)
        for statement in (
            update(delivery).where(delivery.c.state.not_in(ended)).values(**moved, version=delivery.c.version + 1),
            update(department).where(down).values(since=department.c.since + self.by, probe_at=department.c.probe_at + self.by),
            update(job).where(leased).values(lease_until=job.c.lease_until + self.by),
        ):
            draft.statements.append((statement, {}))
        draft.along.append(self.along)
        draft.audit(Entry(event="clock_moved", actor="gateway", details={"seconds": round(self.by / 1_000_000)}))
