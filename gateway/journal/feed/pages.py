"""Pages of the feed: what all chains hold beyond a cursor, merged, from one snapshot.

Entries of one chain come in its order, events of one case in the order of their numbers, whichever nodes wrote them, and the rest by time.
Both orders are orders of commits, so whatever an entry comes after is in every snapshot that holds the entry.

Nothing is lost and nothing comes twice, since an entry that a snapshot does not hold yet is beyond the last entry of a chain that the
cursor names, or younger than the cursor's time. Chains left unnamed had been silent by then, and for long when the cursor was made. So it
takes a transaction of that length, or a database whose clock is set back by as much, to break this.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, Select, select

from gateway.journal.feed.cursor import Cursor, Place
from gateway.journal.feed.strands import LostPlace, Strand, again, strands
from gateway.journal.store.schema import application, audit
from gateway.journal.store.statements import Among
from gateway.journal.store.views import Event
from gateway.model.errors import GatewayError

#: Entries that one page looks through, whosever they are.
REACH: Final = 1000
#: Chains that stay named, however long they are silent: the last that were written.
KEPT = 12
#: Microseconds of silence after which a chain may be left unnamed, and the most chains that are named although they were read to their end.
LIVELY, MOST = 10 * 60 * 1_000_000, 128

_CASES = Among(select(application.c.id, application.c.number, application.c.caller, application.c.owner_group), application.c.id)


class CursorLost(GatewayError):
    """A cursor that leads to entries which this journal does not have. ``cursor`` is the point to begin again at."""

    def __init__(self, cursor: Cursor) -> None:
        super().__init__("the cursor is of another copy of the journal")
        self.cursor = cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """One event of a case, and whose case it is. ``before`` and ``places`` are those of the cursor behind it."""

    event: Event
    application_id: str
    number: str
    caller: str
    owner_group: str | None
    before: int
    places: Mapping[str, Place]

    @property
    def cursor(self) -> Cursor:
        """The cursor behind it, which is made for those alone that are told of it."""
        return Cursor(self.before, tuple(sorted(self.places.values())))


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage:
    """Events of all cases, oldest first. ``next`` is the cursor behind all that was looked through, ``more`` whether there is more now."""

    items: tuple[CaseEvent, ...]
    next: Cursor
    more: bool


def newest(connection: Connection) -> Cursor:
    """Give the cursor behind everything that is there."""
    all_of_them = strands(connection, Cursor())
    for strand in all_of_them.values():
        strand.place = strand.last
    return _settled(Cursor(), all_of_them)


def page(connection: Connection, cursor: Cursor, reach: int = REACH) -> FeedPage:
    """Give what comes after the cursor, looking through at most ``reach`` entries. A page may hold no event and there may still be more.

    Raises CursorLost.
    """
    try:
        merging = _Merging(connection, strands(connection, cursor))
        taken = list(merging.entries({one.chain: one for one in cursor.places}, reach))
    except LostPlace as error:
        raise CursorLost(again(connection, cursor)) from error
    cases = {row["id"]: row for row in _CASES.execute(connection, {row.application_id for row, _ in taken})}
    items = tuple(_event(row, cases[row.application_id], cursor.before, places) for row, places in taken if row.application_id in cases)
    more = any(strand.unread for strand in merging.strands.values())
    return FeedPage(items=items, next=_settled(cursor, merging.strands), more=more)


def _event(row: Row[Any], case: Mapping[str, Any], before: int, places: Mapping[str, Place]) -> CaseEvent:
    event = Event(
        no=row.event_no, chain=row.chain, seq=row.seq, at=row.at, event=row.event, actor=row.actor,
        delivery_id=row.delivery_id, details=orjson.loads(row.details),
    )  # fmt: skip
    return CaseEvent(
        event=event,
        application_id=case["id"],
        number=case["number"],
        caller=case["caller"],
        owner_group=case["owner_group"],
        before=before,
        places=places,
    )


@dataclass(slots=True)
class _Merging:
    """The chains of one snapshot on their way into one order."""

    connection: Connection
    strands: dict[str, Strand]
    _heads: list[tuple[int, str, int]] = field(default_factory=list)  # of chains with more: the next entry's time, and the seq before it
    _unread: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)  # chain and seq of events, by case and number

    def entries(self, places: dict[str, Place], reach: int) -> Iterator[tuple[Row[Any], Mapping[str, Place]]]:
        """Give events of cases in their order, each with the places behind it, until so many entries have been looked through."""
        for begun in self.strands.values():
            if begun.unread and begun.place.seq:
                self._read_part(begun)
        self._heads = [(one.at, name, one.place.seq) for name, one in self.strands.items() if one.unread]
        heapify(self._heads)
        for _ in range(reach):
            if (strand := self._next()) is None:
                return
            row = strand.take()
            places[row.chain] = strand.place
            if strand.unread:
                if not strand.ahead:
                    self._read_part(strand)
                heappush(self._heads, (strand.at, row.chain, strand.place.seq))
            if row.application_id is not None and row.event_no is not None:
                yield row, dict(places)

    def _next(self) -> Strand | None:
        """Give the chain with the oldest entry, or the one that this entry has to wait for."""
        while self._heads and self._heads[0][2] != self.strands[self._heads[0][1]].place.seq:
            heappop(self._heads)  # it was read on meanwhile, and stands here once more
        strand = self.strands[self._heads[0][1]] if self._heads else None
        while strand is not None and (waits_for := self._waits_for(strand)) is not None:
            strand = waits_for
        return strand

    def _waits_for(self, strand: Strand) -> Strand | None:
        """Give the other chain with the event of the same case before, when that was not read yet. What comes before that it waits for."""
        if not strand.ahead:  # at its first entry, whose time is known beforehand
            self._read_part(strand)
        head = strand.ahead[0]
        name, seq = self._unread.get((head.application_id, (head.event_no or 0) - 1), (head.chain, 0))
        return self.strands[name] if name != head.chain and seq > self.strands[name].place.seq else None

    def _read_part(self, strand: Strand) -> None:
        strand.read_part(self.connection)
        if sum(one.unread for one in self.strands.values()) == 1:
            return  # all that its entries come after was read, or is in the same chain
        here = {(row.application_id, row.event_no) for row in strand.ahead if row.event_no is not None}
        before = {(case, number - 1) for case, number in here if number > 1} - here
        for row in self.connection.execute(_numbered(before)) if before else ():
            if row.chain in self.strands and row.seq > self.strands[row.chain].place.seq:
                self._unread[row.application_id, row.event_no] = row.chain, row.seq


def _numbered(events: Collection[tuple[str, int]]) -> Select[Any]:
    """Select where these events stand, each by its case and number, and others of the same cases that have one of the numbers."""
    table = audit.c
    cases, numbers = sorted({case for case, _ in events}), sorted({number for _, number in events})
    places = select(table.application_id, table.event_no, table.chain, table.seq)
    return places.where(table.application_id.in_(cases), table.event_no.in_(numbers))


def _settled(cursor: Cursor, of: Mapping[str, Strand]) -> Cursor:
    """Give the cursor behind what was read, naming as few chains as it can.

    A chain that was read to its end is left out when it has been silent for long, others were written since, and all that was not named was
    written later.
    """
    ends = [one for one in of.values() if not one.unread]
    ends.sort(key=lambda one: (one.seen_at, one.place.chain), reverse=True)
    latest = max((one.seen_at for one in of.values()), default=0)
    unnamed = min((one.at for one in of.values() if one.unread and not one.named), default=latest + 1)
    left_out = [
        one for rank, one in enumerate(ends) if rank >= KEPT and (rank >= MOST or one.seen_at < latest - LIVELY) and one.seen_at < unnamed
    ]
    places = {one.place for one in of.values() if one.named or not one.unread} - {one.place for one in left_out}
    before = max((cursor.before, *(one.seen_at + 1 for one in left_out)))
    return Cursor(before, tuple(sorted(places)))
