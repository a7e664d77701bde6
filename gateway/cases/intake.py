"""Intake of applications: a body is read strictly, checked as a whole and filed once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

import orjson
import structlog

from gateway.cases import texts
from gateway.cases.caller import Caller
from gateway.cases.casework import Casework, Forms
from gateway.cases.filing import FileApplication, Filed, Filing, Numbers, repeated
from gateway.cases.late_entry import MEMBER, ClerkGroup, LateEntry, late_entry
from gateway.cases.suspending.suspensions import ServiceSuspended, Suspensions
from gateway.catalogue.compiled import CompiledService, CompiledStep, check_application, may_apply
from gateway.catalogue.share import Context, ShareFailed, context
from gateway.catalogue.warned import Warned
from gateway.catalogue.working_days import Calendar, CalendarMissing
from gateway.journal.keys.filing_keys import Form as KeyForm
from gateway.journal.queues.deliveries import filing
from gateway.journal.read.reading import patiently
from gateway.journal.store.database import Engine
from gateway.journal.writer.draft import Change
from gateway.journal.writer.journal import Journal
from gateway.model import JsonObject, JsonView
from gateway.model.errors import JournalUnavailable, Located
from gateway.model.identifiers import CHINA, mask_id_number, new_id, new_trace_id, trace_id_of
from gateway.telemetry.measures import Metrics
from gateway.texts.bounds import BOUNDS, LARGE, Bounds, LargeBodies
from gateway.texts.refusals import Language, Refused
from gateway.texts.strict_json import Malformed, canonical, read_object

log = structlog.get_logger()

#: Makes the change of which a filing is a part.
Around = Callable[[FileApplication], Change[Filed]]


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
    clerk_group: ClerkGroup
    suspensions: Suspensions
    bounds: Bounds = BOUNDS
    large: LargeBodies = field(default_factory=LargeBodies)

    async def file(self, body: bytes, *, caller: Caller, idempotency_key: str, language: Language, traceparent: str | None) -> Filed:
        """File one application. Gives what was filed, now or by an earlier request with the same key. Raises Refused, and then keeps
        nothing.
        """
        key = caller.id, idempotency_key
        return await self.file_within(lambda change: change, body, caller=caller, key=key, language=language, traceparent=traceparent)

    async def file_within(
        self, around: Around, body: bytes, *, caller: Caller, key: KeyForm, language: Language, traceparent: str | None
    ) -> Filed:
        """File one as a part of the change that ``around`` makes, under a key of whoever owns that. Gives and raises the same."""
        document, service, errors, warned = await self.large.examined(body, lambda: self._examined(body, language))
        body_hmac = self.casework.mac.forms(canonical(document))
        late, late_errors = await self._late(document, caller, language)
        errors = list(dict.fromkeys([*errors, *late_errors]))
        refused: Refused | None = self._suspended(service, document, late)  # before errors, which would be mended in vain
        if refused is None:
            refused = invalid(errors) if service is None or errors else _unavailable(service, document)
        if service is None or refused is not None:
            # A repeated request gets its first answer, even if the body would be refused now.
            if (known := await asyncio.to_thread(self._known, key)) is not None:
                return repeated(known, body_hmac)
            raise refused or invalid([])
        try:
            filing = await self._filing(document, service, late, caller=caller, key=key, body_hmac=body_hmac, traceparent=traceparent)
            filed = await self.journal.write(around(FileApplication(filing=filing, casework=self.casework)))
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
        document, service, errors, report = await self.large.examined(body, lambda: self._report(body, language))
        late, late_errors = await self._late(document, caller, language)
        suspended = self._suspended(service, document, late)
        if suspended is not None:
            errors = [Located("/service", suspended.detail(language)), *errors]
        errors = list(dict.fromkeys([*errors, *late_errors]))
        listed = [{"pointer": e.pointer, "detail": e.detail} for e in errors[: self.bounds.errors]]
        due = None if service is None or not report["steps"] else self._due(service, late.handed_in_at if late else time.time_ns() // 1000)
        return {
            "errors": listed,
            "more_errors": len(errors) - len(listed),
            **report,
            "suspended": suspended.suspension if suspended else None,
            "due_at": datetime.fromtimestamp(due / 1_000_000, CHINA).isoformat() if due else None,
            "due_provisional": due is not None,
        }

    async def _late(self, document: JsonView, caller: Caller, language: Language) -> tuple[LateEntry | None, list[Located]]:
        now = time.time_ns() // 1000
        return await late_entry(document, caller, clerk_group=self.clerk_group, now=now, language=language)

    def _suspended(self, service: CompiledService | None, document: JsonView, late: LateEntry | None) -> ServiceSuspended | None:
        """Give the refusal of a suspended service. A wrong late entry is mended first, since the time in it decides."""
        if service is None or (late is None and MEMBER in document):
            return None
        return self.suspensions.refusal(service.definition.code, late.handed_in_at if late else None)

    def _examined(self, body: bytes, language: Language) -> tuple[JsonObject, CompiledService | None, list[Located], tuple[Warned, ...]]:
        document = self._document(body, language)
        service, errors = check_application(self.casework.catalogue.services, document, language)
        warned = service.warnings(document, language) if service is not None and not errors else ()
        return document, service, errors, tuple(warned[: self.bounds.errors])

    def _document(self, body: bytes, language: Language) -> JsonObject:
        try:
            return read_object(body, language, self.bounds)
        except Malformed as error:
            raise malformed(error) from error

    def _report(self, body: bytes, language: Language) -> tuple[JsonObject, CompiledService | None, list[Located], JsonObject]:
        """Give what was read, its errors, and what else there is to say of it."""
        document = self._document(body, language)
        service, errors = check_application(self.casework.catalogue.services, document, language)
        report: JsonObject = {"warnings": [], "steps": []}
        applicant, data = document.get("applicant"), document.get("data")
        if service is None or not isinstance(applicant, dict) or not isinstance(data, dict):
            return document, service, errors, report
        if errors and len(body) >= LARGE:
            # A large wrong body may have thousands of errors, repeated in every step's request.
            return document, service, errors, report
        wrong = {error.pointer for error in errors}  # these values have to be typed again, so a warning is useless
        warned = [asdict(warning) for warning in service.warnings(document, language) if warning.pointer not in wrong]
        report["warnings"] = warned[: self.bounds.errors]
        ctx = context(applicant, data, {})
        report["steps"] = [_preview(step, ctx) for step in service.steps.values()]
        return document, service, errors, report

    async def _filing(
        self,
        document: JsonObject,
        service: CompiledService,
        late: LateEntry | None,
        *,
        caller: Caller,
        key: KeyForm,
        body_hmac: Forms,
        traceparent: str | None,
    ) -> Filing:
        now = time.time_ns() // 1000
        applicant = document["applicant"]
        form = {"applicant": applicant, "data": document["data"], "agent": document.get("agent")}
        application_id, ctx = new_id(), context(applicant, document["data"], {})
        return Filing(
            id=application_id,
            number=await self.numbers.take(service.definition.codes.implementation, now),
            caller=caller.id,
            actor=caller.actor,
            group=caller.group,
            key=key,
            body_hmac=body_hmac,
            channel=document["channel"],
            trace_id=trace_id_of(traceparent) or new_trace_id(),
            applicant_index=self.casework.applicant_index(applicant["id_type"], applicant["id_number"]),
            received_at=now,
            due_at=self._due(service, late.handed_in_at if late else now),
            form=orjson.dumps(form),
            ctx=ctx,
            service=service,
            parties=self.casework.first_parties(application_id, service, ctx),
            late=late,
        )

    def _due(self, service: CompiledService, since: int) -> int | None:
        """Give the end of the promised working days, counted from then."""
        try:
            received = datetime.fromtimestamp(since / 1_000_000, CHINA)
            due = self.calendar.due(received, service.definition.limits.promised_working_days)
        except CalendarMissing as error:
            log.error("calendar_missing", year=error.year)  # noqa: TRY400  # an alarm for the keeper of the calendar: the trace would tell nothing
            return None
        return int(due.timestamp() * 1_000_000)

    def _known(self, key: KeyForm) -> JsonView | None:
        forms = self.casework.keys.forms(*key)
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
