"""Open deliveries that nothing will ever happen to: each kind found along an index, a bounded piece at a time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, select, text

from gateway.journal.store.schema import SILENT, delivery, department_control
from gateway.model.delivery import ENDED, Action, DeliveryState

#: Deliveries that one read looks at, and the most of one kind that are named.
REACH = 5_000
MOST = 100


class Kind(StrEnum):
    """What is wrong with a delivery that is stuck."""

    NO_TIME = "no_time"  # ready or deciding, and neither due at a time nor under way
    NO_LEASE = "no_lease"  # being sent, and by nobody
    LEASE_OVER = "lease_over"  # under way for longer than any call may be
    OVERDUE = "overdue"  # due long ago, although its department could take it
    NOTHING_OPEN = "nothing_open"  # waits for steps of which none is open


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """One delivery that is stuck."""

    delivery_id: str
    application_id: str
    department: str
    kind: Kind


def silent(connection: Connection) -> list[Stuck]:
    """Find those that have no next time, or are sent by nobody, along an index that holds nothing else."""
    d = delivery.c
    statement = select(d.id, d.application_id, d.department, d.state).where(text(SILENT)).order_by(d.id).limit(MOST)
    kinds = {DeliveryState.SENDING.value: Kind.NO_LEASE}
    return [_stuck(row, kinds.get(row.state, Kind.NO_TIME)) for row in connection.execute(statement)]


def nothing_open(connection: Connection, after: str) -> tuple[list[Stuck], str | None]:
    """Find those of the next :data:`REACH` waiting ones that wait for nothing, and the one after which to go on, or None at the end."""
    d, other = delivery.c, delivery.alias("other")
    waits = d.state == DeliveryState.WAITING.value
    reach = select(d.id, d.application_id, d.department).where(waits, d.id > after).order_by(d.id).limit(REACH).subquery()
    still = [state.value for state in DeliveryState if state not in ENDED and state is not DeliveryState.WAITING]
    moves = select(other.c.id).where(other.c.application_id == reach.c.application_id, other.c.state.in_(still)).exists()
    found = [_stuck(row, Kind.NOTHING_OPEN) for row in connection.execute(select(reach).where(~moves).limit(MOST))]
    last = select(d.id).where(waits, d.id > after).order_by(d.id).offset(REACH - 1).limit(1)
    return found, connection.execute(last).scalar_one_or_none()


def leases_over(connection: Connection, before: int) -> list[tuple[Stuck, int]]:
    """Find deliveries whose lease ran out before then, the longest first, each with the time when it did."""
    d = delivery.c
    statement = (
        select(d.id, d.application_id, d.department, d.lease_until)
        .where(text("delivery.lease_owner IS NOT NULL"), d.lease_until < before)  # written as the partial index has it
        .order_by(d.lease_until)
        .limit(MOST)
    )
    return [(_stuck(row, Kind.LEASE_OVER), row.lease_until) for row in connection.execute(statement)]


def overdue(connection: Connection, department: str, action: Action, before: int) -> list[Stuck]:
    """Find deliveries of a department that were due before then, the longest first."""
    d = delivery.c
    statement = (
        select(d.id, d.application_id, d.department)
        .where(d.department == department, d.action == action.value, d.due_at < before)
        .order_by(d.due_at)
        .limit(MOST)
    )
    return [_stuck(row, Kind.OVERDUE) for row in connection.execute(statement)]


def paused(connection: Connection) -> frozenset[str]:
    """Give the departments to which nothing is sent because an operator said so."""
    table = department_control.c
    return frozenset(connection.execute(select(table.name).where(table.paused)).scalars())


def _stuck(row: Row[*tuple[Any, ...]], kind: Kind) -> Stuck:
    return Stuck(delivery_id=row.id, application_id=row.application_id, department=row.department, kind=kind)
