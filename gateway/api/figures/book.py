"""The day's book as a file: one row a case, masked, written as it is read, and put into the audit first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from gateway.api.csv_stream import CsvFile, stream
from gateway.api.figures import texts
from gateway.api.http.paging import DAY, LONGEST_PAGE, WORD, Query
from gateway.api.http.problems import WrongParameters
from gateway.api.http.route import CSV, Answer, Asked, Parameter, Route
from gateway.cases.caller import LOCAL_CALLER
from gateway.cases.rights import Act, Sight, may
from gateway.journal.book.sums import BookStanding
from gateway.model import code_names
from gateway.model.identifiers import CHINA
from gateway.model.service import Text
from gateway.operations.book import MOST_DAYS, BookLine, BookState, WantedBook, department_of
from gateway.texts.refusals import in_language
from gateway.texts.sentences import name

if TYPE_CHECKING:
    from aiohttp import web

    from gateway.model.code_names import Names
    from gateway.model.delivery import Delivery

#: A column: what stands over it, and what it says of a case.
_Column = tuple[Text, Callable[[BookLine], "Text | str | None"]]


def today() -> date:
    """Give the day that it is in China."""
    return datetime.now(CHINA).date()


def wrong_span(first: date, last: date) -> Text | None:
    """Say why a book of these days cannot be given, none where it can."""
    if last < first:
        return texts.NOT_BEFORE_DAY
    return texts.TOO_MANY_DAYS(MOST_DAYS) if last - first >= timedelta(days=MOST_DAYS) else None


async def exported(asked: Asked) -> web.StreamResponse:
    """Give the book that the query names, today's unless it does."""
    query = Query(asked.request.query, asked.language)
    first, last = query.day("day") or today(), query.day("to")
    service, filer, state = query.word("service"), query.word("filed_by"), query.one_of("state", BookState)
    query.done()
    wanted = WantedBook(first=first, last=last or first, service=service, filer=filer, state=state)
    if (wrong := wrong_span(wanted.first, wanted.last)) is not None:
        raise WrongParameters([("to", in_language(wrong, asked.language))])
    return await book_file(asked, wanted)


async def book_file(asked: Asked, wanted: WantedBook) -> web.StreamResponse:
    """Write a book as CSV, once the audit says who took it out."""
    await asked.parts.book.taken_out(asked.caller, wanted)
    columns = _columns(asked)
    days = wanted.first.isoformat() if wanted.first == wanted.last else f"{wanted.first.isoformat()}_{wanted.last.isoformat()}"
    file = CsvFile(name=f"book-{days}.csv", heads=[in_language(head, asked.language) for head, _ in columns])

    async def rows_after(cursor: str | None) -> tuple[Iterable[Iterable[object]], str | None]:
        found = await asked.parts.book.lines(asked.caller, wanted, cursor, LONGEST_PAGE)
        return [[_said(asked, cell(one)) for _, cell in columns] for one in found.items], found.next

    return await stream(asked.request, file, rows_after)


def _columns(asked: Asked) -> list[_Column]:
    """Give the columns that this caller may see."""
    whole = department_of(asked.caller) is None
    named = may(asked.caller, Act.SEE_BOOK) is not Sight.NONE
    columns: list[tuple[bool, _Column]] = [
        (True, (texts.BOOK_NUMBER, lambda one: one.case.number)),
        (True, (texts.BOOK_SERVICE, partial(_service, asked))),
        (True, (texts.BOOK_RECEIVED, lambda one: _time(one.case.received_at))),
        (True, (texts.BOOK_HANDED_IN, lambda one: _time(one.case.handed_in_at))),
        (True, (texts.BOOK_FILER, filer_of)),
        (named, (texts.BOOK_APPLICANT, lambda one: one.applicant)),
        (whole, (texts.BOOK_STATE, _state)),
        (True, (texts.BOOK_STEPS, lambda one: _steps(asked, one.deliveries))),
        (True, (texts.BOOK_DUE, lambda one: _time(one.case.due_at))),
        (True, (texts.BOOK_LATE, lambda one: texts.IS_LATE if one.late else texts.IS_NOT_LATE)),
        (whole, (texts.BOOK_ENDED, lambda one: _time(one.case.ended_at))),
    ]
    return [column for seen, column in columns if seen]


def filer_of(line: BookLine) -> Text:
    """Say who filed a case: the name of a person or a program, else its id."""
    return filer_name(line.case.caller, line.filer)


def filer_name(filer: str, known: str | None) -> Text:
    """Say who a caller is by its id and its name, where it has one."""
    return texts.THIS_MACHINE if filer == LOCAL_CALLER.id else name(known or filer)


def _service(asked: Asked, line: BookLine) -> Text:
    known = asked.parts.catalogue.services.get(line.case.service)
    return name(line.case.service) if known is None else known.definition.title


def _state(line: BookLine) -> Text:
    voided = line.standing is BookStanding.VOIDED
    return texts.CASE_IS_VOIDED if voided else _word(code_names.APPLICATION_STATES, line.case.state.value)


def _steps(asked: Asked, steps: Iterable[Delivery]) -> Text:
    said = []
    for one in steps:
        hosted = asked.parts.departments.get(one.department)
        title = name(one.department) if hosted is None else hosted.config.title
        said.append(texts.step_stands(title, _word(code_names.DELIVERY_STATES, one.state.value)))
    return Text(zh="；".join(one.zh for one in said), en="; ".join(one.en for one in said))


def _word(names: Names, code: str) -> Text:
    zh, en = names.get(code, (code, code))
    return Text(zh=zh, en=en)


def _time(microseconds: int | None) -> str | None:
    """Write a time to the minute as a spreadsheet reads it."""
    return None if microseconds is None else f"{datetime.fromtimestamp(microseconds // 1_000_000, CHINA):%Y-%m-%d %H:%M}"


def _said(asked: Asked, cell: Text | str | None) -> str | None:
    return in_language(cell, asked.language) if isinstance(cell, Text) else cell


ROUTES = (
    Route(
        method="GET",
        path="/v1/book",
        handler=exported,
        id="exportBook",
        tag="applications",
        summary="The day's book as CSV",
        description=(
            "What was received on these days, through whom, and where it stands: one row a case, the newest first, of the caller's group, "
            "of the centre, or, for a department's key, what the department was handed. Of the applicant it has the surname and a star for "
            "each further character, for a department and an auditor nothing. CSV as in RFC 4180, UTF-8 with a byte order mark; its heads "
            "are in the language asked for. The audit keeps who asked for which days."
        ),
        act=Act.SEE_BOOK,
        parameters=(
            Parameter(
                name="day", place="query", description="The day (Asia/Shanghai), today unless given.", schema=DAY, example="2026-11-23"
            ),
            Parameter(
                name="to", place="query", description=f"The last of several days, at most {MOST_DAYS}; `day` unless given.", schema=DAY
            ),
            Parameter(name="service", place="query", description="The service's code.", schema=WORD),
            Parameter(name="filed_by", place="query", description="The id of the key or the account that filed it.", schema=WORD),
            Parameter(
                name="state",
                place="query",
                description="Where it stands: `open` has those that were sent back as well, `late` is open past the promised day.",
                schema={"type": "string", "enum": [one.value for one in BookState]},
            ),
        ),
        answers=(Answer(status=200, description="The book.", media=(CSV,)),),
        refusals=(400, 503),
    ),
)
