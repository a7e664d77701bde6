"""The dispatcher: it claims due deliveries while departments have permits, calls the departments and tells the journal the results.

A delivery that is not being sent holds no thread, task or memory: it is a row with a due time. One task claims for all departments, and
each call under way is a task of its own.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, ParamSpec, TypeVar

import structlog

from gateway.cases.judgement import Recorded, Result, StillOpen, in_vain
from gateway.departments.breaker import Breakers
from gateway.departments.containment import overdue, watch_tasks
from gateway.departments.hosted import Departments
from gateway.departments.limits import Permits
from gateway.departments.retries import SECOND
from gateway.dispatch.calls import Calls, Overseer, UnderWay
from gateway.dispatch.work_item import Capacity, WorkItem, WorkQueue
from gateway.model.case import Committed, Work
from gateway.model.delivery import Action, Delivery, DeliveryState
from gateway.model.errors import DepartmentError, InDoubt, Invalid, JournalClosed, JournalUnavailable, Unavailable
from gateway.telemetry.events import CALL
from gateway.telemetry.measures import Metrics

log = structlog.get_logger()

T = TypeVar("T")
P = ParamSpec("P")

#: Seconds between attempts to write a result while the journal cannot be written.
_JOURNAL_RETRY = 0.5
#: Seconds in which calls that outlast the time to stop may still report that they are in doubt.
_GIVE_BACK = 2.0
#: The claimer looks again after this long without any other event (microseconds).
_LOOK_AGAIN = 5 * SECOND


class Dispatcher:
    """The dispatcher of one node. ``start`` recovers an earlier incarnation's work and begins to claim. ``stop`` lets calls end.

    ``went_down`` says what waits behind a department that went down (its name, and the time in microseconds).
    """

    def __init__(
        self,
        queue: WorkQueue,
        calls: Calls,
        *,
        departments: Departments,
        permits: Permits,
        breakers: Breakers,
        metrics: Metrics,
        went_down: Callable[[str, int], Coroutine[Any, Any, None]],
    ) -> None:
        self._queue = queue
        self._calls = calls
        self._departments = departments
        self._permits = permits
        self._breakers = breakers
        self._went_down = went_down
        # Kept because looking up a labelled metric costs more than counting.
        self._attempts = lru_cache(maxsize=1000)(metrics.attempts.labels)
        self._attempt_seconds = lru_cache(maxsize=200)(metrics.attempt_seconds.labels)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._due: dict[str, int] = {}
        self._overseer = Overseer(self._abandoned)
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._claimer: asyncio.Task[None] | None = None
        self._housekeeper: asyncio.Task[None] | None = None
        self._stopping = False

    async def start(self, take_over: Callable[[], Awaitable[None]], duties: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Take over what an earlier incarnation left, then dispatch, and do a node's other duties beside until it stops."""
        self._loop = asyncio.get_running_loop()
        watch_tasks(self._loop)
        self._queue.listen(self._committed)
        self._permits.listen(self.look_again)
        self._permits.open()  # not earlier, because work leased before anybody listens would never be sent
        await take_over()
        self.look_again()
        self._claimer = asyncio.create_task(self._claim_forever(), name="claimer")
        self._housekeeper = asyncio.create_task(duties(), name="housekeeping")

    async def stop(self, seconds: float) -> None:
        """Claim no more and wait at most so many seconds for calls under way. The rest end in doubt, and their leases are given back."""
        until = time.monotonic() + seconds
        self._stopping = True
        self._permits.close()
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
        for name in self._departments if departments is None else departments:
            if name in self._departments:
                self._due[name] = 0
        self._wake.set()

    def blocked(self, department: str) -> None:
        """Count a blocked event loop as a failure of the department, so that its breaker soon admits only one call at a time."""
        error = InDoubt("loop_blocked", "the adapter blocked the event loop")
        self._spawn(self._heard(department, error))

    # -- news from the queue
    def _committed(self, committed: Committed) -> None:
        for delivery in committed.deliveries:
            if delivery.due_at is None or delivery.due_at >= self._due.get(delivery.department, 1 << 62):
                continue
            if delivery.department in self._departments:  # otherwise it is no longer installed, and its queue stays
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
        now = self._queue.now()
        for probe in self._breakers.probes(now):
            if await self._queue.keep(probe):
                self._breakers.try_one(probe.row.name)
        next_probe = self._breakers.next_probe()
        wanted = {name: most for name, due in self._due.items() if due <= now and (most := self._most(name)) is not None}
        if wanted:
            self._wake.clear()
            before = {name: self._due.pop(name) for name in wanted}
            try:
                following = await self._queue.claim(wanted)
            except BaseException:
                for name, due in before.items():
                    self._due[name] = min(due, self._due.get(name, 1 << 62))
                raise
            for name, due_at in following.items():
                if due_at is not None:
                    self._due[name] = min(due_at, self._due.get(name, 1 << 62))
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
        hosted = self._departments[department]
        if hosted.department is None or not self._permits.free(department):
            return None
        return Capacity(permits=hosted.config.limits.concurrency, polls=hosted.config.poll.batch)

    # -- calling
    async def _deliver(self, work: Work) -> None:
        started = time.perf_counter()
        delivery, trace_id = work.delivery, work.case.application.trace_id
        CALL.set(
            {
                "application": delivery.application_id,
                "trace_id": trace_id,
                "delivery": delivery.id,
                "department": delivery.department,
                "attempt": delivery.attempts,
            }
        )
        item = self._queue.prepare(work)
        del work  # while the department takes its time, only what it may see of the application is kept
        result: Result | None
        if isinstance(item, Invalid):
            result = item
            self._permits.give(delivery.department)
        else:
            result = await self._called([item], self._calls.make(item))
        if result is not None:
            await self._conclude(delivery, trace_id, result, started)

    async def _called(self, items: Sequence[WorkItem], calling: Awaitable[T]) -> T | InDoubt | None:
        """Await a call and give its permit back. Gives None if the call was abandoned before it ended."""
        department = items[0].department
        call = self._overseer.begin(items, department.connection.deadline)
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
                self._permits.give(items[0].delivery.department)
        return None if call.abandoned else answer

    def _abandoned(self, call: UnderWay) -> None:
        """Put the deliveries of a call that will not end in doubt."""
        self._permits.give(call.items[0].delivery.department)
        for item in call.items:
            self._spawn(self._conclude(item.delivery, item.trace_id, overdue(), time.perf_counter()))

    async def _conclude(self, delivery: Delivery, trace_id: str, result: Result, started: float) -> None:
        await self._heard(delivery.department, result, () if delivery.action is Action.SUBMIT else (delivery.id,))
        recorded = await self._record(delivery, result)
        if recorded is not None:
            self._say(delivery, trace_id, recorded, time.perf_counter() - started, result)

    async def _poll(self, works: Sequence[Work]) -> None:
        started = time.perf_counter()
        department = works[0].delivery.department
        prepared = [(work, self._queue.prepare(work)) for work in works]
        for work, item in prepared:
            if isinstance(item, Invalid):
                self._spawn(self._conclude(work.delivery, work.case.application.trace_id, item, started))
        items = [item for _, item in prepared if isinstance(item, WorkItem)]
        if not items:
            self._permits.give(department)
            return
        answers = await self._called(items, self._calls.poll(items))
        if answers is None:
            return
        results: Mapping[str, Result | StillOpen]
        results = dict.fromkeys((item.delivery.id for item in items), answers) if isinstance(answers, InDoubt) else answers
        wrong = {about: r for about, r in results.items() if isinstance(r, DepartmentError)}
        await self._heard(department, next(iter(wrong.values()), None), wrong)
        refused = next(iter(results.values()))
        if isinstance(refused, Invalid | InDoubt) and all(one is refused for one in results.values()) and self._apart(items, refused):
            again = self._ask_apart([work for work in works if work.delivery.id in results])
            results = {work.delivery.id: Unavailable(refused.code, refused.detail) for work in again}
            items = [item for item in items if item.delivery.id in results]
        recorded = await asyncio.gather(*(self._record(item.delivery, results[item.delivery.id]) for item in items))
        for item, one in zip(items, recorded, strict=True):
            result = results[item.delivery.id]
            if one is not None and not isinstance(result, StillOpen):
                self._say(item.delivery, item.trace_id, one, time.perf_counter() - started, result)

    def _apart(self, items: Sequence[WorkItem], refused: Invalid | InDoubt) -> bool:
        """Tell whether deliveries refused together must be asked about separately before any of them is held."""
        attempts = self._departments[items[0].delivery.department].config.retry.attempts
        last = isinstance(refused, Invalid) or (in_vain(refused) and any(item.delivery.checks + 1 >= attempts for item in items))
        return last and len(items) > 1

    def _ask_apart(self, works: Sequence[Work]) -> list[Work]:
        """Ask again in two halves, since a single reference may be to blame. Gives the deliveries that must wait for their turn."""
        middle, waiting = len(works) // 2, list[Work]()
        for half in (works[:middle], works[middle:]):
            if not self._stopping and self._permits.take(half[0].delivery.department):
                self._spawn(self._poll(half))
            else:
                waiting += half
        return waiting

    async def _heard(self, department: str, result: object, asked: Iterable[str] = ()) -> None:
        now = self._queue.now()
        standing = self._breakers.heard(department, result, now, frozenset(asked if in_vain(result) else ()))
        if standing is not None:
            try:
                await self._insist(self._queue.keep, standing)
                if standing.told and self._breakers.down(department):
                    self._spawn(self._went_down(department, now))
            except Exception as error:  # a bug of ours: the department's answer is recorded all the same
                log.exception("record_failed", error=type(error).__name__, change="KeepStanding")
        if isinstance(result, DepartmentError) or self._due.get(department, 1 << 62) <= now:
            self._wake.set()

    async def _record(self, delivery: Delivery, result: Result | StillOpen) -> Recorded | None:
        """Tell the journal, for as long as it takes. Gives None if the process is stopping, which leaves the delivery to recovery."""
        said = result
        for _ in range(2):
            try:
                return await self._insist(self._queue.complete, delivery, said)
            except Exception as error:  # a bug of ours, or an unforeseen answer: the resend rule decides what may follow
                log.exception("record_failed", error=type(error).__name__, change="Record")
                said = InDoubt("not_recorded", "what came back could not be recorded")
        return None

    async def _insist(self, write: Callable[P, Awaitable[T]], *what: P.args, **more: P.kwargs) -> T | None:
        """Write, and repeat while the journal cannot be written. Gives None once the journal is closed."""
        while True:
            try:
                return await write(*what, **more)
            except JournalClosed:
                return None
            except JournalUnavailable:
                if self._stopping:
                    return None
                await asyncio.sleep(_JOURNAL_RETRY)

    def _say(self, delivery: Delivery, trace_id: str, recorded: Recorded, seconds: float, result: object) -> None:
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
            trace_id=trace_id,
            result=recorded.result,
            state=recorded.delivery.state.value,
            stale=recorded.stale,
            seconds=round(seconds, 4),
            detail=result.detail if isinstance(result, DepartmentError) else None,
        )
