"""How long each department's queue is. Counting costs the open deliveries, so that of a long queue it is not done for every question."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from gateway.journal.schema import delivery
from gateway.model.delivery import ENDED, DeliveryState

if TYPE_CHECKING:
    from sqlalchemy import Connection

#: Open states, in the order of a case's life.
OPEN_STATES = tuple(state for state in DeliveryState if state not in ENDED)
#: Open states in which the department, or we towards it, have to move.
_ITS_TURN = frozenset({DeliveryState.READY, DeliveryState.SENDING, DeliveryState.DECIDING, DeliveryState.IN_DOUBT, DeliveryState.HELD})

#: Seconds that counting may take before a count is used again, and for how many times as long as it took.
_DEAR, _USED_AGAIN = 0.02, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Open deliveries of one department by state, the first id of those that are its turn, and when they were counted (microseconds)."""

    open: dict[DeliveryState, int]
    oldest: str | None
    counted_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    queues: dict[str, Queue]
    until: float  # by the clock that ``Queues`` has


class Queues:
    """Counts queues, and uses a count that was dear again for a while: all counting stays below a twentieth of the time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counted: dict[tuple[str, ...], _Counted] = {}

    def of(self, connection: Connection, names: Sequence[str]) -> dict[str, Queue]:
        """The queue of each department named. Called from several threads: at worst two count at once."""
        wanted = tuple(sorted(names))
        began = self._clock()
        known = self._counted.get(wanted)
        if known is not None and began < known.until:
            return known.queues
        queues = _count(connection, wanted)
        took = self._clock() - began
        if took < _DEAR:
            self._counted.pop(wanted, None)
        else:
            self._counted[wanted] = _Counted(queues=queues, until=began + took * (1 + _USED_AGAIN))
        return queues


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
