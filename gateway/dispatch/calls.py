"""Calls to adapters: each ends in a result that the router knows, by itself or because it outstayed its deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import orjson

from gateway.cases.judgement import Result, StillOpen
from gateway.departments import containment
from gateway.dispatch.work_item import WorkItem
from gateway.model.delivery import Action
from gateway.model.errors import DepartmentError, InDoubt, Invalid
from gateway.model.identifiers import new_span_id
from gateway.model.outcome import Absent, Accepted, Found, Kept, Unknown, Withdrawn
from gateway.sdk.department import Call, Never, Operation, Pending
from gateway.sdk.outcomes import OUTCOMES, unfit
from gateway.texts.masked_text import masked_text, values_of

#: Seconds between two looks at the calls under way, hence the longest delay with which one is ended.
_LOOK = 0.5


@dataclass(frozen=True, slots=True)
class Calls:
    """Makes calls. ``public_url`` is where departments reach our callbacks."""

    public_url: str

    async def make(self, item: WorkItem) -> Result:
        """Make one submit, find or withdraw call. It raises nothing but cancellation."""
        department, operation, request, call = item.department, item.operation, item.request, self._call(item)
        do: Callable[[], Awaitable[Result]]
        wrong: Callable[[object], str | None]
        if request is None:
            do, wrong = partial(department.withdraw, call, item.delivery.reference or ""), _any_of(Withdrawn, Kept)
        elif item.delivery.action is Action.FIND:
            do, wrong = partial(department.find, call, request), partial(_found_wrong, operation)
        else:
            act = department.query if operation.read_only else department.submit
            do, wrong = partial(act, call, request), partial(unfit, operation=operation)
        return await containment.contained(department, operation.name, do, wrong)

    async def poll(self, items: Sequence[WorkItem]) -> Mapping[str, Result | StillOpen]:
        """Ask one department about many references at once. Gives a result by delivery id."""
        first = items[0]
        deliveries = [item.delivery for item in items]
        pending = [Pending(key=one.key, reference=one.reference or "", operation=one.operation) for one in deliveries]
        ask = partial(first.department.poll, self._call(first), pending)
        answers = await containment.contained(first.department, "poll", ask, _any_of(Mapping))
        if isinstance(answers, DepartmentError):
            if len(items) > 1:
                answers.said = _nobodys(answers.said, items)
            return dict.fromkeys((one.id for one in deliveries), answers)
        return {item.delivery.id: _polled(item, answers.get(item.delivery.reference or "")) for item in items}

    def _call(self, item: WorkItem) -> Call:
        department, delivery = item.department, item.delivery
        return Call(
            operation=item.operation.name,
            key=delivery.key,
            attempt=delivery.attempts,
            deadline=department.connection.deadline,
            traceparent=f"00-{item.trace_id}-{new_span_id()}-01",
            callback_url=f"{self.public_url}/v1/departments/{delivery.department}/callbacks" if department.calls_back else None,
            fresh_connection=isinstance(item.operation.resend, Never),
        )


def _polled(item: WorkItem, answer: object) -> Result | StillOpen:
    if answer is None or isinstance(answer, Accepted):
        return StillOpen()
    if isinstance(answer, Absent | Invalid):
        return answer
    problem = unfit(answer, item.operation)
    if isinstance(answer, OUTCOMES) and problem is None:
        return answer
    containment.blame(item.department, "poll", TypeError(problem))
    return InDoubt("adapter_error", f"poll {problem}")


def _nobodys(said: str, items: Sequence[WorkItem]) -> str:
    """Remove every applicant's values from what a department said about many cases, since each case keeps the text."""
    forms = (orjson.loads(form) for item in items for form in item.forms)
    return masked_text(said, ((value, lambda _: "") for form in forms for value, _ in values_of(form))) if said else said


def _any_of(*kinds: type) -> Callable[[object], str | None]:
    return lambda answer: None if isinstance(answer, kinds) else f"gave {type(answer).__name__}"


def _found_wrong(operation: Operation, answer: object) -> str | None:
    if isinstance(answer, Found):
        return unfit(answer.outcome, operation)
    return None if isinstance(answer, Absent | Unknown) else f"gave {type(answer).__name__}"


@dataclass(slots=True, eq=False)
class UnderWay:
    """One call under way, with its items and the time (the loop's clock) by which it has to end."""

    items: Sequence[WorkItem]
    until: float
    task: asyncio.Task[None]
    late: InDoubt | None = None  # the reason it was cancelled: its time and some grace have passed, or the node stops
    abandoned: bool = False  # it went on after that and lost its deliveries, so that nobody waits for it


@dataclass(slots=True)
class Overseer:
    """Ends calls that outstay their deadline, by looking at all of them every now and then, which saves a timer for each.

    ``abandon`` receives a call that goes on after it was cancelled.
    """

    abandon: Callable[[UnderWay], None]
    calls: set[UnderWay] = field(default_factory=set)
    _timer: asyncio.TimerHandle | None = None

    def begin(self, items: Sequence[WorkItem], seconds: float) -> UnderWay:
        """Note that the current task begins a call, which has to end within so many seconds and a little grace."""
        loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        if task is None:
            raise RuntimeError("a call is made by a task")
        call = UnderWay(items, loop.time() + seconds + containment.GRACE, task)
        self.calls.add(call)
        if self._timer is None:
            self._timer = loop.call_later(_LOOK, self._look)
        return call

    def end(self, call: UnderWay) -> None:
        """Note that the call has ended, in whatever way."""
        self.calls.discard(call)

    def end_all(self) -> None:
        """Cancel every call under way, because the node stops."""
        for call in list(self.calls):
            if call.late is None:
                call.late = InDoubt("node_stopped", "the node stopped before the department had answered")
                call.until = 0
                call.task.cancel()

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for call in [call for call in self.calls if call.until <= now]:
            if call.late is None:
                call.late = containment.overdue()
                call.until = now + containment.GRACE
                call.task.cancel()
            else:
                call.abandoned = True
                self.calls.discard(call)
                self.abandon(call)
        self._timer = loop.call_later(_LOOK, self._look) if self.calls else None
