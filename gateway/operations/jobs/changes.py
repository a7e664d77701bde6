"""The changes of a job that repairs many deliveries: begun, worked a chunk at a time, stopped, ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Unpack

import orjson
import structlog

from gateway.cases.casework import Casework
from gateway.journal.audit.hash_chain import Entry
from gateway.journal.queues import jobs
from gateway.journal.queues.jobs import Begun, JobColumns, JobRow, find_begun
from gateway.journal.read.reasons import job_reason
from gateway.journal.read.selection import FoundDelivery, Selection
from gateway.journal.store import schema
from gateway.journal.store.unavailable import DatabaseFailed
from gateway.journal.writer.draft import Change, Draft, Needs
from gateway.model import Details
from gateway.model.case import NOBODY
from gateway.model.errors import GatewayError
from gateway.operations import texts
from gateway.operations.repairs import NotAgain, send_again
from gateway.texts.refusals import conflict

log = structlog.get_logger()

RUNNING, STOPPED, ENDED = "running", "stopped", "ended"
RELEASED = "released"


class NotOurs(GatewayError):
    """The job is not this node's to work now: it was stopped, or another node has its lease."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginJob(Change[Begun]):
    """Begin a job. The same key gives the job that was begun under it."""

    job_id: str
    caller: str
    actor: str
    key: str
    body_hmac: str
    selection: Selection
    departments: Mapping[str, int]  # how many fitted, by department
    last: str
    reason: str | None
    casework: Casework

    def decide(self, draft: Draft) -> Begun:
        """Write its row and the entry that says what it is for."""
        before = find_begun(draft.connection, self.casework.keys.forms(self.caller, self.key))
        if before is not None:
            return before
        filtered, selected = self.selection.as_json(), sum(self.departments.values())
        row = JobRow(
            id=self.job_id,
            caller=self.caller,
            key=self.casework.keys.kept(draft, self.caller, self.key),
            body_hmac=self.body_hmac,
            filter=orjson.dumps({"filter": filtered, "departments": dict(self.departments), "actor": self.actor}).decode(),
            state=RUNNING,
            selected=selected,
            last=self.last,
            created_at=draft.now,
        )
        details: Details = {"job": self.job_id, "filter": filtered, "selected": selected}
        if self.reason:
            draft.put_payload(NOBODY, job_reason(self.job_id), 1, self.reason.encode())
        draft.audit(Entry(event="job_begun", actor=self.actor, details=details))
        jobs.add(draft, row)
        return Begun(id=self.job_id, body_hmac=self.body_hmac, created=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop(Change[bool]):
    """Stop a job, and tell whether there is one: what it has not released stays where it is."""

    job_id: str
    actor: str

    def decide(self, draft: Draft) -> bool:
        """Stop it, which twice changes nothing. Raises Refused (409) when it has ended."""
        row = jobs.job(draft, self.job_id)
        if row is None:
            return False
        if row.state == ENDED:
            raise conflict(texts.JOB_ENDED)
        if row.state == RUNNING:
            stored = orjson.dumps({**orjson.loads(row.filter), "stopped_by": self.actor}).decode()
            jobs.change(draft, row, state=STOPPED, ended_at=draft.now, lease_owner=None, lease_until=None, filter=stored)
            draft.audit(Entry(event="job_stopped", actor=self.actor, details={"job": self.job_id}))
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Take(Change[int]):
    """Take a running job's lease for this node, or go on holding it, and give the job's version. Raises NotOurs.

    ``back`` gives the lease back, so that the next start need not wait for its end.
    """

    job_id: str
    back: bool = False

    def decide(self, draft: Draft) -> int:
        """Lease it by the journal's clock, or free it."""
        return _ours(draft, self.job_id, free=self.back)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """One chunk's results by name, and the job's version after it."""

    version: int
    results: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Release some deliveries of a job in their order, those that still stand as they did when it was begun.

    ``version`` is the job's as this node left it: whoever worked it meanwhile makes it NotOurs, with nothing changed.
    """

    job_id: str
    version: int
    actor: str
    selection: Selection
    before: int  # what changed later than this is not the job's
    found: Sequence[FoundDelivery]
    cursor: str | None  # every delivery of the job up to here has been looked at
    casework: Casework

    @property
    def needs(self) -> Needs:
        """Their cases, with the payload where a step may be released."""
        return Needs(cases=tuple(sorted({one.application_id for one in self.found})), payload=any(one.fresh for one in self.found))

    def decide(self, draft: Draft) -> Worked:
        """Look at each again, as it stands now, and keep its result."""
        version = _ours(draft, self.job_id, self.version, cursor=self.cursor)
        at = draft.now + version  # another for each chunk, however coarse the clock: its entry names its rows by it
        rows = [
            {"job_id": self.job_id, "delivery_id": one.id, "at": at, "result": self._release(draft, one, draft.now + place)}
            for place, one in enumerate(self.found)
        ]
        for row in rows:
            draft.insert(schema.job_delivery, row)
        draft.hold_all(schema.job_delivery, f"{self.job_id} {at}", rows)
        results = Counter(str(row["result"]) for row in rows)
        draft.audit(Entry(event="job_worked", actor=self.actor, details={"job": self.job_id, "results": dict(results)}))
        return Worked(version=version, results=results)

    def _release(self, draft: Draft, one: FoundDelivery, due_at: int) -> str:
        delivery = draft.case(one.application_id).by_id(one.id)  # both are there: nothing that a job has found is ever removed
        if delivery.state not in self.selection.states or delivery.updated_at > self.before:
            return "changed_since"
        if delivery.lease_owner is not None:
            return "under_way"
        alone = draft.apart()  # from the others, so that one that cannot be released takes nothing of them along
        try:
            send_again(alone, self.casework, delivery, actor=self.actor, due_at=due_at, details={"job": self.job_id})
        except NotAgain as refused:
            return refused.reason
        except DatabaseFailed:
            for undo in alone.undo:
                undo()
            raise
        except Exception as error:  # one that cannot be released is reported; the job goes on with the others
            for undo in alone.undo:
                undo()
            log.exception("request_not_made", delivery=delivery.id, department=delivery.department, error=type(error).__name__)
            return "failed"
        draft.join(alone)
        return RELEASED


@dataclass(frozen=True, slots=True, kw_only=True)
class End(Change[None]):
    """End a job that has looked at everything."""

    job_id: str
    version: int
    results: Mapping[str, int]

    def decide(self, draft: Draft) -> None:
        """End it. Raises NotOurs when it was stopped or taken meanwhile."""
        _ours(draft, self.job_id, self.version, state=ENDED, ended_at=draft.now, free=True)
        draft.audit(Entry(event="job_ended", actor="gateway", details={"job": self.job_id, "results": dict(self.results)}))


def _ours(draft: Draft, job_id: str, version: int | None = None, *, free: bool = False, **changes: Unpack[JobColumns]) -> int:
    """Compare-and-set: go on with the job under this node's lease. Raises NotOurs."""
    row = jobs.job(draft, job_id)
    if row is None or row.state != RUNNING:
        raise NotOurs(f"job {job_id} is {row.state if row else 'gone'}")
    if row.lease_owner not in (None, draft.node) and (row.lease_until or 0) > draft.now:
        raise NotOurs(f"job {job_id} is worked by another node")
    if version is not None and row.version != version:
        raise NotOurs(f"job {job_id} was worked by another node meanwhile")
    owner, until = (None, None) if free else (draft.node, draft.now + draft.lease_microseconds)
    changes["lease_owner"], changes["lease_until"] = owner, until
    return jobs.change(draft, row, **changes)
