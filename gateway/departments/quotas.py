"""Daily quotas: one row counts a department's deliveries of a day, in the transaction that leases them.

A delivery counts once a round, on the day of its first attempt, whether it arrived or not, because a repeat is the same submission.
"""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from gateway.departments.openings import day_of
from gateway.journal.store import schema


def used(connection: Connection, department: str, now: int, *, more: int = 0) -> int:
    """Count ``more`` deliveries, and give the sum of today. Other nodes' counts wait for this transaction's end."""
    table = schema.quota_use
    here = {"department": department, "day": day_of(now)}
    made = sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
    counted = (
        made.values(**here, used=more)
        .on_conflict_do_update(index_elements=list(here), set_={"used": table.c.used + more})
        .returning(table.c.used)
    )
    return int(connection.execute(counted).scalar_one())
