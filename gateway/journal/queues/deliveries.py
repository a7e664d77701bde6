"""Cases, deliveries and their entries that a change looks for: left by a process, called back, open, known by a reference or a key."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import orjson
from sqlalchemy import Connection, and_, literal_column, select, tuple_

from gateway.journal.store.records import Row
from gateway.journal.store.schema import application, audit, delivery, idempotency, inbox
from gateway.model import JsonView
from gateway.model.application import APPLICATION_ENDED
from gateway.model.delivery import Delivery, DeliveryState, Facts

#: The entry of a case that a restore found open.
RESTORED_CASE = "case_restored"

_D, _AUDIT = delivery.c, audit.c
_ENDED = [state.value for state in APPLICATION_ENDED]

_CALLED_BACK = (
    select(_D.application_id)
    .join(inbox, and_(inbox.c.department == _D.department, inbox.c.reference == _D.reference))
    .where(
        inbox.c.standing == literal_column("'waiting'"),  # as in the index
        inbox.c.key.is_(None),
        _D.state.in_([DeliveryState.DECIDING.value, DeliveryState.IN_DOUBT.value]),
        _D.lease_owner.is_(None),
    )
    .distinct()
)


def left_by_others(connection: Connection, node: str, *, before: int | None, most: int) -> list[str]:
    """Give the cases of which another than ``node`` holds a delivery, by a lease that ended ``before`` then if that is given."""
    left = select(_D.application_id).where(_D.lease_owner.is_not(None), _D.lease_owner != node)
    if before is not None:
        left = left.where(_D.lease_until < before)
    return list(connection.execute(left.distinct().order_by(_D.application_id).limit(most)).scalars())


def called_back(connection: Connection, most: int) -> list[str]:
    """Give the cases that wait for a decision which has come: it named a reference that another node was just writing down."""
    return list(connection.execute(_CALLED_BACK.limit(most)).scalars())


def open_cases(connection: Connection, after: str, most: int) -> list[str]:
    """Give the ids of applications that have not ended, beyond that id, the oldest first."""
    table = application
    statement = select(table.c.id).where(table.c.id > after, table.c.state.not_in(_ENDED)).order_by(table.c.id).limit(most)
    return list(connection.execute(statement).scalars())


def other_with_reference(connection: Connection, known: Delivery, reference: str) -> str | None:
    """Give the id of another delivery that has this reference of the department, by which callbacks find theirs, or None."""
    same = select(_D.id).where(_D.department == known.department, _D.reference == reference, _D.id != known.id)
    other: str | None = connection.execute(same.limit(1)).scalar()
    return other


def entries(connection: Connection, application_id: str, event: str) -> list[tuple[int, JsonView]]:
    """Give the times and details of a case's entries of one event."""
    statement = select(_AUDIT.at, _AUDIT.details).where(_AUDIT.application_id == application_id, _AUDIT.event == event)
    return [(row.at, orjson.loads(row.details)) for row in connection.execute(statement)]


def last_entry(connection: Connection, application_id: str, delivery_id: str, events: Collection[str]) -> tuple[str, JsonView] | None:
    """Give the event and details of the last entry about a delivery of one of these events, or None."""
    about = select(_AUDIT.event, _AUDIT.details).where(_AUDIT.application_id == application_id, _AUDIT.delivery_id == delivery_id)
    last = connection.execute(about.where(_AUDIT.event.in_(events)).order_by(_AUDIT.event_no.desc()).limit(1)).first()
    return None if last is None else (last.event, orjson.loads(last.details))


def filing(connection: Connection, forms: Iterable[tuple[str, str]]) -> Row | None:
    """Give what was filed under a caller's key, in any of its forms, or None."""
    row = connection.execute(select(idempotency).where(tuple_(idempotency.c.caller, idempotency.c.key).in_(forms))).mappings().first()
    return None if row is None else dict(row)


def since_restore(connection: Connection, application_id: str) -> Facts:
    """Give the facts of a delivery that begins anew in a case which a restore found open, and none in any other case.

    The journal that was lost may have begun the same round, under the same key.
    """
    found = entries(connection, application_id, RESTORED_CASE)
    if not found:
        return {}
    return {"doubt_since": min(details["taken_at"] for _, details in found), "last_sent_at": max(at for at, _ in found)}
