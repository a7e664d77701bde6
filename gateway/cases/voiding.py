"""The change that voids a case which was filed by mistake (作废), as long as no department has acted."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.cases import texts
from gateway.cases.caller import Caller
from gateway.cases.filing import own_case
from gateway.cases.rights import Act
from gateway.journal.keys.said_by_nodes import begin_ends
from gateway.journal.read.reasons import keep_case_reason
from gateway.journal.writer.draft import Draft, Needs
from gateway.model.application import APPLICATION_ENDED, EndReason
from gateway.model.case import Case
from gateway.model.delivery import ENDED, Delivery, DeliveryState
from gateway.model.moves import withdrawn
from gateway.texts.refusals import conflict

S = DeliveryState
#: States of a delivery of which nothing was begun, when its counts say so, too.
_UNTOUCHED = frozenset({S.WAITING, S.READY, S.HELD, S.SKIPPED})


def acted(delivery: Delivery) -> bool:
    """Tell whether an attempt was ever begun for a delivery, or may have been by a journal that was lost since."""
    begun = delivery.attempts > 0 or delivery.round > 1 or delivery.lease_owner is not None or delivery.doubt_since is not None
    return begun or delivery.state not in _UNTOUCHED


@dataclass(frozen=True, slots=True, kw_only=True)
class Void:
    """Void a case, and tell whether that was not done before.

    It is decided on the deliveries in the commit that ends them: one that is leased meanwhile has another version, and is seen.
    """

    application_id: str
    caller: Caller
    reason: str

    @property
    def needs(self) -> Needs:
        """The case."""
        return Needs(cases=(self.application_id,))

    def decide(self, draft: Draft) -> bool:
        """Void it. A second time changes nothing and gives False."""
        before = own_case(draft, self.application_id, self.caller, Act.VOID)
        application = before.application
        if application.end_reason is EndReason.VOIDED:
            return False
        _may_be_voided(before)
        if older := begin_ends(draft):
            raise conflict(texts.older_nodes(", ".join(older)))
        for delivery in before.deliveries.values():
            if delivery.state not in ENDED:
                draft.put(delivery, withdrawn(), withdrawing=False)
        draft.put_application(application.id, withdrawal_asked=True, end_reason=EndReason.VOIDED)
        actor = self.caller.actor
        keep_case_reason(draft, self.reason, about="void", act="voided", actor=actor, application=application)
        draft.settle(application.id, "application_voided", actor, {"result": EndReason.VOIDED.value}, before=before)
        return True


def _may_be_voided(case: Case) -> None:
    """Raise Refused where it has ended, or a department has acted."""
    if case.application.state in APPLICATION_ENDED:
        raise conflict(texts.ENDED_NOT_VOIDED)
    if departments := dict.fromkeys(delivery.department for delivery in case.deliveries.values() if acted(delivery)):
        raise conflict(texts.departments_acted(", ".join(departments)))
