"""Views of jobs, read beside the writer like everything in the insights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson
from sqlalchemy import Connection, Row, func, select, text

from gateway.journal.payload import kept
from gateway.journal.read import selection
from gateway.journal.read.lists import id_at
from gateway.journal.read.reasons import job_reason, name_of
from gateway.journal.read.selection import Selection
from gateway.journal.store.schema import application, delivery, job, job_delivery
from gateway.model.case import NOBODY
from gateway.model.delivery import DeliveryState

_RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """A job as its row says. ``departments`` counts the deliveries that fitted when it was begun, by department."""

    id: str
    caller: str
    actor: str  # who began it, as the audit names them
    selection: Selection
    departments: Mapping[str, int]
    state: Literal["running", "stopped", "ended"]
    selected: int
    cursor: str | None
    last: str
    created_at: int
    ended_at: int | None
    lease_owner: str | None
    version: int
    stopped_by: str | None = None  # as the audit names them


@dataclass(frozen=True, slots=True, kw_only=True)
class JobReport:
    """A job with what it has done: deliveries looked at by result, and released ones by the state they are in now."""

    job: JobView
    reason: str | None
    name: str | None = None  # the name of who began it: the key's own, or the user's
    results: Mapping[str, int] = field(default_factory=dict)
    now: Mapping[DeliveryState, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDelivery:
    """The result of a job for one delivery, and where that one stands now."""

    delivery_id: str
    application_id: str
    number: str  # the case's, as people know it
    department: str
    at: int
    result: str
    state: DeliveryState
    problem: str | None


def job_of(row: Row[Any]) -> JobView:
    """Give the job that a row holds."""
    stored = orjson.loads(row.filter)
    return JobView(
        **{name: value for name, value in row._asdict().items() if name not in {"filter", "key", "body_hmac", "lease_until"}},
        actor=stored.get("actor", f"caller:{row.caller}"),
        selection=Selection.of_json(stored["filter"]),
        departments=stored["departments"],
        stopped_by=stored.get("stopped_by"),
    )


def one(connection: Connection, job_id: str) -> JobView | None:
    """Give the job of that id, or None when there is none."""
    row = connection.execute(select(job).where(job.c.id == job_id)).one_or_none()
    return None if row is None else job_of(row)


def several(connection: Connection, cursor: str | None, limit: int) -> list[JobView]:
    """Give jobs, newest first, one more than ``limit``."""
    statement = select(job) if cursor is None else select(job).where(job.c.id < cursor)
    return [job_of(row) for row in connection.execute(statement.order_by(job.c.id.desc()).limit(limit + 1))]


def running(connection: Connection) -> list[JobView]:
    """Give jobs that are to be worked, the oldest first."""
    return [job_of(row) for row in connection.execute(select(job).where(text("job.state = 'running'")).order_by(job.c.id))]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCounts:
    """Jobs that were begun in a span, and those that run now."""

    begun: int
    running: int


def counts(connection: Connection, *, begins: int, ends: int) -> JobCounts:
    """Count the jobs that were begun from ``begins`` to before ``ends`` (microseconds), and those that run now."""
    begun = select(func.count()).where(job.c.id >= id_at(begins), job.c.id < id_at(ends))
    running = select(func.count()).where(text("job.state = 'running'"), job.c.id > "")  # as its partial index has it
    return JobCounts(begun=connection.execute(begun).scalar_one(), running=connection.execute(running).scalar_one())


def report(connection: Connection, job_id: str) -> JobReport | None:
    """Give a job with what it has done so far, or None when there is none."""
    found = one(connection, job_id)
    if found is None:
        return None
    results: dict[str, int] = {}
    now: dict[DeliveryState, int] = {}
    for result, state, count in selection.results(connection, job_id):
        results[result] = results.get(result, 0) + count
        if result == _RELEASED:
            now[DeliveryState(state)] = count
    reason = next((one.blob for one in kept(connection, NOBODY, [job_reason(job_id)])), None)
    name = name_of(connection, found.actor)
    return JobReport(job=found, reason=None if reason is None else reason.decode(), name=name, results=results, now=now)


def deliveries(connection: Connection, job_id: str, result: str | None, cursor: str | None, limit: int) -> list[JobDelivery]:
    """Give what a job did, in order of arrival, one more than ``limit``."""
    j, d = job_delivery.c, delivery.c
    statement = (
        select(j.delivery_id, d.application_id, application.c.number, d.department, j.at, j.result, d.state, d.problem)
        .join(delivery, d.id == j.delivery_id)
        .join(application, application.c.id == d.application_id)
        .where(j.job_id == job_id)
        .order_by(j.delivery_id)
        .limit(limit + 1)
    )
    if result is not None:
        statement = statement.where(j.result == result)
    if cursor is not None:
        statement = statement.where(j.delivery_id > cursor)
    return [JobDelivery(**{**row._asdict(), "state": DeliveryState(row.state)}) for row in connection.execute(statement)]
