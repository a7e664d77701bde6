"""One call to an adapter: whatever it does, what comes back is a result the router knows."""

from __future__ import annotations

import asyncio
import secrets
import traceback
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import structlog

from gateway.journal.draft import Work
from gateway.model.delivery import Action
from gateway.model.errors import DepartmentError, InDoubt, Invalid
from gateway.model.outcome import Absent, Accepted, Approved, Found, Kept, Outcome, Rejected, Returned, Unknown, Withdrawn
from gateway.routing.casework import Casework, NoAdapter
from gateway.routing.judgement import Result, StillOpen
from gateway.routing.share import ShareFailed
from gateway.sdk.department import Call, Department, Never, Operation, Pending, Request

log = structlog.get_logger()

T = TypeVar("T")

_OUTCOMES = (Accepted, Approved, Rejected, Returned)
_FOUND = (Found, Absent, Unknown)
_WITHDRAWN = (Withdrawn, Kept)

#: Seconds that an adapter gets beyond its deadline to end by itself and say what became of the request.
_GRACE = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Makes calls. ``public_url`` is where departments reach our callbacks."""

    casework: Casework
    public_url: str

    async def make(self, work: Work) -> Result:
        """Do one submit, find or withdraw; never raises but for cancellation."""
        delivery = work.delivery
        try:
            department, operation = self.casework.operation(delivery)
            call = self._call(work, department, operation)
            if delivery.action is Action.WITHDRAW:
                return await self._contained(department, call, department.withdraw(call, delivery.reference or ""), _WITHDRAWN)
            request = self._request(work)
        except NoAdapter as error:
            return Invalid("no_adapter", str(error))
        except ShareFailed as error:
            return Invalid("share_failed", ", ".join(problem.pointer for problem in error.problems))
        if delivery.action is Action.FIND:
            return await self._contained(department, call, department.find(call, request), _FOUND)
        act = department.query if operation.read_only else department.submit
        return await self._contained(department, call, act(call, request), _OUTCOMES)

    async def poll(self, works: Sequence[Work]) -> Mapping[str, Result | StillOpen]:
        """Ask one department about many references at once; gives a result by delivery id."""
        first = works[0]
        try:
            department, operation = self.casework.operation(first.delivery)
        except NoAdapter as error:
            return {work.delivery.id: Invalid("no_adapter", str(error)) for work in works}
        call = self._call(first, department, operation)
        pending = [
            Pending(key=work.delivery.key, reference=work.delivery.reference or "", operation=work.delivery.operation) for work in works
        ]
        answers = await self._contained(department, call, department.poll(call, pending), (Mapping,))
        if isinstance(answers, DepartmentError):
            return dict.fromkeys((work.delivery.id for work in works), answers)
        return {work.delivery.id: self._polled(department, answers.get(work.delivery.reference or "")) for work in works}

    def _polled(self, department: Department, answer: Outcome | None) -> Result | StillOpen:
        if answer is None:
            return StillOpen()
        if not isinstance(answer, _OUTCOMES):
            _blame(department, "poll", TypeError(type(answer).__name__))
            return InDoubt("adapter_error", "poll gave something that is no outcome")
        return StillOpen() if isinstance(answer, Accepted) else answer

    def _request(self, work: Work) -> Request:
        application = work.application
        service = self.casework.catalogue.by_digest(application.service_digest)
        if service is None:  # pinned when it was leased; only a cache that has run over forgets it
            raise NoAdapter("the service's definition is not at hand")
        return service.steps[work.delivery.step].request(self.casework.context(work.case, work.payload))

    def _call(self, work: Work, department: Department, operation: Operation) -> Call:
        span = secrets.token_hex(8)
        url = f"{self.public_url}/v1/departments/{work.delivery.department}/callbacks"
        return Call(
            operation=operation.name,
            key=work.delivery.key,
            attempt=work.delivery.attempts,
            deadline=department.connection.deadline,
            traceparent=f"00-{work.application.trace_id}-{span}-01",
            callback_url=url if department.calls_back else None,
            fresh_connection=isinstance(operation.resend, Never),
        )

    async def _contained(self, department: Department, call: Call, doing: Awaitable[T], expected: tuple[type, ...]) -> T | DepartmentError:
        """Await an adapter's method; what it gives is checked against ``expected``, since its author may have erred."""
        try:
            async with asyncio.timeout(call.deadline + _GRACE):
                answer = await doing
        except DepartmentError as error:
            return error
        except TimeoutError:
            return InDoubt("adapter_deadline", "the adapter did not end within its deadline")
        except Exception as error:  # noqa: BLE001  # a bug in the adapter: named and contained, every other department goes on
            _blame(department, call.operation, error)
            return InDoubt("adapter_error", type(error).__name__)
        if not isinstance(answer, expected):
            _blame(department, call.operation, TypeError(type(answer).__name__))
            return InDoubt("adapter_error", f"the adapter gave {type(answer).__name__}")
        return answer


def _blame(department: Department, operation: str, error: Exception) -> None:
    """Name the adapter and the place in it; the error's own text may be personal and stays out."""
    frames = traceback.extract_tb(error.__traceback__)
    at = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
    log.error("adapter_failed", department=department.connection.name, operation=operation, error=type(error).__name__, at=at)
