"""Intake of applications: a body is read strictly, checked as a whole and filed once."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

import orjson
import structlog

from gateway.cases import texts
from gateway.cases.caller import Caller
from gateway.cases.casework import Casework, Forms
from gateway.cases.filing import FileApplication, Filed, Filing, repeated
from gateway.cases.numbers import Numbers
from gateway.catalogue.compiled import CompiledService, CompiledStep, may_apply
from gateway.catalogue.share import Context, ShareFailed, context
from gateway.catalogue.warned import Warned
from gateway.catalogue.working_days import Calendar, CalendarMissing
from gateway.journal.queues.deliveries import filing
from gateway.journal.read.reading import patiently
from gateway.journal.store.database import Engine
from gateway.journal.store.unavailable import JournalUnavailable
from gateway.journal.writer.journal import Journal
from gateway.model import JsonObject, JsonView
from gateway.model.errors import Located
from gateway.model.identifiers import CHINA, mask_id_number, new_id, new_trace_id, trace_id_of
from gateway.telemetry.metrics import Metrics
from gateway.texts.bounds import BOUNDS, Bounds
from gateway.texts.large_bodies import LARGE, LargeBodies
from gateway.texts.refusals import Language, Refused
from gateway.texts.strict_json import Malformed, canonical, read_object

log = structlog.get_logger()


def unavailable_journal(error: JournalUnavailable) -> Refused:
    """Give the answer for a journal that cannot be written, and log the failure."""
    log.error("journal_failed", error=str(error))
    return Refused("journal-unavailable", 503, texts.NOT_RECORDED, retry_after=5)


def invalid(errors: list[Located]) -> Refused:
    """Give the answer for a body with errors, listing all of them by place."""
    return Refused("validation", 422, texts.to_correct(len(errors)), errors=errors)


def malformed(error: Malformed) -> Refused:
    """Give the answer for a body that is not acceptable JSON."""
    return Refused("malformed", 400, texts.NOT_JSON, errors=error.problems, more=error.more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Files applications, and reports beforehand how filing would end."""

    journal: Journal
    casework: Casework
    numbers: Numbers
    calendar: Calendar
    metrics: Metrics
    reader: Engine
    bounds: Bounds = BOUNDS
    large: LargeBodies = field(default_factory=LargeBodies)

    async def file(self, body: bytes, *, caller: Caller, idempotency_key: str, language: Language, traceparent: str | None) -> Filed:
        """File one application. Gives what was filed, now or by an earlier request with the same key. Raises Refused, and then keeps
        nothing.
        """
        document, service, refused, warned = await self.large.examined(body, lambda: self._examined(body, language))
        body_hmac = self.casework.mac.forms(canonical(document))
        if service is None or refused is not None:
            # A repeated request gets its first answer, even if the body would be refused now.
            if (known := await asyncio.to_thread(self._known, caller.id, idempotency_key)) is not None:
                return repeated(known, body_hmac)
            raise refused or invalid([])
        try:
            filing = await self._filing(
                document, service, caller=caller, idempotency_key=idempotency_key, body_hmac=body_hmac, traceparent=traceparent
            )
            filed = await self.journal.write(FileApplication(filing=filing, casework=self.casework))
        except JournalUnavailable as error:
            raise unavailable_journal(error) from error
        if filed.created:
            self.metrics.applications_accepted.labels(service.definition.code).inc()
            log.info(
                "application_accepted",
                application=filing.id,
                number=filing.number,
                service=service.definition.code,
                trace_id=filing.trace_id,
            )
        return replace(filed, warnings=warned)

    async def check(self, body: bytes, *, caller: Caller, language: Language) -> JsonView:
        """Report how filing would end, without filing: the errors, the steps that would apply, the data each would see, and the due
        time.
        """
        del caller  # every caller who may file may ask
        return await self.large.examined(body, lambda: self._report(body, language))

    def _examined(self, body: bytes, language: Language) -> tuple[JsonObject, CompiledService | None, Refused | None, tuple[Warned, ...]]:
        document = self._document(body, language)
        service, errors = self.casework.catalogue.check(document, language)
        if service is None or errors:
            return document, service, invalid(errors), ()
        warned = service.warnings(document, language)
        return document, service, _unavailable(service, document), tuple(warned[: self.bounds.errors])

    def _document(self, body: bytes, language: Language) -> JsonObject:
        try:
            return read_object(body, language, self.bounds)
        except Malformed as error:
            raise malformed(error) from error

    def _report(self, body: bytes, language: Language) -> JsonObject:
        document = self._document(body, language)
        service, errors = self.casework.catalogue.check(document, language)
        listed = [{"pointer": e.pointer, "detail": e.detail} for e in errors[: self.bounds.errors]]
        report: JsonObject = {
            "errors": listed,
            "more_errors": len(errors) - len(listed),
            "warnings": [],
            "steps": [],
            "due_at": None,
        }
        applicant, data = document.get("applicant"), document.get("data")
        if service is None or not isinstance(applicant, dict) or not isinstance(data, dict):
            return report
        if errors and len(body) >= LARGE:
            return report  # a large wrong body may have thousands of errors, repeated in every step's request
        wrong = {error.pointer for error in errors}  # these values have to be typed again, so a warning is useless
        warned = [asdict(warning) for warning in service.warnings(document, language) if warning.pointer not in wrong]
        report["warnings"] = warned[: self.bounds.errors]
        ctx = context(applicant, data, {})
        report["steps"] = [_preview(step, ctx) for step in service.steps.values()]
        due = self._due(service, time.time_ns() // 1000)
        report["due_at"] = datetime.fromtimestamp(due / 1_000_000, CHINA).isoformat() if due else None
        return report

    async def _filing(
        self,
        document: JsonObject,
        service: CompiledService,
        *,
        caller: Caller,
        idempotency_key: str,
        body_hmac: Forms,
        traceparent: str | None,
    ) -> Filing:
        now = time.time_ns() // 1000
        applicant = document["applicant"]
        form = {"applicant": applicant, "data": document["data"], "agent": document.get("agent")}
        return Filing(
            id=new_id(),
            number=await self.numbers.take(service.definition.codes.implementation, now),
            caller=caller.id,
            actor=caller.actor,
            idempotency_key=idempotency_key,
            body_hmac=body_hmac,
            channel=document["channel"],
            trace_id=trace_id_of(traceparent) or new_trace_id(),
            applicant_index=self.casework.applicant_index(applicant["id_type"], applicant["id_number"]),
            received_at=now,
            due_at=self._due(service, now),
            form=orjson.dumps(form),
            ctx=context(applicant, document["data"], {}),
            service=service,
        )

    def _due(self, service: CompiledService, now: int) -> int | None:
        try:
            received = datetime.fromtimestamp(now / 1_000_000, CHINA)
            due = self.calendar.due(received, service.definition.limits.promised_working_days)
        except CalendarMissing as error:
            log.error("calendar_missing", year=error.year)  # noqa: TRY400  # an alarm for the keeper of the calendar: the trace would tell nothing
            return None
        return int(due.timestamp() * 1_000_000)

    def _known(self, caller: str, key: str) -> JsonView | None:
        forms = self.casework.keys.forms(caller, key)
        return patiently(self.reader, lambda connection: filing(connection, forms))


def _unavailable(service: CompiledService, document: JsonView) -> Refused | None:
    """Give the refusal if a step that will or may apply cannot run now."""
    ctx = context(document["applicant"], document["data"], {})
    for name, problem in service.unavailable.items():
        if may_apply(service.steps[name], ctx) is not False:
            department = service.steps[name].definition.department
            return Refused("department-unavailable", 503, texts.step_unavailable(name, department, problem), retry_after=60)
    return None


def _preview(step: CompiledStep, ctx: Context) -> JsonObject:
    """Show a step with the data that its department would see, masked."""
    sees: JsonObject = dict.fromkeys(step.disclosed(ctx))
    try:
        sees = {name: _masked(value) for name, value in step.request(ctx).model_dump(mode="json").items() if value is not None}
    except ShareFailed:  # outputs still to come feed it
        sees = dict.fromkeys(step.definition.share)
    return {
        "step": step.name,
        "department": step.definition.department,
        "operation": step.definition.operation,
        "applies": may_apply(step, ctx),
        "sees": sees,
    }


def _masked(value: object) -> object:
    if isinstance(value, str):
        return mask_id_number(value) if len(value) > 1 else "*"
    return [] if isinstance(value, list) else None
