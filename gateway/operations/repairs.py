"""An operator's repairs of a delivery that cannot move itself: send it again by its resend rule, or say what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from pydantic import ValidationError

from gateway.cases.caller import Caller
from gateway.cases.casework import Casework, NoAdapter
from gateway.cases.intake import invalid
from gateway.cases.judgement import Way
from gateway.journal.queues.deliveries import other_with_reference
from gateway.journal.read.reasons import keep_reason
from gateway.journal.writer.draft import Draft, Needs
from gateway.journal.writer.journal import Journal
from gateway.model import Details, JsonObject, JsonView
from gateway.model.delivery import Delivery, DeliveryState, Facts
from gateway.model.errors import Located
from gateway.model.moves import asked_whether, later, ready, waiting
from gateway.model.outcome import Accepted, Outcome, Words, from_words
from gateway.model.service import Text
from gateway.operations import texts
from gateway.operations.unresolving import Unresolve, find, reached, standing
from gateway.sdk.department import Ask, Never, Operation
from gateway.sdk.outcomes import unfit
from gateway.texts.refusals import Refused, conflict
from gateway.texts.sentences import side_by_side
from gateway.texts.strict_json import pointer_of

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

log = structlog.get_logger()

S = DeliveryState


class NotAgain(Refused):
    """The resend rule forbids that a delivery is sent again. ``reason``: ``never``, ``key_forgotten`` or ``no_adapter``."""

    def __init__(self, reason: str, said: Text) -> None:
        super().__init__("conflict", 409, said)
        self.reason = reason


def send_again(draft: Draft, casework: Casework, delivery: Delivery, *, actor: str, due_at: int, details: JsonView | None = None) -> None:
    """Let a delivery that stands be sent again at ``due_at``, by its resend rule, and audit it. Raises NotAgain, with nothing changed."""
    before = draft.case(delivery.application_id)
    said: Details = {"was": delivery.state.value, "doubt": delivery.doubt_since is not None, **(details or {})}
    if delivery.state is S.HELD and delivery.attempts == 0:
        # It never went out, as far as is known: whether it applies is asked again before it does.
        draft.put(delivery, waiting(), problem=None)
        case = draft.case(delivery.application_id)
        service = casework.service(draft, case.application)
        ctx = casework.context(case, draft.payload(case.application.id))
        said["disclosed"] = casework.release(draft, case, service, ctx)
        now = draft.case(delivery.application_id).by_id(delivery.id)
        if now.due_at is not None and now.due_at < due_at:
            draft.put(now, later(due_at))
    else:
        draft.put(delivery, *_again(casework, delivery, draft.now, due_at))
    draft.settle(delivery.application_id, "delivery_retried", actor, said, delivery_id=delivery.id, before=before)


def _again(casework: Casework, delivery: Delivery, now: int, due_at: int) -> Way:
    """Apply the resend rule as it holds now, for that time. Raises NotAgain."""
    try:
        judge = casework.judge(delivery, now)
    except NoAdapter as error:
        raise NotAgain("no_adapter", texts.no_adapter(delivery.department, error)) from error
    resend = judge.operation.resend
    facts: Facts = {"failures": 0, "checks": 0}
    if (again := judge.asked_again(delivery, due_at)) is not None:
        return again[0], {**facts, **again[1]}
    if delivery.doubt_since is None:
        return ready(due_at), {**facts, "first_sent_at": None}
    if isinstance(resend, Never):
        raise NotAgain("never", texts.NEVER_SENT_AGAIN)
    if isinstance(resend, Ask):
        return asked_whether(due_at), facts
    if judge.remembers(delivery, now):
        return ready(due_at), facts
    raise NotAgain("key_forgotten", texts.KEY_FORGOTTEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Retry:
    delivery_id: str
    caller: Caller
    reason: str | None
    casework: Casework

    @property
    def needs(self) -> Needs:
        return Needs(delivery=self.delivery_id, payload=True)

    def decide(self, draft: Draft) -> None:
        _, delivery = find(draft, self.delivery_id)
        if delivery.state not in (S.HELD, S.IN_DOUBT, S.READY) or delivery.lease_owner is not None:
            raise conflict(texts.not_to_retry(delivery.state.value))
        if self.reason:
            keep_reason(draft, self.reason, act="retried", actor=self.caller.actor, delivery=delivery)
        send_again(draft, self.casework, delivery, actor=self.caller.actor, due_at=draft.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Resolve:
    delivery_id: str
    caller: Caller
    happened: bool
    outcome: JsonObject | None
    reason: str
    casework: Casework

    @property
    def needs(self) -> Needs:
        return Needs(delivery=self.delivery_id, payload=True)

    def decide(self, draft: Draft) -> None:
        before, delivery = find(draft, self.delivery_id)
        if delivery.doubt_since is None or delivery.state not in (S.IN_DOUBT, S.HELD) or delivery.lease_owner is not None:
            raise conflict(texts.no_doubt(delivery.state.value))
        details: Details = {"happened": self.happened, "was": standing(delivery)}
        if self.happened:
            details |= self._happened(draft, delivery)
        else:
            never: Facts = {"doubt_since": None, "first_sent_at": None, "reference": None, "failures": 0, "problem": None}
            again = draft.put(delivery, ready(draft.now), never)
            if before.application.withdrawal_asked:
                self.casework.take_back(draft, again)
        actor = self.caller.actor
        details["to"] = reached(draft.case(delivery.application_id).by_id(delivery.id))
        keep_reason(draft, self.reason, act="resolved", actor=actor, delivery=delivery)
        draft.settle(delivery.application_id, "delivery_resolved", actor, details, delivery_id=delivery.id, before=before)

    def _happened(self, draft: Draft, delivery: Delivery) -> Details:
        try:
            judge = self.casework.judge(delivery, draft.now)
        except NoAdapter as error:
            raise conflict(texts.no_adapter(delivery.department, error)) from error
        outcome = _outcome(self.outcome or {}, judge.operation)
        if isinstance(outcome, Accepted):
            _no_other_has(draft, delivery, outcome.reference)
        return self.casework.apply(draft, delivery, judge.outcome(delivery, outcome, result="resolved"))


def _no_other_has(draft: Draft, delivery: Delivery, reference: str) -> None:
    """Refuse the reference of another delivery of the department: what the department decides on that one would end this one, for good."""
    other = other_with_reference(draft.connection, delivery, reference)
    if other is not None:
        raise conflict(texts.reference_of_another(reference, other))


def _require(reason: str) -> None:
    if not reason.strip():
        raise invalid([Located("/reason", side_by_side(texts.REQUIRED))])


def _outcome(said: JsonView, operation: Operation) -> Outcome:
    """Give the outcome that an operator says the department gave. Raises Refused."""
    whole: Words = {
        "kind": said.get("kind", ""),
        "output": said.get("output") or {},
        "code": said.get("code") or "resolved",
        "reason": said.get("reason"),
        "reference": (said.get("reference") or "").strip() or None,
        "fields": (),
    }
    try:
        outcome = from_words(whole, operation.output)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        raise invalid([Located(_pointer(one), one["msg"]) for one in found]) from error
    if unfit(outcome, operation) is not None:
        raise invalid([Located("/outcome", "approved + output, accepted + reference, rejected or returned")])
    return outcome


def _pointer(one: ErrorDetails) -> str:
    """Lead to the place in the output. A member that it does not have is the caller's own text, so its object stands for it."""
    places = one["loc"][:-1] if one["type"] == "extra_forbidden" else one["loc"]
    return "/outcome/output" + pointer_of(places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repairs:
    """An operator's repairs. Each raises Refused or JournalUnavailable, with nothing changed."""

    journal: Journal
    casework: Casework

    async def retry(self, delivery_id: str, *, caller: Caller, reason: str | None = None) -> None:
        """Send again by the resend rule."""
        await self.journal.write(_Retry(delivery_id=delivery_id, caller=caller, reason=reason, casework=self.casework))
        log.info("delivery_retried", delivery=delivery_id, actor=caller.actor)

    async def unresolve(self, delivery_id: str, *, caller: Caller, reason: str) -> None:
        """Take back what a person said became of it, as long as nothing came of that: it is in doubt again."""
        _require(reason)
        await self.journal.write(Unresolve(delivery_id=delivery_id, caller=caller, reason=reason, casework=self.casework))
        log.info("resolution_taken_back", delivery=delivery_id, actor=caller.actor)

    async def resolve(self, delivery_id: str, *, caller: Caller, happened: bool, outcome: JsonObject | None, reason: str) -> None:
        """Settle a doubt: it happened, with this outcome, or it did not, and is sent again."""
        _require(reason)
        await self.journal.write(
            _Resolve(delivery_id=delivery_id, caller=caller, happened=happened, outcome=outcome, reason=reason, casework=self.casework)
        )
        log.info("delivery_resolved", delivery=delivery_id, happened=happened, actor=caller.actor)
