"""One call to an adapter, whose result is always one that the router knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import orjson
import structlog

from gateway.cases.casework import Casework, NoAdapter
from gateway.cases.judgement import Result, StillOpen
from gateway.catalogue.share import ShareFailed
from gateway.departments.containment import blame, contained
from gateway.journal.payload import FORM
from gateway.journal.writer.draft import Work
from gateway.model.delivery import Action
from gateway.model.errors import DepartmentError, InDoubt, Invalid
from gateway.model.identifiers import new_span_id
from gateway.model.outcome import Absent, Accepted, Found, Kept, Unknown, Withdrawn
from gateway.sdk.department import Call, Department, Never, Operation, Pending, Request
from gateway.sdk.outcomes import OUTCOMES, unfit
from gateway.telemetry.events import CALL
from gateway.texts.masked_text import masked_text, values_of

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Makes calls. ``public_url`` is where departments reach our callbacks."""

    casework: Casework
    public_url: str

    async def make(self, work: Work) -> Result:
        """Make one submit, find or withdraw call. It runs in a task of its own and raises nothing but cancellation."""
        delivery = work.delivery
        CALL.set(
            {
                "application": delivery.application_id,
                "trace_id": work.case.application.trace_id,
                "delivery": delivery.id,
                "department": delivery.department,
                "attempt": delivery.attempts,
            }
        )
        try:
            department, operation = self.casework.operation(delivery)
            call = self._call(work, department, operation)
            if delivery.action is Action.FIND and not department.can_find:
                return Invalid("no_word", "the department has not called back, and cannot be asked")
            request = self._request(work) if delivery.action is not Action.WITHDRAW else None
        except NoAdapter as error:
            return Invalid("no_adapter", str(error))
        except ShareFailed as error:
            return Invalid("share_failed", ", ".join(problem.pointer for problem in error.problems))
        except Exception as error:  # this one application's request cannot be made: it is held, and the others go on
            log.exception("request_not_made", delivery=delivery.id, department=delivery.department, error=type(error).__name__)
            return Invalid("not_sendable", type(error).__name__)
        name = operation.name
        if request is None:
            reference = delivery.reference or ""
            return await contained(department, name, lambda: department.withdraw(call, reference), _any_of(Withdrawn, Kept))
        if delivery.action is Action.FIND:
            return await contained(department, name, lambda: department.find(call, request), lambda found: _found_wrong(found, operation))
        act = department.query if operation.read_only else department.submit
        return await contained(department, name, lambda: act(call, request), lambda outcome: unfit(outcome, operation))

    async def poll(self, works: Sequence[Work]) -> Mapping[str, Result | StillOpen]:
        """Ask one department about many references at once. Gives a result by delivery id."""
        first = works[0]
        try:
            department, operation = self.casework.operation(first.delivery)
        except NoAdapter as error:
            return {work.delivery.id: Invalid("no_adapter", str(error)) for work in works}
        call = self._call(first, department, operation)
        pending = [
            Pending(key=work.delivery.key, reference=work.delivery.reference or "", operation=work.delivery.operation) for work in works
        ]
        answers = await contained(department, "poll", lambda: department.poll(call, pending), _any_of(Mapping))
        if isinstance(answers, DepartmentError):
            if len(works) > 1:
                answers.said = _nobodys(answers.said, works)
            return dict.fromkeys((work.delivery.id for work in works), answers)
        return {work.delivery.id: self._polled(work, answers.get(work.delivery.reference or "")) for work in works}

    def _polled(self, work: Work, answer: object) -> Result | StillOpen:
        if answer is None or isinstance(answer, Accepted):
            return StillOpen()
        if isinstance(answer, Absent | Invalid):
            return answer
        try:
            department, operation = self.casework.operation(work.delivery)
        except NoAdapter as error:
            return Invalid("no_adapter", str(error))
        problem = unfit(answer, operation)
        if isinstance(answer, OUTCOMES) and problem is None:
            return answer
        blame(department, "poll", TypeError(problem))
        return InDoubt("adapter_error", f"poll {problem}")

    def _request(self, work: Work) -> Request:
        application = work.case.application
        service = self.casework.catalogue.by_digest(application.service_digest)
        if service is None:  # it was pinned when leased, so only an overflowing cache forgets it
            raise NoAdapter("the service's definition is not at hand")
        return service.steps[work.delivery.step].request(self.casework.context(work.case, work.payload, work.delivery))

    def _call(self, work: Work, department: Department, operation: Operation) -> Call:
        name = work.delivery.department
        return Call(
            operation=operation.name,
            key=work.delivery.key,
            attempt=work.delivery.attempts,
            deadline=department.connection.deadline,
            traceparent=f"00-{work.case.application.trace_id}-{new_span_id()}-01",
            callback_url=f"{self.public_url}/v1/departments/{name}/callbacks" if department.calls_back else None,
            fresh_connection=isinstance(operation.resend, Never),
        )


def _nobodys(said: str, works: Sequence[Work]) -> str:
    """Remove every applicant's values from what a department said about many cases, since each case keeps the text."""
    forms = (orjson.loads(blob) for work in works for (part, _), blob in work.payload.items() if part == FORM)
    return masked_text(said, ((value, lambda _: "") for form in forms for value, _ in values_of(form))) if said else said


def _any_of(*kinds: type) -> Callable[[object], str | None]:
    return lambda answer: None if isinstance(answer, kinds) else f"gave {type(answer).__name__}"


def _found_wrong(answer: object, operation: Operation) -> str | None:
    if isinstance(answer, Found):
        return unfit(answer.outcome, operation)
    return None if isinstance(answer, Absent | Unknown) else f"gave {type(answer).__name__}"
