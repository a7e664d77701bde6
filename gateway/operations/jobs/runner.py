"""Works the jobs: a chunk at a time, in order of arrival, never more on the way than a department can take.

One task a node; which node works a job its lease says. What has been looked at stands in the journal with what was done, so
whoever goes on with a job goes on right there. No list of deliveries is ever held.
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
from gateway.journal.store.unavailable import JournalClosed, JournalUnavailable
from gateway.journal.writer.journal import Committed, Journal
from gateway.model.department import Limits
from gateway.operations.jobs.changes import RELEASED, Chunk, End, GiveBack, NotOurs, Take
from gateway.operations.jobs.jobs import Clock, now

log = structlog.get_logger()

#: Deliveries that one commit releases.
CHUNK = 100
#: Of one job and department at most so many are on their way, or :data:`_TIMES` as many as may be under way at once.
WINDOW = 200
_TIMES = 4
#: Seconds without any event after which it looks again; between two looks at least; while the journal cannot be written.
_LOOK_AGAIN = 1.0
_SPACING = 0.05
_JOURNAL_RETRY = 0.5
#: Seconds after which a job is asked for again that another node works.
_ELSEWHERE = 3.0


@dataclass(slots=True)
class _Held:
    """A job under this node's lease: its version as we left it, and per department that has more the last one looked at."""

    version: int
    places: dict[str, str | None]
    renew_at: float


class JobRunner:
    """One a node that dispatches. ``lease_seconds`` is how long the journal's leases last, ``clock`` the time in microseconds."""

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
        """There may be something to do."""
        self._wake.set()

    def start(self) -> None:
        """Begin to work the jobs that run, those of an earlier incarnation among them."""
        self._journal.listen(self._committed)
        self._task = asyncio.create_task(self._run_forever(), name="jobs")

    async def stop(self) -> None:
        """Work no more and give the leases back: the jobs go on elsewhere, or at the next start."""
        if self._task is None:
            return
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        for job_id in self._held:
            with contextlib.suppress(NotOurs, JournalUnavailable):
                await self._journal.write(GiveBack(job_id=job_id))

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
            except Exception as error:  # the runner outlives whatever one round met; said once a round
                self._held.clear()
                log.exception("job_failed", error=type(error).__name__)
            await asyncio.sleep(_SPACING)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._wake.wait()

    async def _round(self) -> bool:
        """Give each job that is ours a chunk a department; whether there was anything to release."""
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
            except Exception as error:  # what one job met must not stop the others
                log.exception("job_failed", job=job.id, error=type(error).__name__)
                self._leave(job)
        return released

    def _leave(self, job: JobView) -> None:
        self._held.pop(job.id, None)
        self._elsewhere[job.id] = _clock() + _ELSEWHERE

    async def _hold(self, job: JobView) -> _Held | None:
        """The job under our lease; none while another node works it."""
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
        for department in job.departments:  # where it was left, by whomever
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
        """How many more may be on their way; none until a good part of those before are through."""
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
