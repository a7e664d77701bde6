"""Chains as a page of the feed reads them: each along its index, a part at a time."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, literal_column, or_, select

from gateway.journal.feed.cursor import DIGITS, START, Cursor, Place
from gateway.journal.store.schema import audit, chain
from gateway.journal.store.statements import Among
from gateway.model.errors import GatewayError

#: Entries of one chain that are read at once.
_PART = 250
#: Entries in which the one of a restore is looked for.
_RESTORE_REACH = 50_000
#: The entry that a restore begins with.
_RESTORED = "journal_restored"
_FIRST = Among(select(audit.c.chain, audit.c.at).where(literal_column("audit.seq = 1")), audit.c.chain)


class LostPlace(GatewayError):
    """A place at which the journal has another entry, or none."""


@dataclass(slots=True)
class Strand:
    """A chain from the first entry that is to be read. ``at`` is the time of that entry, ``last`` the chain's end in this snapshot."""

    last: Place
    seen_at: int
    place: Place
    at: int = 0
    named: bool = False  # by the cursor, or read on this page
    ahead: deque[Row[Any]] = field(default_factory=deque)  # rows that were read from the database already

    @property
    def unread(self) -> bool:
        """Tell whether it has an entry that is to be read."""
        return self.place.seq < self.last.seq

    def read_part(self, connection: Connection) -> None:
        """Read on from the database. Raises LostPlace when the entry before is not the one that the place says."""
        beyond = select(audit).where(audit.c.chain == self.place.chain, audit.c.seq >= self.place.seq, audit.c.seq <= self.last.seq)
        self.ahead.extend(connection.execute(beyond.order_by(audit.c.seq).limit(_PART + 1)))
        if self.place.seq and self.ahead.popleft().hash[:DIGITS] != self.place.start:
            raise LostPlace(self.place.chain)
        self.at = self.ahead[0].at

    def take(self) -> Row[Any]:
        """Give the next entry, which counts as read."""
        row = self.ahead.popleft()
        self.place, self.named = place_of(row), True
        self.at = self.ahead[0].at if self.ahead else row.at
        return row


def place_of(row: Row[*tuple[Any, ...]]) -> Place:
    """Give the place of an entry."""
    return Place(row.chain, row.seq, row.hash[:DIGITS])


def strands(connection: Connection, cursor: Cursor) -> dict[str, Strand]:
    """Give the chains that are named, and those that had a sign of life since the cursor's time. Raises LostPlace."""
    named = {one.chain: one for one in cursor.places}
    table = chain.c
    rows = select(table.id, table.seq, table.hash, table.seen_at).where(or_(table.seen_at >= cursor.before, table.id.in_(named)))
    found = {row.id: row for row in connection.execute(rows)}
    for one in cursor.places:
        row = found.get(one.chain)
        if row is None or row.seq < one.seq or (row.seq == one.seq and row.hash[:DIGITS] != one.start):
            raise LostPlace(one.chain)
    first = {row["chain"]: row["at"] for row in _FIRST.execute(connection, found.keys() - named.keys())}
    made = {}
    for name, row in found.items():
        place = named.get(name) or _read_before(connection, name, first.get(name, 0), cursor.before)
        made[name] = Strand(Place(name, row.seq, row.hash[:DIGITS]), row.seen_at, place, at=first.get(name, 0), named=name in named)
    return made


def _read_before(connection: Connection, name: str, first: int, before: int) -> Place:
    """Give the place in a chain that is not named: its start, unless it was silent for so long that it was named no more."""
    if first >= before:
        return Place(name)
    earlier = select(audit.c.chain, audit.c.seq, audit.c.hash).where(audit.c.chain == name, audit.c.at < before)
    row = connection.execute(earlier.order_by(audit.c.seq.desc()).limit(1)).first()
    return Place(name) if row is None else place_of(row)


def again(connection: Connection, cursor: Cursor) -> Cursor:
    """Give the point to begin again at with a cursor of another copy of the journal: what that copy and this one have in common.

    Where a chain has gone on since it was put back, it is the last entry before that. Of several such points it is the earliest in reach,
    since an event that comes twice is better than one that never comes. Nothing in common is the beginning.
    """
    kept = []
    for one in cursor.places:
        entry = select(audit.c.chain, audit.c.seq, audit.c.hash).where(audit.c.chain == one.chain)
        here = connection.execute(entry.where(audit.c.seq == one.seq)).first()
        if one.seq == 0 or (here is not None and place_of(here) == one):
            kept.append(one)
            continue
        reach = (audit.c.seq <= one.seq, audit.c.seq > one.seq - _RESTORE_REACH)
        back = connection.execute(select(audit.c.seq).where(audit.c.chain == one.chain, audit.c.event == _RESTORED, *reach)).scalars()
        seq = min((found - 1 for found in back), default=None)
        if seq is None and here is not None:
            return START  # another entry stands there, and nothing says since when
        last = connection.execute(
            entry.where(audit.c.seq <= (one.seq if seq is None else seq)).order_by(audit.c.seq.desc()).limit(1)
        ).first()
        kept += [] if last is None else [place_of(last)]
    return Cursor(cursor.before, tuple(kept)) if any(one.seq for one in kept) else START
