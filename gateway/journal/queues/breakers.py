"""The breaker of each department, a row that every node reads and of which one node at a time writes the next version."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select, update

from gateway.journal.store import schema

_TABLE = schema.department


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
    return {row["name"]: BreakerRow(**row) for row in connection.execute(select(_TABLE)).mappings()}


def keep(connection: Connection, row: BreakerRow) -> bool:
    """Write a breaker over the version before it. Gives False when another node has written it meanwhile."""
    here = _TABLE.c.name == row.name
    if connection.execute(select(_TABLE.c.version).where(here)).first() is None:
        connection.execute(insert(_TABLE), asdict(row))  # where another node does it first, this is decided again
        return True
    return connection.execute(update(_TABLE).where(here, _TABLE.c.version == row.version - 1).values(asdict(row))).rowcount == 1
