"""The deliveries that a department may still be handed today: one row a department and day, counted in the transaction that leases them.

A delivery counts once a round, on the day of its first attempt, whether it arrived or not: what is sent again is the same submission.
"""

from __future__ import annotations

from sqlalchemy import Connection

from gateway.journal.store import schema
from gateway.journal.store.statements import count_up
from gateway.model.identifiers import day_of


def used(connection: Connection, department: str, now: int, *, more: int = 0) -> int:
    """Give how many of today's are used, with ``more`` from here on. Use by other nodes waits for this transaction's end."""
    return count_up(connection, schema.quota_use.c.used, {"department": department, "day": day_of(now)}, more)
