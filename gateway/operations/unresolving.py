"""The way back from a person's word on a delivery: a mistyped reference, a wrong outcome, a "did not happen" that did.

It can be taken back as long as nothing came of it: the department has decided nothing on it, no step after it was handed over, the
applicant was told no end and has filed no correction. Then the delivery is in doubt as it was before, and a person may say it rightly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.cases.caller import Caller
from gateway.cases.casework import Casework
from gateway.catalogue.plan import ancestors
from gateway.journal.payload import outcome_part
from gateway.journal.queues.deliveries import last_entry
from gateway.journal.read.reasons import keep_reason
from gateway.journal.writer.draft import Draft, Needs
from gateway.model import Details, JsonView
from gateway.model.application import APPLICATION_ENDED
from gateway.model.case import Case
from gateway.model.delivery import Action, Delivery, DeliveryState, Facts
from gateway.model.moves import Move, asked_whether, held, in_doubt, overtaken, waiting
from gateway.operations import texts
from gateway.texts.refusals import Refused, conflict

S = DeliveryState

_RESOLVED = "delivery_resolved"
_TAKEN_BACK = "resolution_taken_back"
#: Entries of what a person said of a delivery, and of what was taken back.
WORDS = (_RESOLVED, _TAKEN_BACK)
#: Not handed over, and no more than a consequence of what was said of the step before it.
_UNTOUCHED = frozenset({S.WAITING, S.READY, S.SKIPPED, S.HELD})
_DECIDED = frozenset({S.APPROVED, S.REJECTED, S.RETURNED})


def find(draft: Draft, delivery_id: str) -> tuple[Case, Delivery]:
    """Find the delivery of that id, with its case. Raises Refused (404)."""
    application_id = draft.loaded.owners.get(delivery_id)
    if application_id is None:
        raise Refused("not-found", 404, texts.NO_DELIVERY)
    case = draft.case(application_id)
    return case, case.by_id(delivery_id)


def standing(delivery: Delivery) -> Details:
    """Say where a delivery stands before a person settles its doubt: the audit keeps it, and taking the word back restores it."""
    return {
        "state": delivery.state.value,
        "asked": delivery.action is Action.FIND,
        "problem": delivery.problem,
        "reference": delivery.reference,
        "doubt_since": delivery.doubt_since,
        "first_sent_at": delivery.first_sent_at,
        "failures": delivery.failures,
    }


def reached(delivery: Delivery) -> Details:
    """Say where a person's word has brought a delivery: as long as it stands there, nothing has come of it."""
    return {"state": delivery.state.value, "reference": delivery.reference, "round": delivery.round, "attempts": delivery.attempts}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unresolve:
    """Put a delivery back into the doubt that a person has settled."""

    delivery_id: str
    caller: Caller
    reason: str
    casework: Casework

    @property
    def needs(self) -> Needs:
        """The case and its contents."""
        return Needs(delivery=self.delivery_id, payload=True)

    def decide(self, draft: Draft) -> None:
        """Put it back. Raises Refused (404, 409), with nothing changed."""
        before, delivery = find(draft, self.delivery_id)
        said, after = _to_take_back(last_entry(draft.connection, delivery.application_id, delivery.id, WORDS), before, delivery)
        in_doubt = self._back(draft, delivery, said["was"])
        details: Details = {"to": reached(in_doubt), "reference": in_doubt.reference}
        if delivery.state in _DECIDED:
            draft.erase_payload(delivery.application_id, outcome_part(delivery.step), delivery.round)
            for one in (one for one in after if one.state is not S.WAITING):
                draft.put(one, waiting(), problem=None)
            self._release(draft, before, details)
        keep_reason(draft, self.reason, act="taken_back", actor=self.caller.actor, delivery=delivery)
        draft.settle(delivery.application_id, _TAKEN_BACK, self.caller.actor, details, delivery_id=delivery.id, before=before)

    @staticmethod
    def _back(draft: Draft, delivery: Delivery, was: JsonView) -> Delivery:
        known: Facts = {
            "problem": was["problem"],
            "reference": was["reference"],
            "doubt_since": was["doubt_since"],
            "first_sent_at": was["first_sent_at"],
            "failures": was["failures"],
            "checks": 0,
            "outcome_code": None,
        }
        move: Move = held()
        if was["state"] == S.IN_DOUBT:
            move = asked_whether(draft.now) if was["asked"] else in_doubt()
        return draft.put(delivery, move, known, overtaken(delivery))  # a poll under way comes too late

    def _release(self, draft: Draft, before: Case, details: Details) -> None:
        """See anew what may go on beside it, and which departments were told otherwise, without the answer that is taken back."""
        application_id = before.application.id
        service = self.casework.service(draft, before.application)
        ctx = self.casework.context(draft.case(application_id), draft.payload(application_id))
        self.casework.compare_told(draft, draft.case(application_id), service, ctx)
        if disclosed := self.casework.release(draft, draft.case(application_id), service, ctx):
            details["disclosed"] = disclosed


def can_be_taken_back(last: tuple[str, JsonView] | None, case: Case, delivery: Delivery) -> bool:
    """Tell whether a person's last word on it can be taken back as it stands. ``last``: its last entry of ``WORDS``."""
    try:
        _to_take_back(last, case, delivery)
    except Refused:
        return False
    return True


def _to_take_back(last: tuple[str, JsonView] | None, case: Case, delivery: Delivery) -> tuple[JsonView, list[Delivery]]:
    """Give a person's last word on it, and the deliveries after it. Raises Refused (409) where something came of it."""
    said = _said(last)
    _nothing_came_of(said, case, delivery)
    follows = ancestors({one.step: one.after for one in case.deliveries.values()})
    after = [one for one in case.deliveries.values() if delivery.step in follows[one.step]]
    _none_handed_over(after)
    return said, after


def _said(last: tuple[str, JsonView] | None) -> JsonView:
    """Read the entry of a person's last word on it. Raises Refused where there is none, or it was taken back already."""
    if last is not None and last[0] == _TAKEN_BACK:
        raise conflict(texts.TAKEN_BACK)
    said: JsonView = last[1] if last is not None else {}
    if "was" not in said:  # never, or by a release that did not keep how it had stood
        raise conflict(texts.NOTHING_SAID)
    return said


def _nothing_came_of(said: JsonView, case: Case, delivery: Delivery) -> None:
    if case.application.state in APPLICATION_ENDED:
        raise conflict(texts.END_TOLD)
    now = reached(delivery)
    if delivery.state is S.HELD and delivery.doubt_since is not None and said["to"]["state"] == S.DECIDING:
        now["state"] = S.DECIDING.value  # it was asked about under what was said, in vain
    if said["to"] != now or delivery.state is S.WITHDRAWN:
        raise conflict(texts.gone_on(delivery.state.value))


def _none_handed_over(after: Iterable[Delivery]) -> None:
    gone_on = [one.step for one in after if one.state not in _UNTOUCHED or one.attempts or one.doubt_since is not None]
    if gone_on:
        raise conflict(texts.steps_gone_on(", ".join(gone_on)))
