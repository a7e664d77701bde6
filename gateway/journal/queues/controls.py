"""Operators' last word on each department, a row that every node follows."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Engine, bindparam, delete, insert, select

from gateway.journal.store import schema
from gateway.journal.store.views import Control
from gateway.journal.writer.draft import Draft

_TABLE = schema.department_control
_DELETE = delete(_TABLE).where(_TABLE.c.name == bindparam("b_name"))
_INSERT = insert(_TABLE)


def read_controls(engine: Engine) -> list[Control]:
    """Give the word on every department of which one was given. Raises what SQLAlchemy raises."""
    with engine.connect() as connection:
        return [Control(**row) for row in connection.execute(select(_TABLE)).mappings()]


def control(draft: Draft, name: str) -> Control | None:
    """Give the last word on a department, if there was any."""
    row = draft.connection.execute(select(_TABLE).where(_TABLE.c.name == name)).mappings().first()
    return None if row is None else Control(**row)


def keep(draft: Draft, now: Control, *, was: Control | None) -> None:
    """Keep a word in place of the one before."""
    row = asdict(now)
    draft.execute(_DELETE, {"b_name": now.name})
    draft.execute(_INSERT, row)
    draft.hold(_TABLE, row, was=None if was is None else asdict(was))
