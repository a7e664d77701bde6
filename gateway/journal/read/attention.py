"""Deliveries that wait for a person and cases that are due next: the oldest first, each along an index, a bounded number of them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from gateway.journal.read.lists import within
from gateway.journal.store.records import application_of, delivery_of
from gateway.journal.store.schema import application, delivery
from gateway.model.application import Application
from gateway.model.delivery import Delivery, DeliveryState

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from gateway.model.application import Reach

#: Gives a count as it was made, or one that is young enough (:class:`gateway.journal.read.totals.Counts`).
Counted = Callable[[Callable[[], tuple[int, int]]], tuple[int, int]]
#: Open cases that are looked through, by the day they are due, for those of a reach.
LOOKED_THROUGH = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """The first deliveries that wait for a person, each with its application, and the number of all.

    ``asked``: those in doubt that are asked about without anybody's help.
    """

    first: tuple[tuple[Delivery, Application], ...]
    count: int
    asked: int


def waiting(connection: Connection, states: Collection[DeliveryState], reach: Reach | None, most: int, counted: Counted) -> Awaited:
    """Find what waits for a person in these states, among the cases of the reach. ``counted`` gives the numbers of all."""
    found: list[Delivery] = []
    for state in states:
        first = select(delivery).where(*_waits(state), *_of(reach)).order_by(delivery.c.id).limit(most)
        found += [delivery_of(row._asdict()) for row in connection.execute(first)]
    found = sorted(found, key=lambda one: one.id)[:most]
    cases = _cases(connection, {one.application_id for one in found})
    count, asked = counted(lambda: numbers(connection, states, reach))
    return Awaited(first=tuple((one, cases[one.application_id]) for one in found), count=count, asked=asked)


def numbers(connection: Connection, states: Collection[DeliveryState], reach: Reach | None) -> tuple[int, int]:
    """Count what waits for a person in these states, and what is in doubt and asked about without anybody's help."""
    own = _of(reach)

    def number(*conditions: ColumnElement[bool]) -> int:
        return connection.execute(select(func.count()).select_from(delivery).where(*conditions, *own)).scalar_one()

    count = sum(number(*_waits(state)) for state in states)
    doubt = DeliveryState.IN_DOUBT
    return count, number(delivery.c.state == doubt.value) - number(*_waits(doubt))


def due_next(connection: Connection, reach: Reach | None, most: int) -> list[Application]:
    """Give the open cases whose promised day comes first. Of a reach those among the next :data:`LOOKED_THROUGH` of all."""
    # Written as the partial index has it, so that the index is used.
    promised = text("application.ended_at IS NULL"), text("application.due_at IS NOT NULL")
    statement = select(application).where(*promised).order_by(application.c.due_at)
    if reach is None:
        return [application_of(row._asdict()) for row in connection.execute(statement.limit(most))]
    near = statement.with_only_columns(application.c.id, application.c.caller, application.c.owner_group).limit(LOOKED_THROUGH)
    own = list(islice((row.id for row in connection.execute(near) if reach.covers(row)), most))
    cases = _cases(connection, own)
    return [cases[one] for one in own]


def _waits(state: DeliveryState) -> list[ColumnElement[bool]]:
    """Give the condition of those in a state that wait for a person."""
    here = [delivery.c.state == state.value]
    return [*here, delivery.c.due_at.is_(None), delivery.c.lease_owner.is_(None)] if state is DeliveryState.IN_DOUBT else here


def _of(reach: Reach | None) -> list[ColumnElement[bool]]:
    if reach is None:
        return []
    return [select(application.c.id).where(application.c.id == delivery.c.application_id, within(reach)).exists()]


def _cases(connection: Connection, ids: Collection[str]) -> dict[str, Application]:
    rows = connection.execute(select(application).where(application.c.id.in_(ids))) if ids else ()
    return {row.id: application_of(row._asdict()) for row in rows}
