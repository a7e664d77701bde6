"""The day's book (台账): what was received in a span of days, through whom, and where it stands, cut by the rights of whoever asks.

A department's people see what their department was handed: its own steps, and neither the applicant nor what became of the case elsewhere.
"""

from __future__ import annotations

import time as clock
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Final

from gateway.cases.intake import unavailable_journal
from gateway.cases.rights import Act, Sight, may, reach
from gateway.journal.audit.hash_chain import Entry
from gateway.journal.book.names import applicants_of, filers
from gateway.journal.book.sums import BookCut, BookStanding, standing_of, tallies
from gateway.journal.read.insights import Insights
from gateway.journal.read.totals import OPEN, OPEN_STATES
from gateway.journal.store.views import ApplicationFilter, Page
from gateway.journal.writer.draft import Change, Draft
from gateway.journal.writer.journal import Journal
from gateway.model.application import ApplicationState, EndReason
from gateway.model.delivery import DeliveryState
from gateway.model.errors import JournalUnavailable
from gateway.model.identifiers import CHINA, mask_name

if TYPE_CHECKING:
    from gateway.cases.caller import Caller
    from gateway.journal.book.sums import Tally
    from gateway.model.application import Application
    from gateway.model.delivery import Delivery

#: Days of one book at most.
MOST_DAYS: Final = 31


class BookState(StrEnum):
    """Cases that a book is asked for. Those sent back are open too, and what is late is open past the promised day."""

    OPEN = "open"
    LATE = "late"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"


_CASES: Final[Mapping[BookState, tuple[ApplicationState, ...]]] = {
    BookState.OPEN: OPEN,
    BookState.LATE: OPEN,
    BookState.RETURNED: (ApplicationState.RETURNED,),
    BookState.APPROVED: (ApplicationState.APPROVED,),
    BookState.REJECTED: (ApplicationState.REJECTED,),
    BookState.WITHDRAWN: (ApplicationState.WITHDRAWN,),
    BookState.VOIDED: (ApplicationState.WITHDRAWN,),
}
_STEPS: Final[Mapping[BookState, tuple[DeliveryState, ...]]] = {
    BookState.OPEN: OPEN_STATES,
    BookState.LATE: OPEN_STATES,
    BookState.RETURNED: (DeliveryState.RETURNED,),
    BookState.APPROVED: (DeliveryState.APPROVED,),
    BookState.REJECTED: (DeliveryState.REJECTED,),
    BookState.WITHDRAWN: (DeliveryState.WITHDRAWN, DeliveryState.SKIPPED),
    BookState.VOIDED: (DeliveryState.WITHDRAWN, DeliveryState.SKIPPED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedBook:
    """The days in China that are asked for, both of them and all between, and of their cases those alone that fit."""

    first: date
    last: date
    service: str | None = None
    filer: str | None = None
    state: BookState | None = None

    @property
    def span(self) -> tuple[int, int]:
        """Give its begin and its end, which is no longer in it (microseconds)."""
        return _midnight(self.first), _midnight(self.last + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class BookSums:
    """Numbers of cases, or of a department's steps. Those that were sent back and those that are late are among the open ones."""

    received: int = 0
    open: int = 0
    returned: int = 0
    late: int = 0
    approved: int = 0
    rejected: int = 0
    withdrawn: int = 0
    voided: int = 0

    @property
    def ended(self) -> int:
        """Give the number of those that have come to an end."""
        return self.received - self.open


@dataclass(frozen=True, slots=True, kw_only=True)
class BookHead:
    """The sums of a book, of all that fits and by who filed it (id, name, sums), and who filed anything on these days."""

    sums: BookSums
    by_filer: Sequence[tuple[str, str | None, BookSums]]
    filers: Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BookLine:
    """One case of a book, with the steps that the reader may know of. ``applicant`` is masked, and none where it is not for the reader.

    ``standing`` is of the case, and none for a department, whose steps each say their own. ``open`` and ``late`` are of what the reader
    sees.
    """

    case: Application
    deliveries: tuple[Delivery, ...]
    filer: str | None
    applicant: str | None
    standing: BookStanding | None
    open: bool
    late: bool


@dataclass(frozen=True, slots=True)
class _Exported(Change[None]):
    entry: Entry

    def decide(self, draft: Draft) -> None:
        draft.audit(self.entry)


def department_of(caller: Caller) -> str | None:
    """Give the department whose book this caller sees, none where it sees the centre's or its group's."""
    name = caller.department
    return name if name is not None and may(caller, Act.SEE_BOOK, department=name) is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Reads the book for whoever has a right to it, and puts into the audit who took it out."""

    journal: Journal
    insights: Insights

    async def head(self, caller: Caller, wanted: WantedBook) -> BookHead:
        """Give the sums, in every state whichever is asked for. Those of very many cases may be a short while old."""
        cut = _cut(caller, wanted)
        found = await self.insights.counted(("book", cut), lambda c: tallies(c, cut, _now()))
        names = await self.insights.read(partial(filers, ids=(ids := sorted({one.filer for one in found}))))
        fitting = [one for one in found if wanted.service in (None, one.service) and wanted.filer in (None, one.filer)]
        by = {filer: _sums(one for one in fitting if one.filer == filer) for filer in ids}
        rows = [(filer, names.get(filer), sums) for filer, sums in by.items() if sums.received]
        return BookHead(
            sums=_sums(fitting), by_filer=sorted(rows, key=lambda one: -one[2].received), filers={one: names.get(one) for one in ids}
        )

    async def lines(self, caller: Caller, wanted: WantedBook, cursor: str | None, limit: int) -> Page[BookLine]:
        """Give a page of the book, the newest case first. ``cursor`` is a page's ``next``."""
        now = _now()
        found = await self.insights.applications(_filter(caller, wanted, now), cursor, limit)
        cases = [one.application for one in found.items]
        department, named = department_of(caller), may(caller, Act.SEE_BOOK) is not Sight.NONE
        ids = {one.id for one in cases}
        deliveries = await self.insights.siblings(ids) if ids else {}
        names = await self.insights.read(partial(filers, ids={one.caller for one in cases}))
        applicants = await self.insights.read(partial(applicants_of, cases=ids)) if named else {}

        def line(case: Application) -> BookLine:
            steps = tuple(one for one in deliveries.get(case.id, ()) if department is None or _was_handed(one, department))
            is_open = case.ended_at is None and (department is None or any(one.state in OPEN_STATES for one in steps))
            voided = case.end_reason is EndReason.VOIDED
            ended_at = case.ended_at if department is None else None
            return BookLine(
                case=case,
                deliveries=steps,
                filer=names.get(case.caller),
                applicant=mask_name(applicants[case.id]) if case.id in applicants else None,
                standing=standing_of(case.state.value, voided=voided) if department is None else None,
                open=is_open,
                late=case.due_at is not None and (now if is_open else ended_at or 0) > case.due_at,
            )

        return Page(tuple(map(line, cases)), found.next)

    async def taken_out(self, caller: Caller, wanted: WantedBook) -> None:
        """Put it into the audit that the book of these days leaves as a file. Raises Refused where it cannot be."""
        asked = {"service": wanted.service, "filer": wanted.filer, "state": wanted.state, "department": department_of(caller)}
        details = {"from": wanted.first.isoformat(), "to": wanted.last.isoformat(), **{k: v for k, v in asked.items() if v is not None}}
        try:
            await self.journal.write(_Exported(Entry(event="book_exported", actor=caller.actor, details=details)))
        except JournalUnavailable as error:
            raise unavailable_journal(error) from error


def _cut(caller: Caller, wanted: WantedBook) -> BookCut:
    department, (begins, ends) = department_of(caller), wanted.span
    within = reach(caller, Act.SEE_BOOK) if department is None else None
    return BookCut(reach=within, department=department, begins=begins, ends=ends)


def _filter(caller: Caller, wanted: WantedBook, now: int) -> ApplicationFilter:
    cut, state = _cut(caller, wanted), wanted.state
    ours = cut.department is None
    return ApplicationFilter(
        reach=cut.reach,
        service=wanted.service,
        filer=wanted.filer,
        states=() if state is None or not ours else _CASES[state],
        voided={BookState.WITHDRAWN: False, BookState.VOIDED: True}.get(state) if state is not None and ours else None,
        handed_to=cut.department,
        handed_states=() if state is None or ours else _STEPS[state],
        late_at=now if state is BookState.LATE else None,
        received_after=cut.begins,
        received_before=cut.ends - 1,
    )


def _sums(several: Iterable[Tally]) -> BookSums:
    found = list(several)

    def number(*standings: BookStanding) -> int:
        return sum(one.count for one in found if one.standing in standings)

    return BookSums(
        received=sum(one.count for one in found),
        open=number(BookStanding.OPEN, BookStanding.RETURNED),
        late=sum(one.late for one in found),
        **{one.value: number(one) for one in BookStanding if one is not BookStanding.OPEN},
    )


def _was_handed(one: Delivery, department: str) -> bool:
    return one.department == department and (one.first_sent_at is not None or one.round > 1)


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time.min, CHINA).timestamp()) * 1_000_000


def _now() -> int:
    return clock.time_ns() // 1000
