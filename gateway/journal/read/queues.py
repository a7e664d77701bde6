"""The length of each department's queue. Counting reads the open deliveries, so a long queue is not counted for every question."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from gateway.journal.read.dear import Counts
from gateway.journal.store.schema import delivery
from gateway.model.delivery import ENDED, DeliveryState

if TYPE_CHECKING:
    from sqlalchemy import Connection

#: Open states, in the order of a case's life.
OPEN_STATES = tuple(state for state in DeliveryState if state not in ENDED)
#: Open states in which the department, or we towards it, have to move.
_ITS_TURN = frozenset({DeliveryState.READY, DeliveryState.SENDING, DeliveryState.DECIDING, DeliveryState.IN_DOUBT, DeliveryState.HELD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Open deliveries of one department by state, the first id of those that are its turn, and when they were counted (microseconds)."""

    open: dict[DeliveryState, int]
    oldest: str | None
    counted_at: int


class Queues:
    """A counter of queues, which counts long ones only now and then."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._counts: Counts[dict[str, Queue]] = Counts(clock)

    def of(self, connection: Connection, names: Sequence[str]) -> dict[str, Queue]:
        """Give the queue of each department named."""
        wanted = tuple(sorted(names))
        return self._counts.of(wanted, lambda: _count(connection, wanted))


def _count(connection: Connection, names: Sequence[str]) -> dict[str, Queue]:
    at = time.time_ns() // 1000
    statement = (
        select(delivery.c.department, delivery.c.state, func.count(), func.min(delivery.c.id))
        .where(delivery.c.department.in_(names), delivery.c.state.in_([state.value for state in OPEN_STATES]))
        .group_by(delivery.c.department, delivery.c.state)
    )
    counts: dict[str, dict[DeliveryState, int]] = {name: {} for name in names}
    oldest: dict[str, str] = {}
    for name, word, count, first in connection.execute(statement):
        state = DeliveryState(word)
        counts[name][state] = count
        if state in _ITS_TURN:
            oldest[name] = min(first, oldest.get(name, first))
    return {name: Queue(open=counts[name], oldest=oldest.get(name), counted_at=at) for name in names}
