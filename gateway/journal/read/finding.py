"""Cases found by a number that somebody reads out: their own, or a department's for one of their steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from gateway.journal.store.records import application_of
from gateway.journal.store.schema import application, delivery

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from gateway.model.application import Application


def found(
    connection: Connection, numbers: Collection[str], departments: Collection[str], references: Collection[str], most: int
) -> list[Application]:
    """Give the cases with one of these numbers, or with a step that a department knows by one of these references, the newest first."""
    d = delivery.c
    known = select(d.application_id).where(d.department.in_(departments), d.reference.in_(references)).limit(most)
    wanted = or_(application.c.number.in_(numbers), application.c.id.in_(known))
    statement = select(application).where(wanted).order_by(application.c.id.desc()).limit(most)
    return [application_of(row._asdict()) for row in connection.execute(statement)]
