"""The host's clock was set: stored times to come, and times that waits are counted from, move along.

It is one moment for everything: the statements come last in their transaction, so that what is added beside them moves too, and
``along`` moves what is kept in memory, the clock first of all, before anything else is decided. A time by the old clock that was
written after the move would have waited an hour longer where the clock went back an hour.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import update

from gateway.journal.audit.hash_chain import Entry
from gateway.journal.store import schema
from gateway.journal.writer.draft import Change, Draft
from gateway.model.delivery import ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveTimes(Change[None]):
    """Move every wait by so many microseconds, so that what was to happen in five seconds does; ``along`` runs on the event loop."""

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
