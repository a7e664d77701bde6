"""Cases and deliveries that are looked for by what became of them: left by a process, called back, open, known by a reference."""

from __future__ import annotations

from sqlalchemy import Connection, and_, literal_column, select

from gateway.journal.store.schema import application, delivery, inbox
from gateway.model.application import APPLICATION_ENDED
from gateway.model.delivery import Delivery, DeliveryState

_D = delivery.c
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
