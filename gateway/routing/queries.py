"""Read-only questions to a department, answered at once and audited: who asked what about, by field name, and for what."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import ValidationError

from gateway.journal.audit import Entry
from gateway.journal.draft import Draft, Needs
from gateway.journal.journal import Journal
from gateway.journal.unavailable import JournalUnavailable
from gateway.model.delivery import Action
from gateway.model.errors import Busy, DepartmentError, Located
from gateway.model.identifiers import new_id
from gateway.model.outcome import Approved, Outcome
from gateway.routing.bounds import BOUNDS, Bounds
from gateway.routing.caller import Caller
from gateway.routing.casework import Casework
from gateway.routing.containment import contained_within
from gateway.routing.intake import invalid, malformed, unavailable_journal
from gateway.routing.refusals import Language, Refused
from gateway.routing.strict_json import Malformed, read_object
from gateway.routing.text_rule import text_problems
from gateway.sdk.department import Call, Department, Operation, Request
from gateway.sdk.outcomes import unfit

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    entry: Entry

    @property
    def needs(self) -> Needs:
        return Needs()

    def decide(self, draft: Draft) -> None:
        draft.audit(self.entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queries:
    """Asks departments."""

    journal: Journal
    casework: Casework
    bounds: Bounds = BOUNDS

    async def ask(self, department: str, query: str, body: bytes, *, caller: Caller, language: Language) -> Mapping[str, Any]:
        """Ask one question; body ``{"request": {…}, "purpose": "…"}``. Gives ``{"kind", "output" | "code", "reason"}``. Raises Refused."""
        adapter, operation = self._operation(department, query)
        request, purpose = _read(operation, body, language, self.bounds)
        if self.casework.permits.paused(department):
            zh, en = "该部门已由运维人员暂停,恢复后再问。", "An operator has paused the department; ask when it is resumed."
            raise Refused("department-unavailable", 503, detail_zh=zh, detail_en=en, retry_after=60)
        self._maintained(department)
        if not self.casework.permits.take(department):
            raise Refused(
                "overloaded", 429, detail_zh="该部门正忙,请稍后再问。", detail_en="The department is busy; ask again later.", retry_after=2
            )
        try:
            await self._audit(department, operation, request, purpose, caller)
            outcome = await self._query(adapter, operation, request)
        finally:
            self.casework.permits.give(department)
        if isinstance(outcome, Approved):
            return {"kind": "approved", "output": outcome.output.model_dump(mode="json")}
        return {"kind": outcome.kind, "code": getattr(outcome, "code", None), "reason": getattr(outcome, "reason", None)}

    def _maintained(self, department: str) -> None:
        """Raises Refused while the department is maintained; outside its hours it answers questions."""
        now = self.journal.now()
        opens = self.casework.openings.opens(department, Action.FIND, now)
        if opens > now:
            zh, en = "该部门正在计划维护,维护结束后再问。", "The department is in planned maintenance; ask when it is over."
            seconds = max(1, min(3600, (opens - now) // 1_000_000))
            raise Refused("department-unavailable", 503, detail_zh=zh, detail_en=en, retry_after=seconds)

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
        raise Refused(
            "department-unavailable",
            503,
            detail_zh=f"部门暂时没有答复({answer.code}),请稍后再问。",
            detail_en=f"The department did not answer ({answer.code}); ask again later.",
            retry_after=min(answer.retry_after, 3600) if isinstance(answer, Busy) else 10,
        ) from answer

    async def _audit(self, department: str, operation: Operation, request: Request, purpose: str, caller: Caller) -> None:
        details = {
            "department": department,
            "query": operation.name,
            "disclosed": sorted(request.model_fields_set),
            "purpose": self.casework.commit(purpose.encode()),
        }
        try:
            await self.journal.write(_Asked(entry=Entry(event="query_asked", actor=f"caller:{caller.id}", details=details)))
        except JournalUnavailable as error:
            raise unavailable_journal(error) from error

    def _operation(self, department: str, query: str) -> tuple[Department, Operation]:
        hosted = self.casework.departments.get(department)
        if hosted is not None and hosted.department is not None:
            for operation in hosted.department.operations:
                if operation.name == query and operation.read_only:
                    return hosted.department, operation
        raise Refused("not-found", 404, detail_zh="没有这个查询。", detail_en="There is no such query.")


def _read(operation: Operation, body: bytes, language: Language, bounds: Bounds) -> tuple[Request, str]:
    try:
        document = read_object(body, language, bounds)
    except Malformed as error:
        raise malformed(error) from error
    zh = language == "zh-CN"
    errors = [Located(f"/{name}", "没有这个字段" if zh else "there is no such field") for name in document.keys() - {"request", "purpose"}]
    errors += text_problems(document, "", language)
    purpose = document.get("purpose")
    if not isinstance(purpose, str) or not purpose.strip():
        errors.append(Located("/purpose", "必填:查询的用途" if zh else "is required: what the question is for"))
    request = None
    try:
        request = operation.request.model_validate(document.get("request", {}))
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False, include_context=False):
            pointer = "/request/" + "/".join(str(part) for part in one["loc"])
            errors.append(Located(pointer.rstrip("/"), "缺少或不符合要求" if zh else one["msg"]))
    if errors or request is None or not isinstance(purpose, str):
        raise invalid(errors)
    return request, purpose
