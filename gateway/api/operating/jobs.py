"""Repairs of many deliveries at once: begun by a filter, followed, stopped."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from gateway.api.http import requests
from gateway.api.http.bodies import read
from gateway.api.http.declared import KEY, idempotency_key
from gateway.api.http.paging import PAGING, WORD, Query
from gateway.api.http.problems import not_found
from gateway.api.http.route import Answer, Asked, Parameter, Route, path_id
from gateway.api.operating import job_models
from gateway.api.shapes.answers import by_state, json_answer, rfc3339
from gateway.api.shapes.masking import masked_sentence
from gateway.cases.rights import Act, Sight, may
from gateway.journal.read.selection import Selection
from gateway.model.delivery import DeliveryState
from gateway.texts.instants import microseconds

if TYPE_CHECKING:
    from aiohttp import web

    from gateway.journal.queues.jobs import Begun
    from gateway.journal.read.job_views import JobDelivery, JobReport, JobView

_TIMES = ("updated_after", "updated_before", "received_after", "received_before")


async def begin(asked: Asked) -> web.Response:
    """Begin a retry by filter, or tell its effect beforehand."""
    said = await read(asked, requests.BulkRetry)
    if said.dry_run:
        return json_answer(await prospects(asked, said.filter))
    begun = await begun_by(asked, said, idempotency_key(asked))
    headers = {"Location": f"/v1/jobs/{begun.id}"}
    if not begun.created:
        headers["Idempotent-Replayed"] = "true"
    return json_answer(await so_far(asked, begun.id), 202, headers)


async def prospects(asked: Asked, wanted: requests.RetryFilter) -> job_models.RetryProspects:
    """Give what a retry by this filter would do now."""
    found = await asked.parts.jobs.prospects(_selection(wanted))
    would: Counter[str] = Counter()
    for prospect in found:
        would[prospect.would] += prospect.count
    items: list[job_models.RetryProspect] = [
        {"department": p.department, "state": p.state, "would": cast("job_models.Would", p.would), "count": p.count} for p in found
    ]
    return {"selected": would.total(), "would": would, "items": items}


async def begun_by(asked: Asked, said: requests.BulkRetry, key: str) -> Begun:
    """Begin a retry by filter, once a key. Raises Refused (422) where the key was another request's or nothing fits."""
    whole = said.model_dump(mode="json")
    return await asked.parts.jobs.begin(_selection(said.filter), caller=asked.caller, key=key, said=whole, reason=said.reason)


async def several(asked: Asked) -> web.Response:
    """A page of jobs."""
    query = Query(asked.request.query, asked.language)
    limit, cursor = query.limit(), query.cursor()
    query.done()
    return json_answer(await some(asked, cursor, limit))


async def some(asked: Asked, cursor: str | None, limit: int) -> job_models.JobPage:
    """Give some jobs, newest first."""
    found = await asked.parts.jobs.several(cursor, limit)
    return {"items": [_summary(job) for job in found.items], "next": found.next}


async def one(asked: Asked) -> web.Response:
    """Give one job with its results so far."""
    return json_answer(await so_far(asked, asked.path["id"]))


async def so_far(asked: Asked, job_id: str) -> job_models.Job:
    """Give a job with what it has done so far. Raises Refused (404)."""
    return _job(await _report(asked, job_id), asked)


async def deliveries(asked: Asked) -> web.Response:
    """Give a page of a job's results, one a delivery."""
    query = Query(asked.request.query, asked.language)
    limit, cursor, result = query.limit(), query.cursor(), query.word("result")
    query.done()
    report = await _report(asked, asked.path["id"])
    return json_answer(await done_by(asked, report.job.id, result, cursor, limit))


async def done_by(asked: Asked, job_id: str, result: str | None, cursor: str | None, limit: int) -> job_models.JobDeliveries:
    """Give some of what a job did, in order of arrival, with that ``result`` alone where one is named."""
    found = await asked.parts.jobs.deliveries(job_id, result, cursor, limit)
    return {"items": [_delivery(d) for d in found.items], "next": found.next}


async def stop(asked: Asked) -> web.Response:
    """Stop a job."""
    await read(asked, requests.Nothing, optional=True)
    job_id = asked.path["id"]
    await asked.parts.jobs.stop(job_id, caller=asked.caller)
    return json_answer(await so_far(asked, job_id))


async def _report(asked: Asked, job_id: str) -> JobReport:
    report = await asked.parts.jobs.report(job_id)
    if report is None:
        raise not_found()
    return report


def _selection(said: requests.RetryFilter) -> Selection:
    times = {name: None if (text := getattr(said, name)) is None else microseconds(text) for name in _TIMES}
    return Selection(
        states=tuple(state for state in DeliveryState if state in said.state),
        department=said.department,
        operation=said.operation,
        service=said.service,
        problem=said.problem,
        ids=tuple(sorted(set(said.ids))),
        **times,
    )


def _summary(job: JobView) -> job_models.JobSummary:
    asked = job.selection.as_json()
    asked["state"] = asked.pop("states")
    return {
        "id": job.id,
        "state": job.state,
        "caller": job.caller,
        "actor": job.actor,
        "stopped_by": job.stopped_by,
        "filter": {name: rfc3339(value) if name in _TIMES else value for name, value in asked.items()},
        "selected": job.selected,
        "departments": dict(job.departments),
        "created_at": rfc3339(job.created_at),
        "ended_at": rfc3339(job.ended_at),
    }


def _job(report: JobReport, asked: Asked) -> job_models.Job:
    looked_at, released = sum(report.results.values()), report.results.get("released", 0)
    over = report.job.state != "running"
    return {
        **_summary(report.job),
        "name": report.name,
        "reason": None if may(asked.caller, Act.SEE_JOBS) is Sight.NONE else masked_sentence(report.reason, None),
        "looked_at": looked_at,
        "released": released,
        "passed_over": {result: count for result, count in report.results.items() if result != "released"},
        "moved_on": max(0, report.job.selected - looked_at) if over else 0,
        "now": by_state(report.now),
    }


def _delivery(d: JobDelivery) -> job_models.JobDeliveryShape:
    return {
        "delivery_id": d.delivery_id,
        "application_id": d.application_id,
        "application_number": d.number,
        "department": d.department,
        "at": rfc3339(d.at),
        "result": d.result,
        "state": d.state,
        "problem": d.problem,
    }


ROUTES = (
    Route(
        method="POST",
        path="/v1/deliveries/retry",
        handler=begin,
        id="retryDeliveries",
        tag="jobs",
        summary="Send many again by filter, by the resend rule of each",
        description=(
            "Begins a job: in order of arrival, no more at a time than each department takes, kept over restarts. What changes after "
            "it was begun is not its to touch, so however often it is begun, nothing is sent twice for it. With `dry_run` only the "
            "counts; no `Idempotency-Key` is needed then."
        ),
        act=Act.REPAIR_MANY,
        parameters=(replace(KEY, required=False, description="Needed unless `dry_run`. The same key and body always give the same job."),),
        body=requests.BulkRetry,
        body_examples={
            "What would happen": {"filter": {"state": ["held"], "department": "tax"}, "dry_run": True},
            "Do it": {"filter": {"state": ["held"], "department": "tax", "problem": "http_400"}, "reason": "对方已修复接口"},
        },
        answers=(
            Answer(status=200, description="Of a dry run: what would happen.", model=job_models.RetryProspects),
            Answer(status=202, description="It is begun.", model=job_models.Job, headers={"Location": "The job's address."}),
        ),
        refusals=(400, 422, 503),
    ),
    Route(
        method="GET",
        path="/v1/jobs",
        handler=several,
        id="listJobs",
        tag="jobs",
        summary="Repairs of many, newest first",
        act=Act.SEE_JOBS,
        parameters=PAGING,
        answers=(Answer(status=200, description="A page of them.", model=job_models.JobPage),),
        refusals=(400,),
    ),
    Route(
        method="GET",
        path="/v1/jobs/{id}",
        handler=one,
        id="getJob",
        tag="jobs",
        summary="One job: what it has done, and where those deliveries stand now",
        act=Act.SEE_JOBS,
        parameters=(path_id("id", "job"),),
        answers=(Answer(status=200, description="The job.", model=job_models.Job),),
        refusals=(404,),
    ),
    Route(
        method="GET",
        path="/v1/jobs/{id}/deliveries",
        handler=deliveries,
        id="listJobDeliveries",
        tag="jobs",
        summary="What a job did to each delivery, in order of arrival",
        act=Act.SEE_JOBS,
        parameters=(
            path_id("id", "job"),
            Parameter(name="result", place="query", description="`released`, or why it was passed over.", schema=WORD, example="never"),
            *PAGING,
        ),
        answers=(Answer(status=200, description="A page of them.", model=job_models.JobDeliveries),),
        refusals=(400, 404),
    ),
    Route(
        method="POST",
        path="/v1/jobs/{id}/stop",
        handler=stop,
        id="stopJob",
        tag="jobs",
        summary="Stop a job",
        description="What it has not released stays where it stands; what it has goes on.",
        act=Act.REPAIR_MANY,
        parameters=(path_id("id", "job"),),
        body=requests.Nothing,
        body_optional=True,
        answers=(Answer(status=200, description="As it stands now.", model=job_models.Job),),
        refusals=(404, 409, 422, 503),
    ),
)
