"""Trends: the figures of cases and departments by the hour."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Final

from gateway.api.figures import models, texts
from gateway.api.http.paging import INSTANT, WORD, Query
from gateway.api.http.problems import WrongParameters
from gateway.api.http.route import Answer, Asked, Parameter, Route
from gateway.api.shapes.answers import json_answer, rfc3339
from gateway.cases.rights import Act, may, reach
from gateway.journal.hours.counting import Span
from gateway.journal.hours.figures import HOUR, CaseFigures, DepartmentFigures, hour_of
from gateway.journal.hours.keeping import KEPT
from gateway.journal.hours.trends import trends
from gateway.texts.refusals import Refused, in_language

if TYPE_CHECKING:
    from aiohttp import web

#: Days of one answer at most.
MOST_DAYS: Final = 31
_DAY: Final = 24 * HOUR


async def by_hour(asked: Asked) -> web.Response:
    """Give the figures of a span, of all departments that the caller may see or of one."""
    span, names = _wanted(asked)
    found = await asked.parts.insights.read(partial(trends, span=span, departments=names))
    hours = [rfc3339(hour) for hour in found.hours]
    whole = reach(asked.caller, Act.SEE_DEPARTMENTS) is None
    cases: models.CaseTrend = {
        "total": case_counts(found.total),
        "hours": [{"hour": hour, **case_counts(one)} for hour, one in zip(hours, found.cases, strict=True)],
    }
    departments: list[models.DepartmentTrendShape] = [
        {
            "department": trend.name,
            "title": asked.parts.departments[trend.name].config.title,
            "total": call_counts(trend.total),
            "hours": [{"hour": hour, **call_counts(one)} for hour, one in zip(hours, trend.hours, strict=True)],
        }
        for trend in found.departments
    ]
    answer: models.TrendsShape = {
        "begins": rfc3339(span.begins),
        "ends": rfc3339(span.ends),
        "counted_at": rfc3339(found.counted_at),
        "cases": cases if whole else None,
        "departments": departments,
    }
    return json_answer(answer)


def _wanted(asked: Asked) -> tuple[Span, list[str]]:
    """Read the query: whole hours, the last day unless told otherwise. Raises WrongParameters."""
    query = Query(asked.request.query, asked.language)
    department, begins, ends = query.word("department"), query.time("from"), query.time("to")
    query.done()
    seen = [name for name in asked.parts.departments if may(asked.caller, Act.SEE_DEPARTMENTS, department=name) is not None]
    now = _now()
    ends = hour_of((now if ends is None else ends) - 1) + HOUR
    begins = ends - _DAY if begins is None else hour_of(begins)
    if begins >= ends:
        raise WrongParameters([("to", in_language(texts.NOT_AFTER, asked.language))])
    if department is not None and department not in seen:
        raise Refused("not-found", 404, texts.NO_DEPARTMENT)
    oldest, latest = hour_of(now) - KEPT, hour_of(now) + HOUR  # there is nothing before and after
    ends = max(oldest, min(ends, latest))
    return Span(begins=min(ends, max(begins, oldest, ends - MOST_DAYS * _DAY)), ends=ends), seen if department is None else [department]


def _now() -> int:
    return time.time_ns() // 1000


def case_counts(figures: CaseFigures) -> models.CaseCounts:
    """Give figures of cases as they are answered."""
    share = figures.on_time_share
    return {
        "received": figures.received,
        "approved": figures.approved,
        "rejected": figures.rejected,
        "withdrawn": figures.withdrawn,
        "promised": figures.promised,
        "on_time": figures.on_time,
        "on_time_share": None if share is None else round(share, 4),
    }


def call_counts(figures: DepartmentFigures) -> models.CallCounts:
    """Give figures of a department as they are answered."""
    latencies = figures.latencies
    return {
        "sent": figures.sent,
        "sent_again": figures.sent_again,
        "asked": figures.asked,
        "failed": figures.failed,
        "approved": figures.approved,
        "rejected": figures.rejected,
        "returned": figures.returned,
        "calls": latencies.calls,
        "p50_seconds": _rounded(latencies.percentile(0.5)),
        "p95_seconds": _rounded(latencies.percentile(0.95)),
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 4)


ROUTES = (
    Route(
        method="GET",
        path="/v1/trends",
        handler=by_hour,
        id="getTrends",
        tag="departments",
        summary="Cases, calls, failures and times of calls, by the hour",
        description=(
            "Counted anew each minute until nothing more can come of an hour, and kept for 90 days; of a longer span the last 31 days are "
            "answered, see `begins`. Times are estimated from buckets, each half as long again as the one before it. A department's key "
            "sees its own figures alone."
        ),
        act=Act.SEE_DEPARTMENTS,
        parameters=(
            Parameter(name="department", place="query", description="One department alone.", schema=WORD),
            Parameter(
                name="from", place="query", description="From the hour of this time on; a day before `to` unless given.", schema=INSTANT
            ),
            Parameter(
                name="to",
                place="query",
                description="To the end of the hour before or in which this lies; now unless given.",
                schema=INSTANT,
            ),
        ),
        answers=(Answer(status=200, description="The figures, oldest hour first.", model=models.TrendsShape),),
        refusals=(400, 404),
    ),
)
