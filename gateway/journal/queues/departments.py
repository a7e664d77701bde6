"""Departments as the journal has them for all nodes: the breaker of each, its operators' last word, and how much of its quota is used."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update

from gateway.journal.store import schema
from gateway.journal.store.statements import count_up
from gateway.journal.store.views import Control
from gateway.journal.writer.draft import Draft
from gateway.model.identifiers import day_of

_BREAKERS, _CONTROLS = schema.department, schema.department_control
_DELETE = delete(_CONTROLS).where(_CONTROLS.c.name == bindparam("b_name"))
_INSERT = insert(_CONTROLS)


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerRow:
    """A breaker as it is kept. Times are microseconds since the epoch."""

    name: str
    breaker: str  # closed | open | half_open | stopped
    failures: int
    problem: str | None
    since: int
    probe_at: int | None
    version: int


def breakers(connection: Connection) -> dict[str, BreakerRow]:
    """Give every department's breaker by its name, of those to which anything ever happened."""
    return {row["name"]: BreakerRow(**row) for row in connection.execute(select(_BREAKERS)).mappings()}


def keep_breaker(connection: Connection, row: BreakerRow) -> bool:
    """Write a breaker over the version before it, one node at a time. Gives False when another node has written it meanwhile."""
    here = _BREAKERS.c.name == row.name
    if connection.execute(select(_BREAKERS.c.version).where(here)).first() is None:
        connection.execute(insert(_BREAKERS), asdict(row))  # where another node does it first, this is decided again
        return True
    return connection.execute(update(_BREAKERS).where(here, _BREAKERS.c.version == row.version - 1).values(asdict(row))).rowcount == 1


def read_controls(engine: Engine) -> list[Control]:
    """Give the word on every department of which one was given. Raises what SQLAlchemy raises."""
    with engine.connect() as connection:
        return [Control(**row) for row in connection.execute(select(_CONTROLS)).mappings()]


def control(draft: Draft, name: str) -> Control | None:
    """Give the last word on a department, if there was any."""
    row = draft.connection.execute(select(_CONTROLS).where(_CONTROLS.c.name == name)).mappings().first()
    return None if row is None else Control(**row)


def keep_control(draft: Draft, now: Control, *, was: Control | None) -> None:
    """Keep a word in place of the one before."""
    row = asdict(now)
    draft.execute(_DELETE, {"b_name": now.name})
    draft.execute(_INSERT, row)
    draft.hold(_CONTROLS, row, was=None if was is None else asdict(was))


def quota_used(connection: Connection, department: str, now: int, *, more: int = 0) -> int:
    """Give how many of today's deliveries are used, with ``more`` from here on. Use by other nodes waits for this transaction's end.

    A delivery counts once a round, on the day of its first attempt, whether it arrived or not: what is sent again is the same submission.
    """
    return count_up(connection, schema.quota_use.c.used, {"department": department, "day": day_of(now)}, more)
