"""A department's day, for it to compare with its own record: what was sent and answered, as JSON by the page or whole as CSV."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from gateway.api.csv_stream import CsvFile, stream
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
    from aiohttp import web

    from gateway.journal.read.reconciliation import Reconciled
    from gateway.journal.store.views import Page
    from gateway.texts.refusals import Language

_EPOCH = datetime.fromtimestamp(0, CHINA)


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
    """Write the whole day as it is read."""
    file = CsvFile(name=f"{name}-{day.isoformat()}.csv", heads=_heads(asked.language))
    return await stream(asked.request, file, partial(_rows, asked, name, day))


async def _rows(asked: Asked, name: str, day: date, cursor: str | None) -> tuple[Iterable[Iterable[object]], str | None]:
    found = await _page(asked, name, day, cursor, LONGEST_PAGE)
    return [_row(one).values() for one in found.items], found.next


def _heads(language: Language) -> list[str]:
    return list(COLUMNS.values() if language == "zh-CN" else COLUMNS)


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
