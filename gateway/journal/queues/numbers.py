"""The sequences of 办件编号, a row an implementation code and day, from which every node takes blocks of its own."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, select, update

from gateway.journal.store import schema
from gateway.journal.store.statements import count_up
from gateway.journal.writer.draft import Draft

_TABLE = schema.number_block
_MOVE = (
    update(_TABLE)
    .where(_TABLE.c.implementation == bindparam("b_implementation"), _TABLE.c.day == bindparam("b_day"))
    .values(next=bindparam("b_next"))
)


def take_block(draft: Draft, implementation: str, day: str, size: int) -> int:
    """Take the next ``size`` sequences, and give the one that follows them."""
    here = {"implementation": implementation, "day": day}
    following = count_up(draft.connection, _TABLE.c.next, here, size, first=1 + size)
    before = {**here, "next": following - size} if following - size > 1 else None
    draft.hold(_TABLE, {**here, "next": following}, was=before)
    return following


def leave_out(draft: Draft, implementations: Iterable[str], since: str, today: str, size: int) -> None:
    """Leave ``size`` sequences out on each day from ``since`` on, and today for every implementation code that is known or given."""
    known = {(row.implementation, row.day): row.next for row in draft.connection.execute(select(_TABLE))}
    for (implementation, day), following in sorted(known.items()):
        if day >= min(since, today):
            draft.execute(_MOVE, {"b_implementation": implementation, "b_day": day, "b_next": following + size})
            here = {"implementation": implementation, "day": day}
            draft.hold(_TABLE, {**here, "next": following + size}, was={**here, "next": following})
    for implementation in sorted({implementation for implementation, _ in known} | set(implementations)):
        if (implementation, today) not in known:  # the lost journal may have begun the day all the same
            draft.insert(_TABLE, {"implementation": implementation, "day": today, "next": 1 + size})
