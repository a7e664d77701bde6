"""Deliveries that wait for a person and cases that are due next: the oldest first, each along an index, a bounded number of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select, text, true

from gateway.journal.read.lists import within
from gateway.journal.store.records import application_of, delivery_of
from gateway.journal.store.schema import application, delivery
from gateway.model.application import Application
from gateway.model.delivery import Delivery, DeliveryState

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select

    from gateway.model.application import Reach

#: Open cases that are looked through, by the day they are due, for those of a reach.
_LOOKED_THROUGH = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The first deliveries that wait for a person, each with its application, and the number of all.

    ``asked``: those in doubt that are asked about without anybody's help.
    """

    first: tuple[tuple[Delivery, Application], ...]
    count: int
    asked: int


def waiting(connection: Connection, states: Collection[DeliveryState], reach: Reach | None, most: int) -> Waiting:
    """Find what waits for a person in these states, among the cases of the reach."""
    found: list[Delivery] = []
    count = asked = 0
    for state in states:
        own = [delivery.c.state == state.value, *_of(reach)]
        person = and_(delivery.c.due_at.is_(None), delivery.c.lease_owner.is_(None)) if state is DeliveryState.IN_DOUBT else true()
        first = select(delivery).where(*own, person).order_by(delivery.c.id).limit(most)
        found += [delivery_of(row._asdict()) for row in connection.execute(first)]
        here = connection.execute(_number(*own, person)).scalar_one()
        count += here
        if state is DeliveryState.IN_DOUBT:
            asked = connection.execute(_number(*own)).scalar_one() - here
    found = sorted(found, key=lambda one: one.id)[:most]
    cases = _cases(connection, {one.application_id for one in found})
    return Waiting(first=tuple((one, cases[one.application_id]) for one in found), count=count, asked=asked)


def due_next(connection: Connection, reach: Reach | None, most: int) -> list[Application]:
    """Give the open cases whose promised day comes first. Of a reach those among the next :data:`_LOOKED_THROUGH` of all."""
    # Written as the partial index has it, so that the index is used.
    promised = text("application.ended_at IS NULL"), text("application.due_at IS NOT NULL")
    statement = select(application).where(*promised).order_by(application.c.due_at)
    if reach is not None:
        near = statement.with_only_columns(application.c.id).limit(_LOOKED_THROUGH).subquery()
        statement = select(application).where(application.c.id.in_(select(near.c.id)), within(reach)).order_by(application.c.due_at)
    return [application_of(row._asdict()) for row in connection.execute(statement.limit(most))]


def _of(reach: Reach | None) -> list[ColumnElement[bool]]:
    if reach is None:
        return []
    return [select(application.c.id).where(application.c.id == delivery.c.application_id, within(reach)).exists()]


def _number(*conditions: ColumnElement[bool]) -> Select[int]:
    return select(func.count()).select_from(delivery).where(*conditions)


def _cases(connection: Connection, ids: Collection[str]) -> dict[str, Application]:
    rows = connection.execute(select(application).where(application.c.id.in_(ids))) if ids else ()
    return {row.id: application_of(row._asdict()) for row in rows}
