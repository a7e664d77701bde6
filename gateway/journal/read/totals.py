"""Numbers of the whole journal, for the metrics and the operators: each counted along an index.

Counting reads the open deliveries, or more. So a count that is dear is not made for every question, but used again for a while.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import func, select, text, union_all

from gateway.journal.read.lists import id_at, id_time
from gateway.journal.store.people_schema import OPEN as OPEN_SESSION
from gateway.journal.store.schema import application, delivery, session
from gateway.model.application import ApplicationState, EndReason
from gateway.model.delivery import ENDED, DeliveryState

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select, Subquery

T = TypeVar("T")

#: Seconds of counting from which on a count is dear, and the multiple of its time for which a dear one is used again.
_DEAR, _USED_AGAIN = 0.02, 20

#: States of an application that has not ended.
OPEN = (ApplicationState.IN_PROGRESS, ApplicationState.RETURNED)
#: Open states, in the order of a case's life.
OPEN_STATES = tuple(state for state in DeliveryState if state not in ENDED)
#: Open states in which the department, or we towards it, have to move.
_ITS_TURN = frozenset({DeliveryState.READY, DeliveryState.SENDING, DeliveryState.DECIDING, DeliveryState.IN_DOUBT, DeliveryState.HELD})


class Counts(Generic[T]):
    """Counts that are used again when they were dear, so that all counting stays below a twentieth of the time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counted: dict[Hashable, tuple[T, float]] = {}  # each with the time by this clock until which it is used

    def of(self, what: Hashable, count: Callable[[], T]) -> T:
        """Give the count of ``what``. Any thread may ask: at worst two count at once."""
        began = self._clock()
        known = self._counted.get(what)
        if known is not None and began < known[1]:
            return known[0]
        counted = count()
        took = self._clock() - began
        if took < _DEAR:
            self._counted.pop(what, None)
        else:
            of_use = {key: one for key, one in self._counted.items() if one[1] > began}
            self._counted = {**of_use, what: (counted, began + took * (1 + _USED_AGAIN))}
        return counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Open deliveries of one department by state, the first id of those that are its turn, and when they were counted (microseconds)."""

    open: dict[DeliveryState, int]
    oldest: str | None
    counted_at: int


def queues(counts: Counts[dict[str, Queue]], connection: Connection, names: Sequence[str]) -> dict[str, Queue]:
    """Give the queue of each department named, by these counts."""
    wanted = tuple(sorted(names))
    return counts.of(wanted, lambda: _queues(connection, wanted))


def _queues(connection: Connection, names: Sequence[str]) -> dict[str, Queue]:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """All numbers as they were at ``counted_at`` (microseconds). ``oldest`` is when the oldest open application of a state was filed."""

    ended: Mapping[tuple[str, str], int]  # deliveries by department and state
    applications: Mapping[str, int]  # by state
    attention: int
    past_due: Mapping[str, int]  # by state
    oldest: Mapping[str, int]  # by state
    sessions: int  # of people, that nobody has ended
    counted_at: int


def count(connection: Connection, departments: Sequence[str]) -> Totals:
    """Count it all, deliveries of these departments alone, since their index begins with the department."""
    now = time.time_ns() // 1000
    d, a = delivery.c, application.c
    ended = (
        select(d.department, d.state, func.count())
        .where(d.department.in_(departments), d.state.in_([state.value for state in ENDED]))
        .group_by(d.department, d.state)
    )
    every = a.state.in_([state.value for state in ApplicationState])  # state by state, so that the index is used
    states = connection.execute(select(a.state, func.count(), func.min(a.id)).where(every).group_by(a.state)).all()
    # Few are late, and an index has them. As an expression the state leads to no index with far more rows.
    plain = a.state.concat("")
    late = select(plain, func.count()).where(text("application.ended_at IS NULL"), a.due_at < now).group_by(plain)
    attention = select(func.count()).where(text("application.needs_attention"), a.id > "")  # as its partial index has it
    sessions = select(func.count()).select_from(session).where(text(OPEN_SESSION), session.c.account > "")  # as its partial index has it
    return Totals(
        ended={(department, state): number for department, state, number in connection.execute(ended)},
        applications={state: number for state, number, _ in states},
        attention=connection.execute(attention).scalar_one(),
        past_due={row[0]: row[1] for row in connection.execute(late)},
        sessions=connection.execute(sessions).scalar_one(),
        oldest={state: id_time(first) for state, _, first in states if state in OPEN},
        counted_at=now,
    )


#: Cases of one service are told one by one in fives of their order of coming: whoever is told of one is told of four more with it.
FIVE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TodaysCase:
    """One case of the day as anybody may know it."""

    number: str
    service: str
    state: ApplicationState


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """The cases that came since a midnight and those of them that were decided, in numbers, and the newest of those that may be told."""

    received: int
    done: int
    cases: tuple[TodaysCase, ...]  # newest first


def today(connection: Connection, services: Sequence[str], listed: Sequence[str], midnight: int, most: int) -> Today:
    """Count the cases of these services since ``midnight`` (microseconds), and give the newest of those ``listed``, ``most`` at most.

    A case that completes no five yet is left out, so that none appears alone at the moment its person leaves the counter. Those entered by
    mistake keep their place in a five and are not told, nor is what is left where that is fewer than five.
    """
    a = application.c
    of_today = a.id >= id_at(midnight)  # the time in an id, which is that of its receipt to the millisecond, so that indexes alone count
    came = select(a.service, func.count()).where(a.service.in_(services), of_today).group_by(a.service)
    number = {row[0]: row[1] for row in connection.execute(came)}
    states = [ApplicationState.APPROVED.value, ApplicationState.REJECTED.value]
    done = connection.execute(select(func.count()).where(a.state.in_(states), of_today)).scalar_one()
    mistaken = a.state == ApplicationState.WITHDRAWN.value, a.end_reason == EndReason.VOIDED.value
    void = {row[0]: row[1] for row in connection.execute(select(a.service, func.count()).where(*mistaken, of_today).group_by(a.service))}
    told = [code for code in listed if (count := number.get(code, 0)) - count % FIVE - void.get(code, 0) >= FIVE]
    pages = [
        select(a.id).where(a.service == code, of_today).order_by(a.id.desc()).limit(most).offset(number[code] % FIVE).subquery()
        for code in told
    ]
    newest = union_all(*map(select, pages)).subquery() if pages else None
    rows = () if newest is None else connection.execute(_some(newest, most)).all()
    cases = (
        TodaysCase(number=row.number, service=row.service, state=ApplicationState(row.state))
        for row in rows
        if row.end_reason != EndReason.VOIDED.value
    )
    return Today(received=sum(number.values()), done=done, cases=tuple(cases))


def _some(newest: Subquery, most: int) -> Select[Any]:
    a, last = application.c, select(newest.c.id).order_by(newest.c.id.desc()).limit(most)
    return select(a.number, a.service, a.state, a.end_reason).where(a.id.in_(last)).order_by(a.id.desc())
