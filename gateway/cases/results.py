"""Changes that tell the journal what a call came to, and what a dead node left behind."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gateway.cases.callbacks import take_waiting
from gateway.cases.casework import Casework, NoAdapter, merged
from gateway.cases.judgement import Judgement, Recorded, Result, StillOpen
from gateway.journal.read.said import keep_said
from gateway.journal.writer.draft import Draft, Needs
from gateway.model import Details
from gateway.model.delivery import Action, Delivery, DeliveryState, Facts
from gateway.model.errors import DepartmentError
from gateway.model.moves import held, in_doubt, later, overtaken, ready
from gateway.model.outcome import Absent, Approved, Found, Rejected, Unknown, Withdrawn

#: Results after which other steps may be released.
_RELEASES = (Approved, Rejected, Found, Withdrawn, Absent)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordResult:
    """Record what the call of a delivery, as it was ``leased``, came to.

    A lease that is no longer ours moves nothing: the result is kept as evidence in the audit.
    """

    leased: Delivery
    result: Result | StillOpen
    casework: Casework

    @property
    def needs(self) -> Needs:
        """The case, its payload where steps may be released, and callbacks that may have come before."""
        delivery = self.leased
        hosted = self.casework.departments[delivery.department].department
        waits = hosted is not None and hosted.calls_back
        releases = isinstance(self.result, _RELEASES)
        outcome = self.result.outcome if isinstance(self.result, Found) else self.result
        reference = getattr(outcome, "reference", None) if waits else None
        return Needs(
            cases=(delivery.application_id,),
            payload=waits or delivery.round > 1,  # what it gives may be other than before, which others were told
            releases=releases,
            inbox=waits,
            reference=(delivery.department, reference) if reference else None,
        )

    def decide(self, draft: Draft) -> Recorded:
        """Judge the result against the delivery as it stands now."""
        before = draft.case(self.leased.application_id)
        delivery = before.by_id(self.leased.id)
        judgement = self._judge(delivery, draft.now)
        stale = delivery.epoch != self.leased.epoch or delivery.lease_owner != draft.node
        if not isinstance(self.result, StillOpen):
            end = draft.end_attempt_late if stale else draft.end_attempt
            end(self.leased, judgement.result, judgement.detail)
        if stale:
            details = {"result": judgement.result, "stale": True, "reference": getattr(judgement.outcome, "reference", None)}
            draft.settle(before.application.id, "late_result_kept", "gateway", details, delivery_id=delivery.id, before=before)
            self._keep_said(draft)
            return Recorded(delivery=delivery, result=judgement.result, stale=True)
        details = self.casework.apply(draft, delivery, self._within_budget(judgement, draft.now))
        details = merged(details, early_callbacks(self.casework, draft, delivery.application_id, delivery.id))
        now = draft.case(delivery.application_id).by_id(delivery.id)
        if _worth_an_entry(delivery, now, self.leased.action):
            draft.settle(before.application.id, _event(self.result), "gateway", details, delivery_id=delivery.id, before=before)
        self._keep_said(draft)
        return Recorded(delivery=now, result=judgement.result)

    def _keep_said(self, draft: Draft) -> None:
        """Keep the department's words where it gave no outcome: last, since an older text may be erased for them."""
        said = ""
        if isinstance(self.result, DepartmentError):
            said = self.result.said
        elif isinstance(self.result, Unknown):
            said = self.result.detail
        if said:
            keep_said(draft, self.leased, said)

    def _judge(self, delivery: Delivery, now: int) -> Judgement:
        try:
            return self.casework.judge(delivery, now).judge(delivery, self.result)
        except NoAdapter:  # the department no longer offers the operation: the case was pinned to another time
            facts: Facts = {"problem": "no_adapter"}
            if delivery.action is not Action.SUBMIT:  # the department has it, or may have it: it is not sent again unasked
                facts["doubt_since"] = delivery.doubt_since or now
            return Judgement(result="no_adapter", move=held(), facts=facts)

    def _within_budget(self, judgement: Judgement, now: int) -> Judgement:
        """Count the delivery's first call, and let one that is sent again wait until its department's retries allow it."""
        delivery, budgets = self.leased, self.casework.budgets
        policy = self.casework.departments[delivery.department].config.retry
        if delivery.action is Action.SUBMIT and delivery.attempts == 1:
            budgets.called(delivery.department, policy, now)
        match judgement.move:
            case {"state": DeliveryState.READY, "due_at": int(then)}:
                return replace(judgement, move=ready(budgets.due(delivery.department, policy, then, now)))
        return judgement


def early_callbacks(casework: Casework, draft: Draft, application_id: str, delivery_id: str) -> Details:
    """Apply the callbacks that came before the reply, in their order, and give what the audit entry says of them."""
    details: Details = {}
    while draft.waiting_callbacks(application_id):
        delivery = draft.case(application_id).by_id(delivery_id)
        try:
            judge = casework.judge(delivery, draft.now)
        except NoAdapter:
            return details
        outcome = take_waiting(draft, delivery, judge.operation)
        if outcome is None:
            return details
        said = casework.apply(draft, delivery, judge.outcome(delivery, outcome, result="callback"))
        details = {**merged(details, said), "callback": True}
    return details


def _worth_an_entry(before: Delivery, now: Delivery, action: Action) -> bool:
    """Tell whether it is audited: an attempt or a move is, a question that brought nothing new is not."""
    moved = before.state is not now.state or before.reference != now.reference or before.withdrawing != now.withdrawing
    return action is Action.SUBMIT or moved


def _event(result: Result | StillOpen) -> str:
    return "attempt_failed" if isinstance(result, DepartmentError) else "outcome_recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeWaiting:
    """Apply the callbacks that wait for a case although its deliveries are ready for them.

    That is where one named a delivery by the department's reference alone, while another node was writing that reference down.
    """

    application_id: str
    casework: Casework

    @property
    def needs(self) -> Needs:
        """The case with its payload, and what waits for it."""
        return Needs(cases=(self.application_id,), payload=True, inbox=True)

    def decide(self, draft: Draft) -> None:
        """Apply what waits to each delivery, in its order."""
        before = draft.case(self.application_id)
        details: Details = {}
        for delivery in before.deliveries.values():
            details = merged(details, early_callbacks(self.casework, draft, self.application_id, delivery.id))
        if details:
            draft.settle(self.application_id, "callback_applied", "gateway", details, before=before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recover:
    """Take over what another incarnation held: what was ``sending`` follows its resend rule, what was asked is asked again."""

    application_id: str
    casework: Casework
    expired: bool  # only what has outlived its lease: its node may live; else every lease of another incarnation

    @property
    def needs(self) -> Needs:
        """The case with its payload, and callbacks that may have come meanwhile."""
        return Needs(cases=(self.application_id,), payload=True, inbox=True)

    def decide(self, draft: Draft) -> list[Delivery]:
        """Free the deliveries of the case that another node left."""
        before = draft.case(self.application_id)
        recovered = []
        for delivery in before.deliveries.values():
            if delivery.lease_owner is None or delivery.lease_owner == draft.node:
                continue
            if self.expired and (delivery.lease_until or 0) > draft.now:
                continue
            recovered.append(self._free(draft, delivery))
        if recovered:
            details: Details = {"deliveries": [d.id for d in recovered]}
            for delivery in recovered:
                details = merged(details, early_callbacks(self.casework, draft, self.application_id, delivery.id))
            draft.settle(self.application_id, "recovered", "gateway", details, before=before)
        return [draft.case(self.application_id).by_id(one.id) for one in recovered]  # a callback may have settled what it left in doubt

    def _free(self, draft: Draft, delivery: Delivery) -> Delivery:
        if delivery.state is not DeliveryState.SENDING:
            return draft.put(delivery, later(draft.now), overtaken(delivery))
        draft.end_attempt(delivery, "crashed")
        failures = delivery.failures + 1  # it counts: a delivery that takes the process down with it is held after its attempts
        try:
            move, facts = self.casework.judge(delivery, draft.now).doubt(delivery.changed(failures=failures), "crashed")
        except NoAdapter:
            return draft.put(delivery, in_doubt(), overtaken(delivery), doubt_since=draft.now, problem="crashed")
        return draft.put(delivery, move, facts, overtaken(delivery), failures=failures)
