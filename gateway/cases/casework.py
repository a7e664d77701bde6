"""What changes of a case have in common, on the journal's thread: its service, its data, releasing steps, keeping outcomes."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson

from gateway.cases.judgement import Judge, Judgement
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.compiled import CompiledService
from gateway.catalogue.plan import Released, Skipped, advance
from gateway.catalogue.share import Context, context
from gateway.departments.hosted import Departments
from gateway.departments.limits import Permits
from gateway.departments.openings import Openings, in_line
from gateway.departments.retry_budget import RetryBudgets
from gateway.journal.keys.filing_keys import FilingKeys
from gateway.journal.keys.hmac_keys import HmacKeys
from gateway.journal.queues.definitions import definition
from gateway.journal.read.lists import id_time
from gateway.journal.writer.draft import Case, Draft, Payload
from gateway.model.application import Application
from gateway.model.delivery import Action, Delivery, DeliveryState, SkipReason
from gateway.model.errors import GatewayError
from gateway.model.outcome import Accepted, Approved, Outcome
from gateway.sdk.department import Department, Never, Operation

#: A MAC by each secret of the installation that there is: the first is what is kept, any may be what was.
Forms = tuple[str, ...]


class Mac:
    """Makes the MAC of a blob: HMAC-SHA-256 (hex) under the installation's secrets."""

    def __init__(self, secrets: HmacKeys) -> None:
        self._secrets = secrets

    def __call__(self, blob: bytes) -> str:
        """The MAC by the secret that makes."""
        return _keyed(self._secrets.first, blob)

    def forms(self, blob: bytes) -> Forms:
        """Those by every secret."""
        return tuple(_keyed(secret, blob) for secret in self._secrets.all)


#: The problem of a delivery that may have gone out after the backup from which the journal was restored.
RESTORED = "restored"
#: The problem of one whose ``when`` could not be answered from the application's data.
CONDITION_FAILED = "condition_failed"


class NoAdapter(GatewayError):
    """The department has no adapter now (disabled, could not be loaded), or no longer offers the operation."""


def mac_by(secrets: HmacKeys | bytes) -> Mac:
    """Give what makes the MAC of a blob under the installation's secrets, or this one alone."""
    return Mac(secrets if isinstance(secrets, HmacKeys) else HmacKeys([secrets]))


def _keyed(secret: bytes, blob: bytes) -> str:
    mac = _begun(secret).copy()
    mac.update(blob)
    return mac.hexdigest()


@lru_cache(maxsize=16)
def _begun(secret: bytes) -> hmac.HMAC:
    """The key's own two blocks are hashed once."""
    return hmac.new(secret, digestmod=hashlib.sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class Casework:
    """The parts that every change of a case uses. ``down`` tells whether a department counts as down now."""

    catalogue: Catalogue
    departments: Departments
    permits: Permits
    mac: Mac
    keys: FilingKeys
    down: Callable[[str], bool] = field(default=lambda _: False)
    budgets: RetryBudgets = field(default_factory=RetryBudgets)
    openings: Openings = field(default_factory=Openings)

    def service(self, draft: Draft, application: Application) -> CompiledService:
        """The service that the application is pinned to, from memory or from the journal."""
        known = self.catalogue.by_digest(application.service_digest)
        if known is not None:
            return known
        return self.catalogue.pin(definition(draft.connection, application.service_digest))

    def applicant_index(self, id_type: str, id_number: str) -> str:
        """The blind index that is kept of who bears that ID."""
        return self.mac(f"{id_type}|{id_number}".encode())

    def applicant_indexes(self, id_type: str, id_number: str) -> Forms:
        """The blind indexes by which the cases of who bears that ID are found, whichever secret they were made with."""
        return self.mac.forms(f"{id_type}|{id_number}".encode())

    def operation(self, delivery: Delivery) -> tuple[Department, Operation]:
        """The adapter and the operation of a delivery. Raises NoAdapter."""
        hosted = self.departments.get(delivery.department)
        if hosted is None or hosted.department is None:
            raise NoAdapter(hosted.problem if hosted and hosted.problem else f"department {delivery.department} is not installed")
        try:
            return hosted.department, hosted.department.operation(delivery.operation)
        except KeyError as error:
            raise NoAdapter(f"department {delivery.department} no longer offers {delivery.operation}") from error

    def judge(self, delivery: Delivery, now: int) -> Judge:
        """The judge of a delivery's results. Raises NoAdapter."""
        department, operation = self.operation(delivery)
        config = self.departments[delivery.department].config
        return Judge(config=config, department=department, operation=operation, now=now, outage=self.down(delivery.department))

    def start(self, draft: Draft, delivery: Delivery) -> Delivery:
        """Make a delivery due now: leased at once when its department has a permit, else ready.

        Operations that must never be repeated are always claimed in a commit of their own, right before they are sent; so is what counts
        against a quota, where who came first goes first. While the department is closed it is due when that opens. What a restore left
        in doubt follows its resend rule instead: it may have been sent before.
        """
        if delivery.doubt_since is not None:
            return self.suspect(draft, delivery)
        opens = self.openings.opens(delivery.department, Action.SUBMIT, draft.now)
        if opens > draft.now:
            due_at = in_line(opens, id_time(delivery.id))
            return draft.put(delivery, state=DeliveryState.READY, action=Action.SUBMIT, due_at=due_at)
        try:
            _, operation = self.operation(delivery)
            held = self.permits.held_until(delivery.department) > draft.now or self.openings.quota(delivery.department) is not None
            at_once = not held and not isinstance(operation.resend, Never) and self.permits.take(delivery.department)
        except NoAdapter:
            at_once = False
        if not at_once:
            return draft.put(delivery, state=DeliveryState.READY, action=Action.SUBMIT, due_at=draft.now)
        draft.undo.append(lambda: self.permits.give(delivery.department))
        return self.lease(draft, delivery, Action.SUBMIT)

    def lease(self, draft: Draft, delivery: Delivery, action: Action | None = None) -> Delivery:
        """Lease a delivery to this node for at least as long as its department's calls may take."""
        hosted = self.departments.get(delivery.department)
        deadline = hosted.config.limits.deadline_seconds if hosted else 0
        return draft.lease(delivery, action, at_least=deadline)

    def suspect(self, draft: Draft, delivery: Delivery) -> Delivery:
        """Go on by its resend rule with a delivery that may have gone out without this journal knowing of it.

        Without an adapter a person has to settle it.
        """
        free: dict[str, Any] = {"lease_owner": None, "lease_until": None, "epoch": delivery.epoch + (delivery.lease_owner is not None)}
        changes: dict[str, Any] = {"state": DeliveryState.IN_DOUBT, "action": Action.SUBMIT, "due_at": None}
        with contextlib.suppress(NoAdapter):
            changes = self.judge(delivery, draft.now).suspect(delivery)
        return draft.put(delivery, **{"problem": RESTORED, **changes, **free})

    def release(self, draft: Draft, case: Case, service: CompiledService, ctx: Context) -> dict[str, list[str]]:
        """Start or skip what the case's moves have released; gives what each started delivery disclosed, by step."""
        moves = advance(case.deliveries, lambda step: service.steps[step].applies(ctx))
        disclosed: dict[str, list[str]] = {}
        for step, move in moves.items():
            delivery = draft.case(case.application.id).deliveries[step]
            if isinstance(move, Released):
                if self.start(draft, delivery).lease_owner is not None:
                    disclosed[step] = list(service.steps[step].disclosed(ctx))
            elif isinstance(move, Skipped):
                # One that waits although the case was taken back could not be withdrawn at once: see start.
                withdrawn = case.application.withdrawal_asked and move.reason is SkipReason.PARENT_REJECTED
                changes = {"state": DeliveryState.WITHDRAWN} if withdrawn else {"state": DeliveryState.SKIPPED, "skip_reason": move.reason}
                draft.put(delivery, **changes)
            else:
                draft.put(delivery, state=DeliveryState.HELD, problem=CONDITION_FAILED, data_refused=True)
        return disclosed

    def context(self, case: Case, payload: Payload, delivery: Delivery | None = None) -> Context:
        """The application's data and the outputs of its approved steps; for a ``delivery`` that was told something, as it was told it."""
        now = case.application.revision
        revision = (delivery.sent_revision if delivery is not None and delivery.told else None) or now
        form = _parsed(payload["form", revision])
        outputs = {}
        for step, one in case.deliveries.items():
            number = one.round if revision == now else form.get("rounds", {}).get(step, 1 if revision == 1 else one.round)
            blob = payload.get((f"outcome:{step}", number)) if one.state is DeliveryState.APPROVED or revision != now else None
            output = orjson.loads(blob)["output"] if blob is not None else None
            if output is not None:
                outputs[step] = output
        return context(form["applicant"], form["data"], outputs)

    def compare_told(self, draft: Draft, case: Case, service: CompiledService, ctx: Context) -> list[str]:
        """Mark what departments were told otherwise than the application says now (``ctx``), unmark what agrees; gives the marked steps."""
        payload = draft.payload(case.application.id)
        marked = []
        for delivery in case.deliveries.values():
            if not delivery.told:
                continue
            differing = service.steps[delivery.step].changed(self.context(case, payload, delivery), ctx)
            otherwise = ",".join(name for name in differing if _answered(name, ctx)) or None
            if otherwise != delivery.told_otherwise:
                draft.put(delivery, told_otherwise=otherwise)
            if otherwise is not None:
                marked.append(delivery.step)
        return marked

    def apply(self, draft: Draft, delivery: Delivery, judgement: Judgement) -> dict[str, Any]:
        """Make a judgement's changes, keep its outcome, release what follows; gives what the audit entry says of it."""
        details: dict[str, Any] = {"result": judgement.result}
        changed = draft.put(delivery, **judgement.changes)
        case = draft.case(delivery.application_id)
        if case.application.withdrawal_asked:
            changed = self.take_back(draft, changed)
        if judgement.outcome is not None and not isinstance(judgement.outcome, Accepted):
            service = self.service(draft, case.application)
            blob = outcome_blob(judgement.outcome, service, delivery.step)
            draft.put_payload(delivery.application_id, f"outcome:{delivery.step}", delivery.round, blob)
        if changed.state in (DeliveryState.APPROVED, DeliveryState.REJECTED, DeliveryState.WITHDRAWN, DeliveryState.SKIPPED):
            case = draft.case(delivery.application_id)
            answered_anew = changed.state is DeliveryState.APPROVED and changed.round > 1
            if answered_anew or any(d.state is DeliveryState.WAITING for d in case.deliveries.values()):
                service = self.service(draft, case.application)
                ctx = self.context(case, draft.payload(delivery.application_id))
                if answered_anew and (marked := self.compare_told(draft, case, service, ctx)):
                    details["told_otherwise"] = marked
                if disclosed := self.release(draft, draft.case(delivery.application_id), service, ctx):
                    details["disclosed"] = disclosed
        if changed.reference != delivery.reference:
            details["reference"] = changed.reference
        if changed.outcome_code is not None:
            details["code"] = changed.outcome_code
        return details

    def take_back(self, draft: Draft, delivery: Delivery) -> Delivery:
        """Take back what has just come to a place from which it can be, once the applicant has asked for that."""
        if delivery.doubt_since is None and delivery.state in (DeliveryState.READY, DeliveryState.RETURNED, DeliveryState.HELD):
            free = {"lease_owner": None, "lease_until": None, "due_at": None, "action": Action.SUBMIT}
            return draft.put(delivery, state=DeliveryState.WITHDRAWN, withdrawing=False, **free)
        return delivery


@lru_cache(maxsize=500)
def _parsed(form: bytes) -> Any:  # noqa: ANN401  # JSON
    """A form as it was filed: its deliveries ask for it one after the other, and none changes it."""
    return orjson.loads(form)


def _answered(source: str, ctx: Context) -> bool:
    """Tell whether it is known what the application says there: the answer that a question is asked anew for is not, until it is there."""
    root, step, *_ = source.split(".")
    return root != "steps" or step in ctx["steps"]


def merged(details: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Two changes' details as one entry's: what both say wins from the later, but every disclosure stays."""
    both = {"disclosed": {**details["disclosed"], **more["disclosed"]}} if "disclosed" in details and "disclosed" in more else {}
    return {**details, **more, **both}


def outcome_blob(outcome: Outcome, service: CompiledService, step: str) -> bytes:
    """An outcome as it is kept in the payload: personal, since texts and outputs may be."""
    output = outcome.output.model_dump(mode="json") if isinstance(outcome, Approved) else None
    fields = [
        {"field": problem.field, "pointer": service.steps[step].pointer(problem.field), "message": problem.message}
        for problem in getattr(outcome, "fields", ())
    ]
    return orjson.dumps(
        {
            "kind": outcome.kind,
            "output": output,
            "code": getattr(outcome, "code", None),
            "reason": getattr(outcome, "reason", None),
            "fields": fields,
        }
    )
