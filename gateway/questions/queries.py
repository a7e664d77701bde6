"""Read-only questions to a department, answered at once. The audit records the caller, the names of the fields and the purpose.

A question is checked against the very schema that front ends are shown, and then against the operation's model.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import structlog
from pydantic import ValidationError

from gateway.cases.caller import Caller
from gateway.cases.casework import Casework
from gateway.cases.intake import invalid, malformed, unavailable_journal
from gateway.catalogue.form import Form
from gateway.catalogue.request_texts import request_text
from gateway.departments.containment import blame, contained_within
from gateway.journal.audit.hash_chain import Entry
from gateway.journal.writer.draft import Change, Draft
from gateway.journal.writer.journal import Journal
from gateway.model import JsonSchema, JsonView
from gateway.model.delivery import Action
from gateway.model.errors import Busy, DepartmentError, InDoubt, Invalid, JournalUnavailable, Located
from gateway.model.identifiers import new_id
from gateway.model.outcome import Accepted, Approved, Outcome, Returned
from gateway.questions import texts
from gateway.sdk.department import Call, Department, Operation, Request
from gateway.sdk.outcomes import unfit
from gateway.sdk.texts import LINE
from gateway.texts.bounds import BOUNDS, Bounds
from gateway.texts.json_schema import SchemaFields
from gateway.texts.refusals import Language, Refused
from gateway.texts.strict_json import Malformed, pointer_of, read_object
from gateway.texts.text_rule import FREE, TEXT_KEYWORD, Place, free_texts, text_problems

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

log = structlog.get_logger()

#: Codes of failures that only mean that the department took too long.
_LATE: Final = frozenset({"connect_timeout", "timeout", "adapter_deadline", "http_504"})
#: Most characters of a text for which the model states no limit.
LONGEST_TEXT: Final = 500
#: The purpose of a question.
PURPOSE: Final[JsonView] = {
    "type": "string",
    "minLength": 1,
    "maxLength": LONGEST_TEXT,
    "pattern": r"^\S(.*\S)?$",
    "x-hint-zh": LINE.zh,
    "x-hint-en": LINE.en,
}
#: The limits of a text that may have several lines.
_FREE: Final[JsonView] = {"minLength": 1, "maxLength": LONGEST_TEXT}
#: Keywords that already determine a text.
_SAID: Final = frozenset({"format", "pattern", "enum", "const"})
_NAMED: Final = ("properties", "$defs")
_LISTED: Final = ("anyOf", "oneOf", "allOf", "prefixItems")
_SINGLE: Final = ("items", "additionalProperties", "else")


def request_schema(operation: Operation) -> JsonSchema:
    """Give the JSON Schema of a question's ``request``, with every text in it bounded.

    Otherwise an empty name would be asked about and the answer, about nobody, taken for a real one. Adapters written for SDK 1.0 need not
    describe their texts.
    """
    return _each(operation.request.model_json_schema(), _bounded)


def _bounded(schema: JsonSchema) -> JsonSchema:
    if schema.get("type") != "string" or _SAID & schema.keys():
        return schema
    return {**(_FREE if schema.get(TEXT_KEYWORD) == FREE else PURPOSE), **schema}


def _told_apart(schema: JsonSchema) -> JsonSchema:
    """Rewrite a nullable schema so that errors are about its other part instead of about a choice."""
    match schema:
        case {"anyOf": [rest, {"type": "null"}]}:
            return {keyword: value for keyword, value in schema.items() if keyword != "anyOf"} | {"if": {"type": "null"}, "else": rest}
    return schema


def _each(schema: JsonView, change: Callable[[JsonSchema], JsonSchema]) -> JsonSchema:
    """Give a copy of a schema with every schema in it changed."""
    made = change(dict(schema))
    for keyword in _NAMED:
        if keyword in made:
            made[keyword] = {name: _each(one, change) for name, one in made[keyword].items()}
    for keyword in _LISTED:
        if keyword in made:
            made[keyword] = [_each(one, change) for one in made[keyword]]
    for keyword in _SINGLE:
        if isinstance(made.get(keyword), Mapping):
            made[keyword] = _each(made[keyword], change)
    return made


@lru_cache(maxsize=256)
def _form(operation: Operation) -> tuple[Form, Callable[[Place], bool]]:
    schema = _each(request_schema(operation), _told_apart)
    defined = schema.pop("$defs", {})
    question = {
        "type": "object",
        "properties": {"request": schema, "purpose": PURPOSE},
        "required": ["request", "purpose"],
        "additionalProperties": False,
    }
    whole = {**question, "$defs": defined}
    return Form(whole, "", foreign_formats=True), free_texts(SchemaFields(whole, maps=True))


def read_question(operation: Operation, body: bytes, language: Language, bounds: Bounds = BOUNDS) -> tuple[Request, str]:
    """Read a body ``{"request": {…}, "purpose": "…"}``. Raises Refused: 400, or 422 with every error by its place."""
    try:
        document = read_object(body, language, bounds)
    except Malformed as error:
        raise malformed(error) from error
    form, is_free = _form(operation)
    errors = list(text_problems(document, "", language, is_free))
    told = {error.pointer for error in errors}
    errors += (error for error in form.check(document, language) if error.pointer not in told)
    if errors:
        raise invalid(list(dict.fromkeys(errors)))
    try:
        return operation.request.model_validate(document["request"]), document["purpose"]
    except ValidationError as error:
        found = [_located(one, operation, language) for one in error.errors(include_url=False, include_input=False)]
    raise invalid(list(dict.fromkeys(found)))  # outside the except clause, since the cause would hold the values


def _located(error: ErrorDetails, operation: Operation, language: Language) -> Located:
    title = operation.title_zh if language == "zh-CN" else operation.title_en
    return Located(request_pointer(error["loc"]), request_text(error["type"], error.get("ctx", {}), title, language))


def request_pointer(parts: Iterable[str | int]) -> str:
    """Give the pointer within the body of a field of the request, or of the whole request for no field."""
    return pointer_of(part for part in ("request", *parts) if part != "")


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
