"""The dispatcher: it claims due deliveries while departments have permits, calls the departments and tells the journal the results.

A delivery that is not being sent holds no thread, task or memory: it is a row with a due time. One task claims for all departments, and
each call under way is a task of its own.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Coroutine, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import structlog

from gateway.cases.casework import Casework
from gateway.cases.judgement import Result, StillOpen, in_vain
from gateway.cases.results import Recorded, RecordResult
from gateway.departments.breaker import Breakers
from gateway.departments.containment import overdue, watch_tasks
from gateway.departments.retries import SECOND
from gateway.dispatch.calls import Calls
from gateway.dispatch.claiming import Capacity, Claim
from gateway.dispatch.housekeeping import Housekeeping
from gateway.dispatch.overseer import Overseer, UnderWay
from gateway.dispatch.waits import Waits
from gateway.journal.store.database import Engine
from gateway.journal.writer.draft import Change, Work
from gateway.journal.writer.journal import Committed, Journal
from gateway.model.delivery import Action, DeliveryState
from gateway.model.errors import DepartmentError, InDoubt, Invalid, JournalClosed, JournalUnavailable, Unavailable
from gateway.telemetry.metrics import Metrics

log = structlog.get_logger()

T = TypeVar("T")

#: Seconds between attempts to write a result while the journal cannot be written.
_JOURNAL_RETRY = 0.5
#: Seconds in which calls that outlast the time to stop may still report that they are in doubt.
_GIVE_BACK = 2.0
#: The claimer looks again after this long without any other event (microseconds).
_LOOK_AGAIN = 5 * SECOND


class Dispatcher:
    """The dispatcher of one node. ``start`` recovers an earlier incarnation's work and begins to claim. ``stop`` lets calls end."""

    def __init__(self, journal: Journal, casework: Casework, calls: Calls, breakers: Breakers, metrics: Metrics) -> None:
        self._journal = journal
        self._casework = casework
        self._calls = calls
        self._breakers = breakers
        # Kept because looking up a labelled metric costs more than counting.
        self._attempts = lru_cache(maxsize=1000)(metrics.attempts.labels)
        self._attempt_seconds = lru_cache(maxsize=200)(metrics.attempt_seconds.labels)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._due: dict[str, int] = {}
        self._overseer = Overseer(self._abandoned)
        self._waits = Waits(casework, breakers)
        self._reader: Engine | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._claimer: asyncio.Task[None] | None = None
        self._housekeeper: asyncio.Task[None] | None = None
        self._stopping = False

    async def start(self, reader: Engine) -> None:
        """Take over what an earlier incarnation left, then dispatch. ``reader`` reads the journal."""
        housekeeping = Housekeeping(
            journal=self._journal,
            reader=reader,
            casework=self._casework,
            breakers=self._breakers,
            look_again=self.look_again,
            moved=self._moved,
        )
        self._loop, self._reader = asyncio.get_running_loop(), reader
        watch_tasks(self._loop)
        self._journal.listen(self._committed)
        self._casework.permits.listen(self.look_again)
        self._casework.permits.open()  # not earlier, because work leased before anybody listens would never be sent
        await housekeeping.take_over()
        self.look_again()
        self._claimer = asyncio.create_task(self._claim_forever(), name="claimer")
        self._housekeeper = asyncio.create_task(housekeeping.forever(), name="housekeeping")

    async def stop(self, seconds: float) -> None:
        """Claim no more and wait at most so many seconds for calls under way. The rest end in doubt, and their leases are given back."""
        until = time.monotonic() + seconds
        self._stopping = True
        self._casework.permits.close()
        self._wake.set()
        if self._housekeeper is not None:
            self._housekeeper.cancel()
            await asyncio.gather(self._housekeeper, return_exceptions=True)
        if self._claimer is not None:
            # Not cancelled at once, because whatever a claim under way leases is still called.
            await asyncio.wait({self._claimer}, timeout=max(0.0, until - time.monotonic()))
            self._claimer.cancel()
            await asyncio.gather(self._claimer, return_exceptions=True)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=max(0.0, until - time.monotonic()))
            self._overseer.end_all()
            _, late = await asyncio.wait(self._tasks, timeout=_GIVE_BACK) if self._tasks else (set(), set())
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def look_again(self, departments: Iterable[str] | None = None) -> None:
        """Look for due work at these departments (None: at all), after a word from another node, lapse of time or new limits."""
        for name in self._casework.departments if departments is None else departments:
            if name in self._casework.departments:
                self._due[name] = 0
        self._wake.set()

    def blocked(self, department: str) -> None:
        """Count a blocked event loop as a failure of the department, so that its breaker soon admits only one call at a time."""
        error = InDoubt("loop_blocked", "the adapter blocked the event loop")
        self._spawn(self._heard(department, error))

    def _moved(self, _: int) -> None:
        """Look up all due times again, since they moved with the clock."""
        self.look_again()

    # -- news from the journal
    def _committed(self, committed: Committed) -> None:
        for delivery in committed.deliveries:
            if delivery.due_at is None or delivery.due_at >= self._due.get(delivery.department, 1 << 62):
                continue
            if delivery.department in self._casework.departments:  # otherwise it is no longer installed, and its queue stays
                self._due[delivery.department] = delivery.due_at
                self._wake.set()
        polls: dict[str, list[Work]] = {}
        for work in committed.work:
            if work.delivery.action is Action.POLL:
                polls.setdefault(work.delivery.department, []).append(work)
            else:
                self._spawn(self._deliver(work))
        for group in polls.values():
            self._spawn(self._poll(group))
        self._waits.committed(committed.deliveries, committed.cases, self._journal.now())

    def _spawn(self, doing: Coroutine[Any, Any, None]) -> None:
        task: asyncio.Task[None] = asyncio.Task(doing, loop=self._loop)  # past the loop's factory, which watches the adapters' own tasks
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- claiming
    async def _claim_forever(self) -> None:
        while not self._stopping:
            try:
                await self._claim_once()
            except JournalClosed:
                return
            except JournalUnavailable as error:
                log.error(  # noqa: TRY400  # the database said no: the trace would tell nothing
                    "journal_failed", error=str(error)
                )
                await asyncio.sleep(_JOURNAL_RETRY)
            except Exception as error:  # the claimer survives any failure of a round, and logs one line a round
                log.exception("claim_failed", error=type(error).__name__)
                await asyncio.sleep(_JOURNAL_RETRY)

    async def _claim_once(self) -> None:
        now = self._journal.now()
        for probe in self._breakers.probes(now):
            if await self._journal.write(probe):
                self._breakers.try_one(probe.row.name)
        next_probe = self._breakers.next_probe()
        wanted = {name: most for name, due in self._due.items() if due <= now and (most := self._most(name)) is not None}
        if wanted:
            self._wake.clear()
            before = {name: self._due.pop(name) for name in wanted}
            try:
                claimed = await self._journal.write(Claim(wanted=wanted, casework=self._casework))
            except BaseException:
                for name, due in before.items():
                    self._due[name] = min(due, self._due.get(name, 1 << 62))
                raise
            for name, got in claimed.items():
                if got.next_due is not None:
                    self._due[name] = min(got.next_due, self._due.get(name, 1 << 62))
            return
        until = min([due for due in self._due.values() if due > now] + [now + _LOOK_AGAIN] + ([next_probe] if next_probe else []))
        try:
            async with asyncio.timeout((until - now) / SECOND):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()

    def _most(self, department: str) -> Capacity | None:
        """Tell how much may be claimed at once, or None if nothing can be sent now."""
        hosted = self._casework.departments[department]
        if hosted.department is None or not self._casework.permits.free(department):
            return None
        return Capacity(permits=hosted.config.limits.concurrency, polls=hosted.config.poll.batch)

    # -- calling
    async def _deliver(self, work: Work) -> None:
        started = time.perf_counter()
        result = await self._called([work], self._calls.make(work))
        if result is not None:
            await self._conclude(work, result, started)

    async def _called(self, works: Sequence[Work], calling: Awaitable[T]) -> T | InDoubt | None:
        """Await a call and give its permit back. Gives None if the call was abandoned before it ended."""
        department = works[0].delivery.department
        call = self._overseer.begin(works, self._deadline(department))
        answer: T | InDoubt
        try:
            answer = await calling
        except asyncio.CancelledError:
            if call.late is None:
                raise
            answer = call.late
        finally:
            if call.late is not None:
                call.task.uncancel()
            if not call.abandoned:
                self._overseer.end(call)
                self._casework.permits.give(department)
        return None if call.abandoned else answer

    def _deadline(self, department: str) -> float:
        hosted = self._casework.departments[department]
        return hosted.department.connection.deadline if hosted.department is not None else hosted.config.limits.deadline_seconds

    def _abandoned(self, call: UnderWay) -> None:
        """Put the deliveries of a call that will not end in doubt."""
        self._casework.permits.give(call.works[0].delivery.department)
        for work in call.works:
            self._spawn(self._conclude(work, overdue(), time.perf_counter()))

    async def _conclude(self, work: Work, result: Result, started: float) -> None:
        await self._heard(work.delivery.department, result, () if work.delivery.action is Action.SUBMIT else (work.delivery.id,))
        recorded = await self._record(work, result)
        if recorded is not None:
            self._say(work, recorded, time.perf_counter() - started, result)

    async def _poll(self, works: Sequence[Work]) -> None:
        started = time.perf_counter()
        department = works[0].delivery.department
        answers = await self._called(works, self._calls.poll(works))
        if answers is None:
            return
        results: Mapping[str, Result | StillOpen]
        results = dict.fromkeys((work.delivery.id for work in works), answers) if isinstance(answers, InDoubt) else answers
        wrong = {about: r for about, r in results.items() if isinstance(r, DepartmentError)}
        await self._heard(department, next(iter(wrong.values()), None), wrong)
        refused = next(iter(results.values()))
        if isinstance(refused, Invalid | InDoubt) and all(one is refused for one in results.values()) and self._apart(works, refused):
            results = {work.delivery.id: Unavailable(refused.code, refused.detail) for work in self._ask_apart(works)}
            works = [work for work in works if work.delivery.id in results]
        recorded = await asyncio.gather(*(self._record(work, results[work.delivery.id]) for work in works))
        for work, one in zip(works, recorded, strict=True):
            result = results[work.delivery.id]
            if one is not None and not isinstance(result, StillOpen):
                self._say(work, one, time.perf_counter() - started, result)

    def _apart(self, works: Sequence[Work], refused: Invalid | InDoubt) -> bool:
        """Tell whether deliveries refused together must be asked about separately before any of them is held."""
        attempts = self._casework.departments[works[0].delivery.department].config.retry.attempts
        last = isinstance(refused, Invalid) or (in_vain(refused) and any(work.delivery.checks + 1 >= attempts for work in works))
        return last and len(works) > 1

    def _ask_apart(self, works: Sequence[Work]) -> list[Work]:
        """Ask again in two halves, since a single reference may be to blame. Gives the deliveries that must wait for their turn."""
        middle, waiting = len(works) // 2, list[Work]()
        for half in (works[:middle], works[middle:]):
            if not self._stopping and self._casework.permits.take(half[0].delivery.department):
                self._spawn(self._poll(half))
            else:
                waiting += half
        return waiting

    async def _heard(self, department: str, result: object, asked: Iterable[str] = ()) -> None:
        now = self._journal.now()
        change = self._breakers.heard(department, result, now, frozenset(asked if in_vain(result) else ()))
        if change is not None:
            try:
                await self._insist(change)
                if change.told and self._breakers.down(department) and self._reader is not None:
                    self._spawn(self._waits.went_down(department, self._reader, now))
            except Exception as error:  # a bug of ours: the department's answer is recorded all the same
                log.exception("record_failed", error=type(error).__name__, change=type(change).__name__)
        if isinstance(result, DepartmentError) or self._due.get(department, 1 << 62) <= now:
            self._wake.set()

    async def _record(self, work: Work, result: Result | StillOpen) -> Recorded | None:
        """Tell the journal, for as long as it takes. Gives None if the process is stopping, which leaves the delivery to recovery."""
        said = result
        for _ in range(2):
            try:
                recorded: Recorded | None = await self._insist(RecordResult(work=work, result=said, casework=self._casework))
            except Exception as error:  # a bug of ours, or an unforeseen answer: the resend rule decides what may follow
                log.exception("record_failed", error=type(error).__name__, change="Record")
                said = InDoubt("not_recorded", "what came back could not be recorded")
            else:
                return recorded
        return None

    async def _insist(self, change: Change[Any]) -> Any:  # noqa: ANN401  # the decision of the change
        """Write, and repeat while the journal cannot be written. Gives None once the journal is closed."""
        while True:
            try:
                return await self._journal.write(change)
            except JournalClosed:
                return None
            except JournalUnavailable:
                if self._stopping:
                    return None
                await asyncio.sleep(_JOURNAL_RETRY)

    def _say(self, work: Work, recorded: Recorded, seconds: float, result: object) -> None:
        delivery = work.delivery
        self._attempts(delivery.department, recorded.result).inc()
        self._attempt_seconds(delivery.department).observe(seconds)
        failed = isinstance(result, DepartmentError)
        say = log.warning if failed or recorded.delivery.state is DeliveryState.HELD else log.info
        if failed and self._breakers.down(delivery.department):
            say = log.debug  # the department's outage has been logged already
        say(
            "attempt_ended",
            application=delivery.application_id,
            delivery=delivery.id,
            step=delivery.step,
            department=delivery.department,
            operation=delivery.operation,
            action=delivery.action.value,
            attempt=delivery.attempts,
            trace_id=work.case.application.trace_id,
            result=recorded.result,
            state=recorded.delivery.state.value,
            stale=recorded.stale,
            seconds=round(seconds, 4),
            detail=result.detail if isinstance(result, DepartmentError) else None,
        )
