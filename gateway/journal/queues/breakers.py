"""The breaker of each department, a row that every node reads and of which one node at a time writes the next version."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select, update

from gateway.journal.audit.hash_chain import Entry
from gateway.journal.store import schema
from gateway.journal.writer.draft import Change, Draft
from gateway.model.department import BreakerRow

_TABLE = schema.department


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


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepStanding(Change[bool]):
    """A change that stores a department's standing, with an audit entry if ``told``. Gives False when another node was faster."""

    row: BreakerRow
    told: bool = True

    def decide(self, draft: Draft) -> bool:
        """Write the row over the version before it."""
        if not keep(draft.connection, self.row):
            return False
        if self.told:
            details = {"department": self.row.name, "breaker": self.row.breaker, "problem": self.row.problem}
            draft.audit(Entry(event="department_standing", actor="gateway", details=details))
        return True
