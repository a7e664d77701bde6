"""The digest of a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from gateway.api.figures import models
from gateway.api.figures.trends import call_counts, case_counts
from gateway.api.http.paging import DAY, Query
from gateway.api.http.route import Answer, Asked, Parameter, Route
from gateway.api.shapes.answers import json_answer, rfc3339
from gateway.cases.rights import Act
from gateway.model.application import ApplicationState
from gateway.model.delivery import DeliveryState
from gateway.model.identifiers import CHINA
from gateway.operations.digest import DepartmentDay, Digest, Ending, digest

if TYPE_CHECKING:
    from aiohttp import web


async def of_day(asked: Asked) -> web.Response:
    """Give a day's digest, yesterday's unless another is asked for."""
    query = Query(asked.request.query, asked.language)
    day = query.day("day") or yesterday()
    query.done()
    return json_answer(await digested(asked, day))


async def digested(asked: Asked, day: date) -> models.DigestShape:
    """Give the digest of a day in China."""
    parts = asked.parts
    found = await digest(parts.insights, parts.keys, parts.departments, day)
    return {
        "day": day.isoformat(),
        "hours_counted": found.hours,
        "cases": case_counts(found.cases),
        "departments": [_department(one) for one in found.departments],
        "now": _now(found),
        "jobs": {"begun": found.jobs.begun, "running": found.jobs.running},
        "endings": [_ending(one) for one in found.endings],
        "audit_problem": parts.readiness().get("audit"),
    }


def yesterday() -> date:
    """Give the day before this one in China, the last whole one."""
    return datetime.now(CHINA).date() - timedelta(days=1)


def _department(one: DepartmentDay) -> models.DepartmentDayShape:
    return {
        "department": one.name,
        "title": one.title,
        "figures": call_counts(one.figures),
        "breaker": one.now.standing.breaker,
        "paused": one.now.control.paused,
        "open": sum(one.now.open.values()),
        "oldest_open_at": rfc3339(one.now.oldest_open_at),
    }


def _now(found: Digest) -> models.PresentState:
    totals = found.totals
    return {
        "in_progress": totals.applications.get(ApplicationState.IN_PROGRESS, 0),
        "returned": totals.applications.get(ApplicationState.RETURNED, 0),
        "past_due": sum(totals.past_due.values()),
        "needing_attention": totals.attention,
        "held": found.waiting(DeliveryState.HELD),
        "in_doubt": found.waiting(DeliveryState.IN_DOUBT),
        "oldest_received_at": rfc3339(found.oldest),
    }


def _ending(one: Ending) -> models.EndingShape:
    return {"kind": one.kind, "of": one.of, "name": one.name, "until": rfc3339(one.until)}


ROUTES = (
    Route(
        method="GET",
        path="/v1/digest",
        handler=of_day,
        id="getDigest",
        tag="health",
        summary="A day in figures, and what needs somebody now",
        description=(
            "What came and ended on the day, how each department fared, and as of now: what is open, overdue, held or in doubt, keys and "
            "certificates that end, the audit. It holds no personal data, so it may be sent on."
        ),
        act=Act.SEE_DIGEST,
        parameters=(Parameter(name="day", place="query", description="The day (Asia/Shanghai), yesterday unless given.", schema=DAY),),
        answers=(Answer(status=200, description="The digest.", model=models.DigestShape),),
        refusals=(400,),
    ),
)
