"""Filings by their Idempotency-Keys."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select, tuple_

from gateway.journal.store import schema
from gateway.journal.store.records import Row


def filing(connection: Connection, forms: Iterable[tuple[str, str]]) -> Row | None:
    """Give what was filed under a caller's key, in any of its forms, or None."""
    table = schema.idempotency
    row = connection.execute(select(table).where(tuple_(table.c.caller, table.c.key).in_(forms))).mappings().first()
    return None if row is None else dict(row)
