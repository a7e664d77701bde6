"""Parts that the changes of a case share, on the journal's thread: its service, its data, the release of steps, the outcomes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson

from gateway.cases.judgement import Judge, Judgement, Way
from gateway.cases.receipts.receipt import Receipts
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.compiled import CompiledService
from gateway.catalogue.parties.named import all_said
from gateway.catalogue.parties.rows import Stated, changed_rows, first_rows
from gateway.catalogue.plan import Released, Skipped, advance
from gateway.catalogue.share import Context, context
from gateway.departments.hosted import Departments
from gateway.departments.limits import Permits
from gateway.departments.openings import Openings, in_line
from gateway.departments.retries import RetryBudgets
from gateway.journal.keys.filing_keys import FilingKeys
from gateway.journal.keys.hmac_keys import HmacKeys
from gateway.journal.payload import FORM, outcome_part
from gateway.journal.queues import parties
from gateway.journal.queues.definitions import definition
from gateway.journal.read.lists import id_time
from gateway.journal.writer.draft import Draft
from gateway.model import Details, JsonView
from gateway.model.application import Application
from gateway.model.case import Case, Party, Payload
from gateway.model.delivery import Action, Delivery, DeliveryState, SkipReason
from gateway.model.errors import GatewayError
from gateway.model.identifiers import new_id
from gateway.model.keyed import keyed
from gateway.model.moves import held, in_doubt, overtaken, ready, skipped, withdrawn
from gateway.model.outcome import Accepted, said_blob, said_in
from gateway.sdk.department import Department, Never, Operation

#: A MAC by each secret of the installation that there is: the first is what is kept, any may be what was.
Forms = tuple[str, ...]


class Mac:
    """Makes the MAC of a blob: HMAC-SHA-256 (hex) under the installation's secrets."""

    def __init__(self, secrets: HmacKeys) -> None:
        self._secrets = secrets

    def __call__(self, blob: bytes) -> str:
        """The MAC by the secret that makes."""
        return keyed(self._secrets.first, blob).hex()

    def forms(self, blob: bytes) -> Forms:
        """Those by every secret."""
        return tuple(keyed(secret, blob).hex() for secret in self._secrets.all)


#: The problem of a delivery that may have gone out after the backup from which the journal was restored.
RESTORED = "restored"
#: The problem of one whose ``when`` could not be answered from the application's data.
CONDITION_FAILED = "condition_failed"


class NoAdapter(GatewayError):
    """The department has no adapter now (disabled, could not be loaded), or no longer offers the operation."""


def mac_by(secrets: HmacKeys | bytes) -> Mac:
    """Give what makes the MAC of a blob under the installation's secrets, or this one alone."""
    return Mac(secrets if isinstance(secrets, HmacKeys) else HmacKeys([secrets]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Casework:
    """The parts that every change of a case uses. ``down`` tells whether a department counts as down now."""

    catalogue: Catalogue
    departments: Departments
    permits: Permits
    mac: Mac
    keys: FilingKeys
    receipts: Receipts
    down: Callable[[str], bool] = field(default=lambda _: False)
    budgets: RetryBudgets = field(default_factory=RetryBudgets)
    openings: Openings = field(default_factory=Openings)

    def service(self, draft: Draft, application: Application) -> CompiledService:
        """Give the service that the application is pinned to, from memory or from the journal."""
        known = self.catalogue.by_digest(application.service_digest)
        if known is not None:
            return known
        return self.catalogue.pin(definition(draft.connection, application.service_digest))

    def applicant_index(self, id_type: str, id_number: str) -> str:
        """Give the blind index that is kept of the bearer of that ID."""
        return self.mac(f"{id_type}|{id_number}".encode())

    def applicant_indexes(self, id_type: str, id_number: str) -> Forms:
        """Give the blind indexes that find the cases of the bearer of that ID, whichever secret made them."""
        return self.mac.forms(f"{id_type}|{id_number}".encode())

    def first_parties(self, application_id: str, service: CompiledService, ctx: Context) -> list[Party]:
        """Give the rows of the parties of a case that is filed."""
        return first_rows(application_id, self._stated(service, ctx))

    def change_parties(
        self, draft: Draft, application_id: str, before: tuple[CompiledService, Context], after: tuple[CompiledService, Context]
    ) -> None:
        """Write who the parties are, once a case says ``after`` by its service instead of ``before``. A change does this last."""
        was, rows = all_said(before[0].parties, before[1]), parties.of_case(draft.connection, application_id)
        changed = changed_rows(application_id, rows, was, self._stated(*after))
        parties.change(draft, [(old, new if old is not None else self.receipts.given(draft, new)) for old, new in changed])

    def _stated(self, service: CompiledService, ctx: Context) -> Stated:
        said = list(all_said(service.parties, ctx))
        indexes = {one.identity: self.mac.forms(one.identity.encode()) for one in said if one.identity is not None}
        return Stated(said=said, indexes=indexes, ids=[new_id() for _ in said])

    def operation(self, delivery: Delivery) -> tuple[Department, Operation]:
        """Give the adapter and the operation of a delivery. Raises NoAdapter."""
        hosted = self.departments.get(delivery.department)
        if hosted is None or hosted.department is None:
            raise NoAdapter(hosted.problem if hosted and hosted.problem else f"department {delivery.department} is not installed")
        try:
            return hosted.department, hosted.department.operation(delivery.operation)
        except KeyError as error:
            raise NoAdapter(f"department {delivery.department} no longer offers {delivery.operation}") from error

    def judge(self, delivery: Delivery, now: int) -> Judge:
        """Give the judge of a delivery's results. Raises NoAdapter."""
        department, operation = self.operation(delivery)
        config = self.departments[delivery.department].config
        return Judge(config=config, department=department, operation=operation, now=now, outage=self.down(delivery.department))

    def start(self, draft: Draft, delivery: Delivery) -> Delivery:
        """Make a delivery due now: leased at once when its department has a permit, else ready.

        Operations that must never be repeated are always claimed in a commit of their own, right before they are sent. So is what counts
        against a quota, where the first to come goes first. While the department is closed it is due when that opens. What a restore left
        in doubt follows its resend rule instead: it may have been sent before.
        """
        if delivery.doubt_since is not None:
            return self.suspect(draft, delivery)
        opens = self.openings.opens(delivery.department, Action.SUBMIT, draft.now)
        if opens > draft.now:
            return draft.put(delivery, ready(in_line(opens, id_time(delivery.id))))
        try:
            _, operation = self.operation(delivery)
            held = self.permits.held_until(delivery.department) > draft.now or self.openings.quota(delivery.department) is not None
            at_once = not held and not isinstance(operation.resend, Never) and self.permits.take(delivery.department)
        except NoAdapter:
            at_once = False
        if not at_once:
            return draft.put(delivery, ready(draft.now))
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
        way: Way = in_doubt(), {}
        with contextlib.suppress(NoAdapter):
            way = self.judge(delivery, draft.now).suspect(delivery)
        return draft.put(delivery, *way, overtaken(delivery), problem=RESTORED)

    def release(self, draft: Draft, case: Case, service: CompiledService, ctx: Context) -> dict[str, list[str]]:
        """Start or skip the steps that the case's moves have released, and give what each started one disclosed."""
        moves = advance(case.deliveries, lambda step: service.steps[step].applies(ctx))
        disclosed: dict[str, list[str]] = {}
        for step, move in moves.items():
            delivery = draft.case(case.application.id).deliveries[step]
            if isinstance(move, Released):
                if self.start(draft, delivery).lease_owner is not None:
                    disclosed[step] = list(service.steps[step].disclosed(ctx))
            elif isinstance(move, Skipped):
                # One that waits although the case was taken back could not be withdrawn at once: see start.
                taken_back = case.application.withdrawal_asked and move.reason is SkipReason.PARENT_REJECTED
                draft.put(delivery, withdrawn() if taken_back else skipped(move.reason))
            else:
                draft.put(delivery, held(), problem=CONDITION_FAILED, data_refused=True)
        return disclosed

    def context(self, case: Case, payload: Payload, delivery: Delivery | None = None) -> Context:
        """Give the application's data and the outputs of its approved steps: as a ``delivery`` was told them, where one was."""
        now = case.application.revision
        revision = (delivery.sent_revision if delivery is not None and delivery.told else None) or now
        form = _parsed(payload[FORM, revision])
        outputs = {}
        for step, one in case.deliveries.items():
            number = one.round if revision == now else form.get("rounds", {}).get(step, 1 if revision == 1 else one.round)
            blob = payload.get((outcome_part(step), number)) if one.state is DeliveryState.APPROVED or revision != now else None
            output = said_in(blob)["output"] if blob is not None else None
            if output is not None:
                outputs[step] = output
        return context(form["applicant"], form["data"], outputs)

    def compare_told(self, draft: Draft, case: Case, service: CompiledService, ctx: Context) -> list[str]:
        """Mark steps whose departments were told otherwise than the application says now (``ctx``), and give them: others lose the mark."""
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

    def apply(self, draft: Draft, delivery: Delivery, judgement: Judgement) -> Details:
        """Make a judgement's move, keep its outcome, release the steps that follow, and give what the audit entry says of it."""
        details: Details = {"result": judgement.result}
        changed = draft.put(delivery, judgement.move, judgement.facts)
        case = draft.case(delivery.application_id)
        if case.application.withdrawal_asked:
            changed = self.take_back(draft, changed)
        if judgement.outcome is not None and not isinstance(judgement.outcome, Accepted):
            service = self.service(draft, case.application)
            blob = said_blob(judgement.outcome, service.steps[delivery.step].pointer)
            draft.put_payload(delivery.application_id, outcome_part(delivery.step), delivery.round, blob)
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
        """Take a delivery back once it stands where it can be, if the applicant has asked for that."""
        if delivery.doubt_since is None and delivery.state in (DeliveryState.READY, DeliveryState.RETURNED, DeliveryState.HELD):
            return draft.put(delivery, withdrawn(), withdrawing=False)
        return delivery


@lru_cache(maxsize=500)
def _parsed(form: bytes) -> Any:  # noqa: ANN401  # JSON
    """Read a form as it was filed: its deliveries ask for it one after the other, and none changes it."""
    return orjson.loads(form)


def _answered(source: str, ctx: Context) -> bool:
    """Tell whether the application has a value there: the output of a step that is asked anew is missing until the answer is there."""
    root, step, *_ = source.split(".")
    return root != "steps" or step in ctx["steps"]


def merged(details: JsonView, more: JsonView) -> Details:
    """Merge two changes' details into one entry's: the later wins, but every disclosure stays."""
    both = {"disclosed": {**details["disclosed"], **more["disclosed"]}} if "disclosed" in details and "disclosed" in more else {}
    return {**details, **more, **both}
