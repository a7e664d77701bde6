"""The inbox of callbacks: one row a message, its content among the payloads."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select, update

from gateway.journal.store import schema
from gateway.journal.store.records import Row
from gateway.journal.writer.draft import Draft

_TABLE = schema.inbox
_SETTLE = (
    update(_TABLE)
    .where(_TABLE.c.department == bindparam("b_department"), _TABLE.c.message_id == bindparam("b_message"))
    .values(standing=bindparam("standing"), delivery_id=bindparam("delivery_id"))
)


def came_before(connection: Connection, department: str, message_id: str) -> bool:
    """Tell whether a message came before this batch."""
    seen = select(_TABLE.c.message_id).where(_TABLE.c.department == department, _TABLE.c.message_id == message_id)
    return connection.execute(seen).first() is not None


def settle(draft: Draft, row: Row, standing: str, delivery_id: str, *, case: str) -> None:
    """Settle a message that waited: ``applied``, or ``kept`` as evidence."""
    settled = {"standing": standing, "delivery_id": delivery_id}
    draft.taken.add((row["department"], row["message_id"]))
    draft.execute(_SETTLE, {"b_department": row["department"], "b_message": row["message_id"], **settled})
    draft.hold(_TABLE, {**row, **settled}, case=case, was=row)


def content(draft: Draft, application_id: str, part: str) -> bytes | None:
    """Give one part of an application's payload, whatever its revision, or None."""
    table = schema.payload.c
    found: bytes | None = draft.connection.execute(
        select(table.blob).where(table.application_id == application_id, table.part == part)
    ).scalar_one_or_none()
    return found
