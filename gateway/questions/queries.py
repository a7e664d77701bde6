"""Read-only questions to a department, answered at once. The audit records the caller, the names of the fields and the purpose."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

import structlog

from gateway.cases.caller import Caller
from gateway.cases.casework import Casework
from gateway.cases.intake import unavailable_journal
from gateway.departments.containment import blame, contained_within
from gateway.journal.audit.hash_chain import Entry
from gateway.journal.writer.draft import Change, Draft
from gateway.journal.writer.journal import Journal
from gateway.model import JsonView
from gateway.model.delivery import Action
from gateway.model.errors import Busy, DepartmentError, InDoubt, Invalid, JournalUnavailable
from gateway.model.identifiers import new_id
from gateway.model.outcome import Accepted, Approved, Outcome, Returned
from gateway.questions import texts
from gateway.questions.question import read_question, request_pointer
from gateway.sdk.department import Call, Department, Operation, Request
from gateway.sdk.outcomes import unfit
from gateway.texts.bounds import BOUNDS, Bounds
from gateway.texts.refusals import Language, Refused

log = structlog.get_logger()

#: Codes of failures that only mean that the department took too long.
_LATE: Final = frozenset({"connect_timeout", "timeout", "adapter_deadline", "http_504"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked(Change[None]):
    entry: Entry

    def decide(self, draft: Draft) -> None:
        draft.audit(self.entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queries:
    """Asks departments."""

    journal: Journal
    casework: Casework
    bounds: Bounds = BOUNDS

    async def ask(self, department: str, query: str, body: bytes, *, caller: Caller, language: Language) -> JsonView:
        """Ask one question, with the body ``{"request": {…}, "purpose": "…"}``.

        Gives ``{"kind", "output"}``, or ``{"kind", "code", "reason", "errors"}`` if the department does not answer it. Raises Refused.
        """
        adapter, operation = self._operation(department, query)
        request, purpose = read_question(operation, body, language, self.bounds)
        if self.casework.permits.paused(department):
            raise Refused("department-unavailable", 503, texts.PAUSED, retry_after=60)
        self._maintained(department)
        if not self.casework.permits.take(department):
            raise Refused("overloaded", 429, texts.BUSY, retry_after=2)
        try:
            await self._audit(department, operation, request, purpose, caller)
            outcome = await self._query(adapter, operation, request)
        finally:
            self.casework.permits.give(department)
        if isinstance(outcome, Accepted):  # a question cannot be decided later
            blame(adapter, query, TypeError("accepted a question"))
            raise _unanswered(InDoubt("adapter_error"))
        if isinstance(outcome, Approved):
            return {"kind": "approved", "output": outcome.output.model_dump(mode="json")}
        fields = outcome.fields if isinstance(outcome, Returned) else ()
        errors = [{"pointer": request_pointer(field.field.split(".")), "detail": field.message} for field in fields]
        return {"kind": outcome.kind, "code": outcome.code, "reason": outcome.reason, "errors": errors}

    def _maintained(self, department: str) -> None:
        """Raise Refused while the department is maintained. Outside its hours it still answers questions."""
        now = self.journal.now()
        opens = self.casework.openings.opens(department, Action.FIND, now)
        if opens > now:
            seconds = max(1, min(3600, (opens - now) // 1_000_000))
            raise Refused("department-unavailable", 503, texts.MAINTAINED, retry_after=seconds)

    async def _query(self, adapter: Department, operation: Operation, request: Request) -> Outcome:
        connection = adapter.connection
        call = Call(
            operation=operation.name,
            key=f"{new_id().replace('-', '')}-1",
            attempt=1,
            deadline=connection.deadline,
            traceparent=f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01",
        )
        answer = await contained_within(
            connection.deadline, adapter, operation.name, lambda: adapter.query(call, request), lambda outcome: unfit(outcome, operation)
        )
        if not isinstance(answer, DepartmentError):
            return answer
        log.warning("query_failed", department=connection.name, operation=operation.name, result=answer.code)
        raise _unanswered(answer) from answer

    async def _audit(self, department: str, operation: Operation, request: Request, purpose: str, caller: Caller) -> None:
        details = {
            "department": department,
            "query": operation.name,
            "disclosed": sorted(request.model_fields_set),
            "purpose": self.casework.mac(purpose.encode()),
        }
        try:
            await self.journal.write(_Asked(entry=Entry(event="query_asked", actor=caller.actor, details=details)))
        except JournalUnavailable as error:
            raise unavailable_journal(error) from error

    def _operation(self, department: str, query: str) -> tuple[Department, Operation]:
        hosted = self.casework.departments.get(department)
        if hosted is not None and hosted.department is not None:
            for operation in hosted.department.operations:
                if operation.name == query and operation.read_only:
                    return hosted.department, operation
        raise Refused("not-found", 404, texts.NO_QUERY)


def _unanswered(error: DepartmentError) -> Refused:
    """Give the refusal for a question without an answer. Asking changes nothing, so a doubt is merely a missing answer."""
    code = error.code
    match error:
        case Invalid():
            return Refused("validation", 422, texts.not_taken(code))
        case _ if code in _LATE:
            return Refused("department-timeout", 504, texts.late(code))
        case InDoubt():
            return Refused("department-answer", 502, texts.unusable(code))
        case _:
            after = min(error.retry_after, 3600) if isinstance(error, Busy) else 10
            return Refused("department-unavailable", 503, texts.unanswered(code), retry_after=after)
