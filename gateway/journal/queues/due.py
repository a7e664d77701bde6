"""Deliveries by department and due time: those that are claimed, put off, fetched back, or told to wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Select, and_, or_, select

from gateway.journal.store.records import delivery_of
from gateway.journal.store.schema import application, delivery
from gateway.journal.writer.draft import Draft
from gateway.model.delivery import Action, Delivery, DeliveryState

_D = delivery.c


@dataclass(frozen=True, slots=True)
class Claimable:
    """A delivery that may be claimed for its action."""

    delivery_id: str
    application_id: str
    action: Action
    due_at: int
    attempts: int


def due(draft: Draft, department: str, action: Action, most: int) -> list[Claimable]:
    """Give what is due of one action at a department, the longest due first, and hold its cases: other nodes pass them over."""
    statement = (
        select(_D.id, _D.application_id, _D.due_at, _D.attempts)
        .where(_D.department == department, _D.action == action.value, _D.due_at <= draft.now)
        .order_by(_D.due_at)
        .limit(most)
    )
    rows = draft.connection.execute(_held(draft, statement))
    return [Claimable(row.id, row.application_id, action, row.due_at, row.attempts) for row in rows]


def next_dues(draft: Draft, department: str, action: Action, most: int) -> list[tuple[str, int]]:
    """Give the ids and times of what is due next of one action, by what is written so far."""
    statement = (
        select(_D.id, _D.due_at)
        .where(_D.department == department, _D.action == action.value, _D.due_at.is_not(None))
        .order_by(_D.due_at)
        .limit(most)
    )
    return [(row.id, row.due_at) for row in draft.connection.execute(statement)]


def due_late(draft: Draft, department: str, *, first: int, again: int, any_: int, most: int) -> Sequence[tuple[str, str]]:
    """Give the ids of deliveries, and of their cases, that are to be sent later than ``any_``, and hold their cases.

    What was never sent is due later than ``first``, what was sent before later than ``again``.
    """
    late = or_(and_(_D.attempts == 0, _D.due_at > first), and_(_D.attempts > 0, _D.due_at > again))
    statement = (
        select(_D.id, _D.application_id)
        .where(_D.department == department, _D.action == Action.SUBMIT.value)
        .where(_D.due_at > any_, _D.state == DeliveryState.READY.value, late)
        .order_by(_D.due_at)
        .limit(most)
    )
    return [(row.id, row.application_id) for row in draft.connection.execute(_held(draft, statement))]


def queued(reader: Engine, department: str, after: str, most: int) -> list[tuple[Delivery, str]]:
    """Give what is ready for a department beyond that id, the oldest first, each with its application's trace id."""
    statement = (
        select(delivery, application.c.trace_id.label("trace"))
        .join(application, application.c.id == _D.application_id)
        .where(_D.department == department, _D.state == DeliveryState.READY.value, _D.id > after)
        .order_by(_D.id)
        .limit(most)
    )
    with reader.connect() as connection:
        rows = [dict(row) for row in connection.execute(statement).mappings()]
    return [(delivery_of({name: value for name, value in row.items() if name != "trace"}), row["trace"]) for row in rows]


def _held(draft: Draft, statement: Select[Any]) -> Select[Any]:
    """Hold the cases where other nodes write too: each takes what none holds, and never waits for another."""
    if draft.connection.dialect.name == "sqlite":
        return statement
    return statement.join(application, application.c.id == _D.application_id).with_for_update(of=application, skip_locked=True)
