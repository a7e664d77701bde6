"""The inbox of callbacks: one row a message, its content among the payloads."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select, update

from gateway.journal.payload import kept, message_part
from gateway.journal.store import schema
from gateway.journal.store.records import Row
from gateway.journal.writer.draft import Draft
from gateway.model.case import NOBODY

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


def content(draft: Draft, row: Row, *, case: str) -> bytes | None:
    """Give the content of a message that waits for a delivery of a case. It is nobody's when it came before its delivery was known."""
    part = message_part(row["department"], row["message_id"])
    loaded = draft.payload(case).get((part, 1)) or draft.payload(NOBODY).get((part, 1))
    return loaded or next((one.blob for one in kept(draft.connection, NOBODY, [part])), None)
