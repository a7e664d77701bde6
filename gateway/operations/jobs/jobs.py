"""Repairs of many deliveries at once, as jobs that are previewed, begun, reported and stopped here and worked by ``runner.py``."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

from gateway.cases.caller import Caller
from gateway.cases.casework import Casework, Forms
from gateway.cases.filing import repeated
from gateway.cases.intake import invalid
from gateway.cases.judgement import can_be_asked_again
from gateway.departments.retries import SECOND
from gateway.journal.queues.jobs import Begun, find_begun
from gateway.journal.read import job_views, selection
from gateway.journal.read.insights import Insights
from gateway.journal.read.job_views import JobDelivery, JobReport, JobView
from gateway.journal.read.selection import Group, Selection
from gateway.journal.store.views import Page
from gateway.journal.writer.journal import Journal
from gateway.model import JsonView
from gateway.model.delivery import DeliveryState
from gateway.model.errors import Located
from gateway.model.identifiers import new_id
from gateway.operations import texts
from gateway.operations.jobs.changes import BeginJob, Stop
from gateway.sdk.department import Ask, Never, Operation, Safe
from gateway.texts.refusals import Refused
from gateway.texts.sentences import side_by_side
from gateway.texts.strict_json import canonical

log = structlog.get_logger()

#: The time in microseconds since the epoch.
Clock = Callable[[], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """The count of deliveries, of one department and state, that a job would treat alike.

    ``would`` is ``sent_again``, ``asked_first`` (and sent again if absent), or the reason for passing over: ``never``, ``key_forgotten``,
    ``no_adapter``, ``under_way``.
    """

    department: str
    state: DeliveryState
    would: str
    count: int


def now() -> int:
    """Give this machine's time."""
    return time.time_ns() // 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """Begins, stops and reports jobs. ``wake`` tells this node's runner of a new job, ``clock`` is the journal's."""

    journal: Journal
    casework: Casework
    insights: Insights
    wake: Callable[[], None] = field(default=lambda: None)
    clock: Clock = field(default=now)

    async def prospects(self, wanted: Selection) -> list[Prospect]:
        """Count what would happen to the matching deliveries. Changes nothing."""
        groups = await self.insights.read(lambda c: selection.groups(c, wanted))
        counts: Counter[tuple[str, DeliveryState, str]] = Counter()
        for group in groups:
            for would, count in (await self._would(wanted, group)).items():
                counts[group.department, group.state, would] += count
        return [
            Prospect(department=department, state=state, would=would, count=count)
            for (department, state, would), count in sorted(counts.items())
            if count
        ]

    async def _would(self, wanted: Selection, group: Group) -> Mapping[str, int]:
        if group.leased:
            return {"under_way": group.count}
        operation = self._operation(group)
        if operation is None:
            return {"no_adapter": group.count}
        if group.accepted and self._asked_again(group):
            return {"asked_first": group.count}
        if not group.doubt:
            return {"sent_again": group.count}
        match operation.resend:
            case Never():
                return {"never": group.count}
            case Ask():
                return {"asked_first": group.count}
            case Safe(remembered=remembered):
                if operation.read_only:
                    return {"sent_again": group.count}
                since = self.clock() - int(remembered.total_seconds() * SECOND) + 1
                known = await self.insights.read(lambda c: selection.remembered(c, wanted, group, since))
                return {"sent_again": known, "key_forgotten": group.count - known}

    def _asked_again(self, group: Group) -> bool:
        hosted = self.casework.departments.get(group.department)
        adapter = hosted.department if hosted is not None else None
        return adapter is not None and can_be_asked_again(adapter, group.problem)

    def _operation(self, group: Group) -> Operation | None:
        hosted = self.casework.departments.get(group.department)
        operations = hosted.department.operations if hosted is not None and hosted.department is not None else ()
        return next((operation for operation in operations if operation.name == group.operation), None)

    async def begin(self, wanted: Selection, *, caller: Caller, key: str, said: JsonView, reason: str | None) -> Begun:
        """Begin a job for the deliveries that match now. The same key and body give the same job.

        ``said`` is the whole request. Raises Refused (422) if the key was used for another request or nothing matches, JournalUnavailable.
        """
        body_hmac = self.casework.mac.forms(canonical(said))
        before = await self.insights.read(lambda c: find_begun(c, self.casework.keys.forms(caller.id, key)))
        if before is None:
            before = await self._begin(wanted, caller, key, body_hmac, reason)
        if not before.created:
            repeated({"body_hmac": before.body_hmac, "application_id": before.id}, body_hmac)
        return before

    async def begun_before(self, caller: Caller, key: str) -> str | None:
        """Give the job that the caller has begun under that key, if any."""
        found = await self.insights.read(lambda c: find_begun(c, self.casework.keys.forms(caller.id, key)))
        return None if found is None else found.id

    async def _begin(self, wanted: Selection, caller: Caller, key: str, body_hmac: Forms, reason: str | None) -> Begun:
        groups = await self.insights.read(lambda c: selection.groups(c, wanted))
        departments: Counter[str] = Counter()
        for group in groups:
            departments[group.department] += group.count
        if not groups:
            raise invalid([Located("/filter", side_by_side(texts.NONE_FITS))])
        begin = BeginJob(
            job_id=new_id(),
            caller=caller.id,
            actor=caller.actor,
            key=key,
            body_hmac=body_hmac[0],
            selection=wanted,
            departments=departments,
            last=max(group.last for group in groups),
            reason=reason,
            casework=self.casework,
        )
        begun = await self.journal.write(begin)
        if begun.created:
            log.info("job_begun", job=begun.id, selected=departments.total(), actor=caller.actor)
            self.wake()
        return begun

    async def stop(self, job_id: str, *, caller: Caller) -> None:
        """Stop a job. Deliveries not yet released stay where they are. Raises Refused: 404, or 409 if it has ended."""
        if not await self.journal.write(Stop(job_id=job_id, actor=caller.actor)):
            raise Refused("not-found", 404, texts.NO_JOB)
        log.info("job_stopped", job=job_id, actor=caller.actor)

    async def several(self, cursor: str | None, limit: int) -> Page[JobView]:
        """Give a page of jobs, newest first."""
        found = await self.insights.read(lambda c: job_views.several(c, cursor, limit))
        return Page(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else None)

    async def report(self, job_id: str) -> JobReport | None:
        """Give one job with its progress so far, or None if it does not exist."""
        return await self.insights.read(lambda c: job_views.report(c, job_id))

    async def deliveries(self, job_id: str, result: str | None, cursor: str | None, limit: int) -> Page[JobDelivery]:
        """Give a page of a job's deliveries with their results, in order of arrival."""
        found = await self.insights.read(lambda c: job_views.deliveries(c, job_id, result, cursor, limit))
        return Page(tuple(found[:limit]), found[limit - 1].delivery_id if len(found) > limit else None)
