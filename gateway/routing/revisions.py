"""Answers what was returned, and takes back what was filed: only what is affected is sent again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import structlog

from gateway.journal import schema
from gateway.journal.draft import Case, Draft, Needs, NoSuchCase
from gateway.journal.journal import Journal
from gateway.journal.unavailable import JournalUnavailable
from gateway.model.application import APPLICATION_ENDED, ApplicationState
from gateway.model.delivery import Action, Delivery, DeliveryState, SkipReason
from gateway.model.errors import Located
from gateway.routing.bounds import BOUNDS, Bounds
from gateway.routing.caller import Caller
from gateway.routing.casework import Casework, NoAdapter
from gateway.routing.compiled import CompiledService
from gateway.routing.filing import Filed, repeated
from gateway.routing.intake import invalid, malformed, unavailable_journal
from gateway.routing.refusals import Language, Refused
from gateway.routing.seam import since_restore
from gateway.routing.share import Context, context
from gateway.routing.strict_json import Malformed, canonical, read_object

log = structlog.get_logger()

S = DeliveryState
#: With a department, or decided by it: what it was told cannot be changed behind its back.
_TOLD = frozenset({S.SENDING, S.DECIDING, S.APPROVED, S.IN_DOUBT})


def not_found() -> Refused:
    """There is no such thing, or not for this caller: the two are not told apart."""
    return Refused("not-found", 404, detail_zh="没有这个办件。", detail_en="There is no such application.")


def conflict(detail_zh: str, detail_en: str) -> Refused:
    """The state of the case does not allow what was asked."""
    return Refused("conflict", 409, detail_zh=detail_zh, detail_en=detail_en)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Revise:
    application_id: str
    caller: Caller
    idempotency_key: str
    body_hmac: str
    document: Mapping[str, Any]
    language: Language
    casework: Casework

    @property
    def needs(self) -> Needs:
        return Needs(cases=(self.application_id,), payload=True, filing=(self.caller.id, self.idempotency_key))

    def decide(self, draft: Draft) -> Filed:
        if (known := draft.filing(self.caller.id, self.idempotency_key)) is not None:
            return repeated(known, self.body_hmac)
        before = _own(draft, self.application_id, self.caller)
        application = before.application
        if application.state is not ApplicationState.RETURNED:
            raise conflict(
                "办件没有被退回补正,不能提交新的版本。",
                "No step was returned for correction: a revision answers a return, and there is none.",
            )
        service = self.casework.service(draft, application)
        old_ctx = self.casework.context(before, draft.payload(application.id))
        document = {"service": application.service, "channel": application.channel, **self.document}
        if errors := service.check(document, self.language):
            raise invalid(errors)
        new_ctx = context(document["applicant"], document["data"], old_ctx["steps"])
        again = self._again(before, service, old_ctx, new_ctx)
        revision = application.revision + 1
        form = orjson.dumps({"applicant": document["applicant"], "data": document["data"], "agent": document.get("agent")})
        draft.put_payload(application.id, "form", revision, form)
        applicant = document["applicant"]
        index = self.casework.applicant_index(applicant["id_type"], applicant["id_number"])
        draft.put_application(application.id, revision=revision, applicant_index=index)
        suspected = since_restore(draft, application.id)
        for delivery in again:
            _next_round(draft, delivery, suspected)
        for delivery in before.deliveries.values():
            if delivery.skip_reason is SkipReason.NOT_APPLICABLE:  # whether it applies is asked anew
                draft.put(delivery, state=S.WAITING, skip_reason=None, **suspected)
        case = draft.case(application.id)
        disclosed = self.casework.release(draft, case, service, new_ctx)
        draft.insert(
            schema.idempotency,
            {
                "caller": self.caller.id,
                "key": self.idempotency_key,
                "body_hmac": self.body_hmac,
                "application_id": application.id,
                "revision": revision,
                "created_at": draft.now,
            },
            case=application.id,
        )
        details = {
            "revision": revision,
            "again": [delivery.step for delivery in again],
            "disclosed": disclosed,
        }
        settled = draft.settle(application.id, "revision_filed", f"caller:{self.caller.id}", details, before=before)
        return Filed(
            application_id=application.id,
            created=True,
            case=(settled.application, tuple(settled.deliveries.values())),
            warnings=tuple(service.warnings(document, self.language)),
        )

    def _again(self, case: Case, service: CompiledService, old: Context, new: Context) -> list[Delivery]:
        """Which deliveries the revision sends again. Raises Refused when it changes what a department has already acted on."""
        again, errors = [], []
        for delivery in case.deliveries.values():
            changed = service.steps[delivery.step].changed(old, new)
            if delivery.state is S.RETURNED:
                again.append(delivery)
            elif changed and (delivery.state in _TOLD or (delivery.doubt_since is not None and delivery.state is not S.WAITING)):
                if delivery.state is S.APPROVED and self._read_only(delivery):
                    again.append(delivery)
                    continue
                zh = f"部门 {delivery.department} 已依据原来的内容受理,不能在补正中更改"
                en = f"department {delivery.department} has acted on what was given before: it cannot be changed in this revision"
                errors += [Located(_pointer(source), zh if self.language == "zh-CN" else en) for source in changed]
        if errors:
            raise invalid(errors)
        return again

    def _read_only(self, delivery: Delivery) -> bool:
        try:
            return self.casework.operation(delivery)[1].read_only
        except NoAdapter:
            return False


def _pointer(source: str) -> str:
    return "/" + source.replace("[]", "").replace(".", "/")


def _next_round(draft: Draft, delivery: Delivery, suspected: Mapping[str, int]) -> None:
    """Begin anew under the next key; ``suspected`` says since when that key, too, may have been used."""
    fresh: dict[str, Any] = {
        "attempts": 0,
        "failures": 0,
        "checks": 0,
        "doubt_since": None,
        "first_sent_at": None,
        "last_sent_at": None,
        "sent_revision": None,
        "reference": None,
        "problem": None,
        "outcome_code": None,
    }
    waits = {"state": S.WAITING, "action": Action.SUBMIT, "due_at": None, "round": delivery.round + 1}
    draft.put(delivery, **{**fresh, **waits, **suspected})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Withdraw:
    application_id: str
    caller: Caller
    reason: str | None
    casework: Casework

    @property
    def needs(self) -> Needs:
        return Needs(cases=(self.application_id,), payload=True)

    def decide(self, draft: Draft) -> None:
        before = _own(draft, self.application_id, self.caller)
        if before.application.state in APPLICATION_ENDED:
            raise conflict("办件已经办结,不能撤回。", "The application has ended: there is nothing to take back.")
        if before.application.withdrawal_asked:
            raise conflict("已经申请过撤回。", "It was asked to be taken back before.")
        left = [self._withdraw(draft, delivery) for delivery in before.deliveries.values()]
        if not any(left):
            raise conflict(
                "各部门都已受理且不允许撤回。", "Every department has it already and lets none be taken back; wait for their decisions."
            )
        draft.put_application(self.application_id, withdrawal_asked=True)
        details: dict[str, Any] = {}
        if self.reason:
            draft.put_payload(self.application_id, "note:withdrawal", 1, self.reason.encode())
        draft.settle(self.application_id, "withdrawal_asked", f"caller:{self.caller.id}", details, before=before)

    def _withdraw(self, draft: Draft, delivery: Delivery) -> bool:
        """Withdraw one delivery now or as soon as it can be; False where it cannot be."""
        if delivery.doubt_since is None and delivery.state in (S.WAITING, S.READY, S.RETURNED, S.HELD):
            draft.put(delivery, state=S.WITHDRAWN, action=Action.SUBMIT, due_at=None)
            return True
        try:
            department, _ = self.casework.operation(delivery)
        except NoAdapter:
            return False
        if not department.can_withdraw or delivery.state not in (S.SENDING, S.DECIDING, S.READY, S.IN_DOUBT, S.HELD, S.WAITING):
            return False
        if delivery.state is S.DECIDING:
            # A poll under way comes too late: the lease goes, the epoch moves on.
            free = {"lease_owner": None, "lease_until": None, "epoch": delivery.epoch + (1 if delivery.lease_owner else 0)}
            draft.put(delivery, withdrawing=True, action=Action.WITHDRAW, due_at=draft.now, **free)
        else:
            draft.put(delivery, withdrawing=True)
        return True


def _own(draft: Draft, application_id: str, caller: Caller) -> Case:
    try:
        case = draft.case(application_id)
    except NoSuchCase as error:
        raise not_found() from error
    if caller.kind != "local" and case.application.caller != caller.id:
        raise not_found()
    return case


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisions:
    """What an applicant may do with a case that is filed."""

    journal: Journal
    casework: Casework
    bounds: Bounds = BOUNDS

    async def revise(self, application_id: str, body: bytes, *, caller: Caller, idempotency_key: str, language: Language) -> Filed:
        """File a revision: ``{"applicant", "data"[, "agent"]}``, whole, not the difference. Raises Refused."""
        try:
            document = read_object(body, language, self.bounds)
        except Malformed as error:
            raise malformed(error) from error
        allowed = {name: document[name] for name in document if name not in ("service", "channel")}
        change = _Revise(
            application_id=application_id,
            caller=caller,
            idempotency_key=idempotency_key,
            body_hmac=self.casework.commit(application_id.encode() + canonical(document)),
            document=allowed,
            language=language,
            casework=self.casework,
        )
        try:
            filed = await self.journal.write(change)
        except JournalUnavailable as error:
            raise unavailable_journal(error) from error
        if filed.created and filed.case is not None:
            application = filed.case[0]
            log.info("revision_filed", application=application.id, revision=application.revision, trace_id=application.trace_id)
        return filed

    async def withdraw(self, application_id: str, *, caller: Caller, reason: str | None) -> None:
        """Take a case back as far as its departments allow. Raises Refused."""
        change = _Withdraw(application_id=application_id, caller=caller, reason=reason, casework=self.casework)
        try:
            await self.journal.write(change)
        except JournalUnavailable as error:
            raise unavailable_journal(error) from error
        log.info("application_withdrawal_asked", application=application_id)
