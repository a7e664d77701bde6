"""A department's day, for it to compare with its own record: what was sent and answered, as JSON by the page or whole as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import web

from gateway.api.http.border import add_headers
from gateway.api.http.paging import DAY, LONGEST_PAGE, PAGING_OF_DAY, Query
from gateway.api.http.preferences import preferred
from gateway.api.http.route import CSV, JSON, Answer, Asked, Parameter, Route, path_name
from gateway.api.operating import department_models
from gateway.api.operating.departments import readable
from gateway.api.operating.texts import COLUMNS
from gateway.api.shapes.answers import json_answer, rfc3339
from gateway.cases.rights import Act
from gateway.journal.read.reconciliation import Day, reconciliation
from gateway.model.identifiers import CHINA

if TYPE_CHECKING:
    from gateway.journal.read.reconciliation import Reconciled
    from gateway.journal.store.views import Page
    from gateway.texts.refusals import Language

_EPOCH = datetime.fromtimestamp(0, CHINA)

#: Characters that begin a formula in a spreadsheet (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Format(StrEnum):
    """The format of the list."""

    JSON = "json"
    CSV = "csv"


async def listed(asked: Asked) -> web.StreamResponse:
    """Give a page of the day, or all of it as CSV."""
    name, _ = readable(asked, Act.RECONCILE)
    query = Query(asked.request.query, asked.language)
    day = query.day("date") or datetime.now(CHINA).date()
    wanted = query.one_of("format", Format) or (Format.CSV if preferred(asked.request, (JSON, CSV)) == CSV else Format.JSON)
    limit, cursor = query.limit(), query.cursor(of_day=True)
    query.done()
    if wanted is Format.CSV:
        return await whole_as_csv(asked, name, day)
    return json_answer(await some_of(asked, name, day, cursor, limit))


async def some_of(asked: Asked, name: str, day: date, cursor: str | None, limit: int) -> department_models.Reconciliation:
    """Give some of a department's day."""
    found = await _page(asked, name, day, cursor, limit)
    return {"department": name, "date": day, "items": [_row(one) for one in found.items], "next": found.next}


async def _page(asked: Asked, name: str, day: date, cursor: str | None, limit: int) -> Page[Reconciled]:
    begins = datetime.combine(day, time.min, CHINA)
    ends = begins + timedelta(days=1)
    of = Day(department=name, begins=_micro(begins), ends=_micro(ends))
    return await asked.parts.insights.read(partial(reconciliation, day=of, cursor=cursor, limit=limit))


def _micro(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _row(one: Reconciled) -> department_models.ReconciledDelivery:
    d = one.delivery
    return {
        "key": one.key,
        "delivery_id": d.id,
        "application_number": one.number,
        "step": d.step,
        "operation": d.operation,
        "round": one.round,
        "attempts": one.attempts,
        "first_sent_at": rfc3339(one.first_sent_at),
        "last_sent_at": rfc3339(one.last_sent_at),
        "reference": d.reference,
        "answer": one.answer,
        "answered_at": rfc3339(one.answered_at),
        "answered_by": None if one.answer is None else "callback" if one.called_back else "reply",
        "state": d.state,
        "in_doubt": one.in_doubt,
    }


async def whole_as_csv(asked: Asked, name: str, day: date) -> web.StreamResponse:
    """Write the whole day as it is read, in UTF-8 with its mark, without which Excel misreads Chinese."""
    found = await _page(asked, name, day, None, LONGEST_PAGE)
    headers = {"Content-Disposition": f'attachment; filename="{name}-{day.isoformat()}.csv"'}
    answer = web.StreamResponse(headers=headers)
    answer.content_type, answer.charset = CSV, "utf-8"
    add_headers(asked.request, answer)
    await answer.prepare(asked.request)
    try:
        await answer.write(b"\xef\xbb\xbf" + lines([_heads(asked.language)]))
        while True:
            await answer.write(lines(_row(one).values() for one in found.items))
            if found.next is None:
                break
            found = await _page(asked, name, day, found.next, LONGEST_PAGE)
        await answer.write_eof()
    except ConnectionError:
        pass  # the reader went away: nobody to tell
    return answer


def _heads(language: Language) -> list[str]:
    return list(COLUMNS.values() if language == "zh-CN" else COLUMNS)


def lines(rows: Iterable[Iterable[object]]) -> bytes:
    """Write rows by RFC 4180, with no cell that a spreadsheet takes for a formula."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


ROUTES = (
    Route(
        method="GET",
        path="/v1/departments/{name}/reconciliation",
        handler=listed,
        id="reconcileDepartment",
        tag="departments",
        summary="What was sent to a department on one day and what it answered",
        description=(
            "For the department to compare with its own record: every delivery that it was sent, or that it answered, on that day, one "
            "row a key, in the order in which they began. A department's key reads its own. Nothing personal is in it. As CSV "
            "(`format=csv`, or `Accept: text/csv`) it is the whole day at once, UTF-8 with a byte order mark, RFC 4180; its heads are in "
            "the language asked for."
        ),
        act=Act.RECONCILE,
        parameters=(
            path_name("name", "department"),
            Parameter(
                name="date",
                place="query",
                description="The day in Asia/Shanghai; today unless given.",
                schema=DAY,
                example="2026-11-23",
            ),
            Parameter(
                name="format",
                place="query",
                description="Over what `Accept` says.",
                schema={"type": "string", "enum": [one.value for one in Format]},
            ),
            *PAGING_OF_DAY,
        ),
        answers=(Answer(status=200, description="A page of them, or all.", model=department_models.Reconciliation, media=(JSON, CSV)),),
        refusals=(400, 404),
    ),
)
