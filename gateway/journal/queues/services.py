"""Suspensions of services as the journal has them for all nodes."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select

from gateway.journal.store import schema
from gateway.journal.store.views import Suspension
from gateway.journal.writer.draft import Draft

_TABLE = schema.service_control
_DELETE = delete(_TABLE).where(_TABLE.c.id == bindparam("b_id"))
_INSERT = insert(_TABLE)


def read_suspensions(engine: Engine) -> list[Suspension]:
    """Give all that there ever were, a few dozen a year: one that somebody ended has to reach nodes that knew it.

    Raises what SQLAlchemy raises.
    """
    with engine.connect() as connection:
        return _all(connection)


def suspensions(draft: Draft) -> list[Suspension]:
    """Give them as this change has them."""
    return _all(draft.connection)


def _all(connection: Connection) -> list[Suspension]:
    return [Suspension(**row) for row in connection.execute(select(_TABLE).order_by(_TABLE.c.id)).mappings()]


def keep_suspension(draft: Draft, now: Suspension, *, was: Suspension | None) -> None:
    """Keep a suspension in place of what it was before."""
    row = asdict(now)
    if was is not None:
        draft.execute(_DELETE, {"b_id": now.id})
    draft.execute(_INSERT, row)
    draft.hold(_TABLE, row, was=None if was is None else asdict(was))
