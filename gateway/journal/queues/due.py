"""Deliveries by department and due time: those that wait, for whoever claims them or tells of them."""

from __future__ import annotations

from sqlalchemy import Engine, select

from gateway.journal.store.records import delivery_of
from gateway.journal.store.schema import application, delivery
from gateway.model.delivery import Delivery, DeliveryState

_D = delivery.c


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
