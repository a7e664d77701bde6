"""The worker of jobs: it releases one chunk at a time, in order of arrival, and never more than a department can take.

There is one task a node, and a lease says which node works a job. The journal holds how far a job has come together with its results, so
that any node can go on from there. No list of all deliveries is ever held.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from functools import partial

import structlog

from gateway.cases.casework import Casework
from gateway.journal.read import job_views, selection
from gateway.journal.read.insights import Insights
from gateway.journal.read.job_views import JobView
from gateway.journal.read.selection import FoundDelivery
from gateway.journal.writer.journal import Journal
from gateway.model.case import Committed
from gateway.model.department import Limits
from gateway.model.errors import JournalClosed, JournalUnavailable
from gateway.operations.jobs.changes import RELEASED, Chunk, End, NotOurs, Take
from gateway.operations.jobs.jobs import Clock, now

log = structlog.get_logger()

#: Deliveries that one commit releases.
CHUNK = 100
#: One job has at most this many deliveries of a department on their way, or :data:`_TIMES` times its limit of concurrent calls.
WINDOW = 200
_TIMES = 4
#: Seconds until the next look without any event, at least between two looks, and while the journal cannot be written.
_LOOK_AGAIN = 1.0
_SPACING = 0.05
_JOURNAL_RETRY = 0.5
#: Seconds until a job that another node works is asked for again.
_ELSEWHERE = 3.0


@dataclass(slots=True)
class _Held:
    """A job under this node's lease: its last known version and, for each department with deliveries left, the last one examined."""

    version: int
    places: dict[str, str | None]
    renew_at: float


class JobRunner:
    """The runner of one node. ``lease_seconds`` is the length of the journal's leases, ``clock`` gives the time in microseconds."""

    def __init__(self, journal: Journal, casework: Casework, insights: Insights, *, lease_seconds: float = 30, clock: Clock = now) -> None:
        self._journal = journal
        self._casework = casework
        self._insights = insights
        self._renew = lease_seconds / 2
        self._clock = clock
        self._held: dict[str, _Held] = {}
        self._elsewhere: dict[str, float] = {}
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Look for work at once."""
        self._wake.set()

    def start(self) -> None:
        """Begin to work the running jobs, including those of an earlier incarnation."""
        self._journal.listen(self._committed)
        self._task = asyncio.create_task(self._run_forever(), name="jobs")

    async def stop(self) -> None:
        """Stop working and give the leases back, so that the jobs go on elsewhere or at the next start."""
        if self._task is None:
            return
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        for job_id in self._held:
            with contextlib.suppress(NotOurs, JournalUnavailable):
                await self._journal.write(Take(job_id=job_id, back=True))

    def _committed(self, committed: Committed) -> None:
        if self._held and committed.deliveries:
            self._wake.set()

    async def _run_forever(self) -> None:
        while True:
            self._wake.clear()
            wait = _LOOK_AGAIN
            try:
                if await self._round():
                    continue
            except JournalClosed:
                return
            except JournalUnavailable as error:
                log.error("journal_failed", error=str(error))  # noqa: TRY400  # the database said no: the trace would tell nothing
                wait = _JOURNAL_RETRY
            except Exception as error:  # the runner survives any failure of a round, and logs one line a round
                self._held.clear()
                log.exception("job_failed", error=type(error).__name__)
            await asyncio.sleep(_SPACING)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._wake.wait()

    async def _round(self) -> bool:
        """Release one chunk for each job and department that this node works. Tells whether anything was released."""
        jobs = await self._insights.read(job_views.running)
        self._held = {job.id: held for job in jobs if (held := self._held.get(job.id)) is not None}
        released = False
        for job in jobs:
            try:
                held = await self._hold(job)
                released = (held is not None and await self._work(job, held)) or released
            except NotOurs:
                self._leave(job)
            except JournalUnavailable:
                raise
            except Exception as error:  # one job's failure must not stop the others
                log.exception("job_failed", job=job.id, error=type(error).__name__)
                self._leave(job)
        return released

    def _leave(self, job: JobView) -> None:
        self._held.pop(job.id, None)
        self._elsewhere[job.id] = _clock() + _ELSEWHERE

    async def _hold(self, job: JobView) -> _Held | None:
        """Take or renew the lease of a job. Gives None while another node works it."""
        held = self._held.get(job.id)
        if held is not None and held.version == job.version and _clock() < held.renew_at:
            return held
        if held is None and _clock() < self._elsewhere.get(job.id, 0):
            return None
        renew_at = _clock() + self._renew
        version = await self._journal.write(Take(job_id=job.id))
        self._elsewhere.pop(job.id, None)
        if held is not None and held.version == job.version:
            held.version, held.renew_at = version, renew_at
            return held
        places: dict[str, str | None] = {}
        for department in job.departments:  # from where any node left it
            looked = await self._insights.read(partial(selection.looked_at, job_id=job.id, department=department))
            places[department] = looked or job.cursor
        held = self._held[job.id] = _Held(version=version, places=places, renew_at=renew_at)
        return held

    async def _work(self, job: JobView, held: _Held) -> bool:
        worked = False
        for department in list(held.places):
            room = await self._room(job, department, held.places[department])
            if room == 0:
                continue
            found = await self._page(job, department, held.places[department], min(room, CHUNK))
            if not found:
                del held.places[department]
                continue
            await self._release(job, held, department, found)
            worked = True
        if not held.places:
            await self._end(job, held)
        return worked

    async def _room(self, job: JobView, department: str, place: str | None) -> int:
        """Tell how many more deliveries may be on their way, or 0 until a good part of the earlier ones are done."""
        hosted = self._casework.departments.get(department)
        window = _window(hosted.config.limits) if hosted is not None else WINDOW
        if place is None:
            return window
        now = self._clock()
        taken = await self._insights.read(lambda c: selection.under_way(c, job.id, department, until=place, now=now, most=window))
        return window - taken if window - taken >= window // _TIMES else 0

    async def _page(self, job: JobView, department: str, place: str | None, limit: int) -> list[FoundDelivery]:
        return await self._insights.read(
            lambda c: selection.page(c, job.selection, department, after=place, last=job.last, before=job.created_at, limit=limit)
        )

    async def _release(self, job: JobView, held: _Held, department: str, found: list[FoundDelivery]) -> None:
        places = {**held.places, department: found[-1].id}
        reached = [place for place in places.values() if place is not None]
        chunk = Chunk(
            job_id=job.id, version=held.version, actor=job.actor, selection=job.selection, before=job.created_at, found=found,
            cursor=min(reached) if len(reached) == len(places) else None, casework=self._casework,
        )  # fmt: skip
        worked = await self._journal.write(chunk)
        held.version, held.places, held.renew_at = worked.version, places, _clock() + self._renew

    async def _end(self, job: JobView, held: _Held) -> None:
        results: dict[str, int] = {}
        for result, _, count in await self._insights.read(lambda c: selection.results(c, job.id)):
            results[result] = results.get(result, 0) + count
        await self._journal.write(End(job_id=job.id, version=held.version, results=results))
        del self._held[job.id]
        released = results.pop(RELEASED, 0)
        log.info("job_ended", job=job.id, released=released, passed_over=results)


def _window(limits: Limits) -> int:
    return max(WINDOW, _TIMES * limits.concurrency)


def _clock() -> float:
    return asyncio.get_running_loop().time()
