"""The day's book: sums of what was received, by whom it came through, and each case with where it stands, for whoever has a right to it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from gateway.api.figures.book import book_file, filer_name, filer_of, today, wrong_span
from gateway.api.http.paging import uuid_of
from gateway.api.http.problems import WrongParameters
from gateway.cases.rights import Act, Sight, may, reach
from gateway.journal.store.views import Page
from gateway.model.identifiers import is_date
from gateway.operations.book import BookHead, BookLine, BookState, BookSums, WantedBook, department_of
from gateway.texts.refusals import in_language
from gateway.web.console import ages
from gateway.web.console.book import texts
from gateway.web.console.screens import View, file, screen
from gateway.web.console.words import case_tags, delivery_tag, department_title, number_groups, service_title
from gateway.web.times import moment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web

    from gateway.api.http.route import Asked
    from gateway.model.service import Text

_PATH: Final = "/console/book"
_PAGE: Final = 50
#: Days from here on have no day after them.
_ENDLESS: Final = "9999"
_NOTHING: Final = BookHead(sums=BookSums(), by_filer=(), filers={})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Typed:
    """The days as they were typed, and what is wrong with each by its field. Where something is, no book is shown."""

    wanted: WantedBook
    day: str
    to: str
    wrong: Mapping[str, Text]

    def address(self, **more: str | None) -> str:
        """Give the address of this book, with some of it otherwise (none: without it)."""
        one = self.wanted
        said = {"day": one.first.isoformat(), "to": one.last.isoformat() if one.last != one.first else None}
        said |= {"service": one.service, "filed_by": one.filer, "state": one.state and one.state.value, **more}
        return urlencode({name: value for name, value in said.items() if value})


def _typed(asked: Asked) -> _Typed:
    query = asked.request.query
    day, to, state = (query.get(name, "").strip() for name in ("day", "to", "state"))
    wrong = {
        name: texts.BOOK_NOT_A_DAY for name, typed in (("day", day), ("to", to)) if typed and not (is_date(typed) and typed < _ENDLESS)
    }
    first = date.fromisoformat(day) if day and not wrong else today()
    last = date.fromisoformat(to) if to and not wrong else first
    if (span := wrong_span(first, last)) is not None:
        wrong["to"] = span
        last = first
    chosen = BookState(state) if state in list(BookState) else None
    wanted = WantedBook(
        first=first, last=last, service=query.get("service") or None, filer=query.get("filed_by") or None, state=chosen
    )  # fmt: skip
    return _Typed(wanted=wanted, day=day if "day" in wrong else first.isoformat(), to=to, wrong=wrong)


async def show(asked: Asked) -> View:
    """The sums and a page of the cases."""
    typed = _typed(asked)
    wanted, department = typed.wanted, department_of(asked.caller)
    head = _NOTHING
    found: Page[BookLine] = Page((), None)
    if not typed.wrong:
        head = await asked.parts.book.head(asked.caller, wanted)
        found = await asked.parts.book.lines(asked.caller, wanted, uuid_of(asked.request.query.get("cursor", "")), _PAGE)
    now = time.time_ns() // 1000
    values = {
        "headline": _headline(wanted, head, steps=department is not None),
        "whose": _whose(asked, department),
        "typed": typed,
        "query": typed.address(),
        "sums": _sums(typed, head.sums, voided=department is None),
        "by_filer": [(filer_name(filer, name), typed.address(filed_by=filer), sums) for filer, name, sums in head.by_filer],
        "filers": [(filer, filer_name(filer, name), filer == wanted.filer) for filer, name in head.filers.items()],
        "services": [(code, one.definition.title, code == wanted.service) for code, one in asked.parts.catalogue.services.items()],
        "rows": [_row(asked, one, now) for one in found.items],
        "empty": _empty(head, department),
        "following": None if found.next is None else typed.address(cursor=found.next),
        "first_page": typed.address() if asked.request.query.get("cursor") else None,
        "named": may(asked.caller, Act.SEE_BOOK) is not Sight.NONE,
        "whole": department is None,
        "linked": may(asked.caller, Act.READ) is not None,
    }
    return View(template="book/book.html", values=values, status=422 if typed.wrong else 200)


async def download(asked: Asked) -> web.StreamResponse:
    """Give the same as a file, whole. Raises Refused where it cannot be given."""
    typed = _typed(asked)
    if typed.wrong:
        raise WrongParameters([(name, in_language(said, asked.language)) for name, said in typed.wrong.items()])
    return await book_file(asked, typed.wanted)


def _headline(wanted: WantedBook, head: BookHead, *, steps: bool) -> Text:
    first, last, count = wanted.first.isoformat(), wanted.last.isoformat(), head.sums.received
    if first == last:
        return (texts.steps_of_day if steps else texts.book_of_day)(first, count)
    return (texts.steps_of_days if steps else texts.book_of_days)(first, last, count)


def _whose(asked: Asked, department: str | None) -> Text:
    if department is not None:
        return texts.book_of_department(department_title(asked, department))
    return texts.BOOK_OF_CENTRE if reach(asked.caller, Act.SEE_BOOK) is None else texts.BOOK_OF_GROUP


def _sums(typed: _Typed, sums: BookSums, *, voided: bool) -> Sequence[tuple[Text, int, str, bool]]:
    """Give each number with its words, where it leads, and whether that is shown now. The first is of all."""
    state = typed.wanted.state
    numbers = [(texts.BOOK_STATES[one.value], getattr(sums, one.value), typed.address(state=one.value), one is state) for one in BookState]
    every = (texts.BOOK_RECEIVED_COUNT, sums.received, typed.address(state=None), state is None)
    return [every, *(numbers if voided else numbers[:-1])]


def _row(asked: Asked, line: BookLine, now: int) -> Mapping[str, object]:
    case = line.case
    return {
        "id": case.id,
        "number": number_groups(case.number),
        "service": service_title(asked, case.service),
        "received": moment(case.received_at),
        "handed_in": None if case.handed_in_at is None else texts.entered_late(moment(case.handed_in_at)),
        "filer": filer_of(line),
        "applicant": line.applicant,
        "tags": case_tags(case, told_otherwise=False),
        "steps": [(department_title(asked, one.department), delivery_tag(one.state, case)) for one in line.deliveries],
        "due": None if case.due_at is None else moment(case.due_at),
        "left": ages.due(case.due_at, now, asked.parts.intake.calendar) if line.open and case.due_at is not None else None,
        "late": line.late,
        "ended": None if case.ended_at is None else moment(case.ended_at),
    }


def _empty(head: BookHead, department: str | None) -> Text:
    if head.filers:
        return texts.BOOK_NOTHING_FITS
    return texts.BOOK_NO_CASES if department is None else texts.BOOK_NO_STEPS


PAGES: Final = (
    screen(_PATH, show, act=Act.SEE_BOOK, named="bookPage", summary="The day's book"),
    file(f"{_PATH}/book.csv", download, act=Act.SEE_BOOK, named="bookFile", summary="The day's book as a file"),
)
