"""The page of one job: how far it is, what it did to each delivery, and its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gateway.api.http.paging import WORD, Query
from gateway.api.http.route import Parameter, path_id
from gateway.api.operating.jobs import done_by, so_far
from gateway.cases.rights import Act, may
from gateway.model import code_names
from gateway.texts.refusals import Refused
from gateway.texts.sentences import listed
from gateway.web.charts import Chart, Value, stacked
from gateway.web.console.jobs import texts
from gateway.web.console.screens import View, action, screen
from gateway.web.console.words import department_title, failure, word
from gateway.web.times import said_at

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.api.operating.job_models import Job, JobDeliveryShape
    from gateway.model.service import Text
    from gateway.web.staff.forms import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneLine:
    """One delivery, and the job's result for it."""

    number: str
    application_id: str
    department: Text
    result: Text
    state: Text
    problem: Text | None


async def show(asked: Asked) -> View:
    """One job."""
    return await _view(asked)


async def stop(asked: Asked, fields: Fields) -> str | View:
    """Stop the job."""
    del fields  # nothing is asked
    try:
        await asked.parts.jobs.stop(asked.path["id"], caller=asked.caller)
    except Refused as refused:
        if refused.status != 409:  # a conflict: it has ended meanwhile, which the page shows
            raise
        return await _view(asked, status=409, said=refused.said)
    return f"/console/jobs/{asked.path['id']}"


async def _view(asked: Asked, *, status: int = 200, said: Text | None = None) -> View:
    query = Query(asked.request.query, asked.language)
    result, cursor = query.word("result"), query.cursor()
    query.done()
    job = await so_far(asked, asked.path["id"])
    done = await done_by(asked, job["id"], result, cursor, query.limit())
    values = {
        "job": job,
        "began": said_at(job["created_at"]),
        "who": job["name"] or job["actor"],
        "of": listed(texts.job_of_department(department_title(asked, code), count) for code, count in job["departments"].items()),
        "state": word(code_names.JOB_STATES, job["state"]),
        "progress": _progress(job),
        "passed_over": [(code, word(code_names.JOB_RESULTS, code), count) for code, count in sorted(job["passed_over"].items())],
        "now": [(word(code_names.DELIVERY_STATES, state), count) for state, count in job["now"].items()],
        "lines": [_line(asked, one) for one in done["items"]],
        "next": done["next"],
        "result": result,
        "stops": job["state"] == "running" and may(asked.caller, Act.REPAIR_MANY) is not None,
        "said": said,
    }
    return View(template="jobs/one.html", values=values, status=status, at=None if said is None else f"/console/jobs/{job['id']}")


def _progress(job: Job) -> Chart:
    passed, over = sum(job["passed_over"].values()), job["state"] != "running"
    left = job["moved_on"] if over else max(0, job["selected"] - job["looked_at"])
    values = [
        Value(name=texts.JOB_RELEASED, number=job["released"], colour="run"),
        Value(name=texts.JOB_PASSED_OVER, number=passed, colour="doubt"),
        Value(name=texts.JOB_MOVED_ON if over else texts.JOB_TO_COME, number=left, colour="wait"),
    ]
    return stacked(texts.job_progress(job["selected"], job["released"], passed, left), values)


def _line(asked: Asked, one: JobDeliveryShape) -> DoneLine:
    return DoneLine(
        number=one["application_number"],
        application_id=one["application_id"],
        department=department_title(asked, one["department"]),
        result=word(code_names.JOB_RESULTS, one["result"]),
        state=word(code_names.DELIVERY_STATES, one["state"]),
        problem=None if one["problem"] is None else failure(one["problem"]),
    )


_RESULT: Final = Parameter(name="result", place="query", description="One result alone.", schema=WORD)
PAGES: Final = (
    screen("/console/jobs/{id}", show, act=Act.SEE_JOBS, named="jobPage", summary="One job", parameters=(path_id("id", "job"), _RESULT)),
    action(
        "/console/jobs/{id}/stop", stop, act=Act.REPAIR_MANY, named="stopJobForm", summary="Stop a job", parameters=(path_id("id", "job"),)
    ),
)
