"""One call to an adapter, whose result is always one that the router knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import orjson

from gateway.cases.judgement import Result, StillOpen
from gateway.departments.containment import blame, contained
from gateway.dispatch.work_item import WorkItem
from gateway.model.delivery import Action
from gateway.model.errors import DepartmentError, InDoubt, Invalid
from gateway.model.identifiers import new_span_id
from gateway.model.outcome import Absent, Accepted, Found, Kept, Unknown, Withdrawn
from gateway.sdk.department import Call, Never, Operation, Pending
from gateway.sdk.outcomes import OUTCOMES, unfit
from gateway.texts.masked_text import masked_text, values_of


@dataclass(frozen=True, slots=True)
class Calls:
    """Makes calls. ``public_url`` is where departments reach our callbacks."""

    public_url: str

    async def make(self, item: WorkItem) -> Result:
        """Make one submit, find or withdraw call. It raises nothing but cancellation."""
        department, operation, request, call = item.department, item.operation, item.request, self._call(item)
        if request is None:
            withdraw = partial(department.withdraw, call, item.delivery.reference or "")
            return await contained(department, operation.name, withdraw, _any_of(Withdrawn, Kept))
        if item.delivery.action is Action.FIND:
            return await contained(department, operation.name, partial(department.find, call, request), partial(_found_wrong, operation))
        act = department.query if operation.read_only else department.submit
        return await contained(department, operation.name, partial(act, call, request), partial(unfit, operation=operation))

    async def poll(self, items: Sequence[WorkItem]) -> Mapping[str, Result | StillOpen]:
        """Ask one department about many references at once. Gives a result by delivery id."""
        first = items[0]
        deliveries = [item.delivery for item in items]
        pending = [Pending(key=one.key, reference=one.reference or "", operation=one.operation) for one in deliveries]
        ask = partial(first.department.poll, self._call(first), pending)
        answers = await contained(first.department, "poll", ask, _any_of(Mapping))
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
    blame(item.department, "poll", TypeError(problem))
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
