"""The change that takes a case back."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.cases import texts
from gateway.cases.caller import Caller
from gateway.cases.casework import Casework, NoAdapter
from gateway.cases.filing import own_case
from gateway.cases.rights import Act
from gateway.journal.read.reasons import WITHDRAWAL
from gateway.journal.writer.draft import Draft, Needs
from gateway.model import Details
from gateway.model.application import APPLICATION_ENDED
from gateway.model.delivery import Action, Delivery, DeliveryState
from gateway.model.moves import asked, overtaken, withdrawn
from gateway.texts.refusals import conflict

S = DeliveryState


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """Take a case back, as far as its departments allow, and tell whether that was not asked before."""

    application_id: str
    caller: Caller
    reason: str | None
    casework: Casework

    @property
    def needs(self) -> Needs:
        """The case and its contents."""
        return Needs(cases=(self.application_id,), payload=True)

    def decide(self, draft: Draft) -> bool:
        """Take it back. A second time changes nothing and gives False, whatever has become of it since."""
        before = own_case(draft, self.application_id, self.caller, Act.WITHDRAW)
        if before.application.withdrawal_asked:
            return False
        if before.application.state in APPLICATION_ENDED:
            raise conflict(texts.ENDED)
        left = [self._withdraw(draft, delivery) for delivery in before.deliveries.values()]
        if not any(left):
            raise conflict(texts.NONE_TAKEN_BACK)
        draft.put_application(self.application_id, withdrawal_asked=True)
        details: Details = {}
        if self.reason:
            draft.put_payload(self.application_id, WITHDRAWAL, 1, self.reason.encode())
        draft.settle(self.application_id, "withdrawal_asked", self.caller.actor, details, before=before)
        return True

    def _withdraw(self, draft: Draft, delivery: Delivery) -> bool:
        """Withdraw one delivery now or as soon as it can be. False where it cannot be."""
        if delivery.doubt_since is None and delivery.state in (S.WAITING, S.READY, S.RETURNED, S.HELD):
            draft.put(delivery, withdrawn())
            return True
        try:
            department, _ = self.casework.operation(delivery)
        except NoAdapter:
            return False
        if not department.can_withdraw or delivery.state not in (S.SENDING, S.DECIDING, S.READY, S.IN_DOUBT, S.HELD, S.WAITING):
            return False
        if delivery.state is S.DECIDING:
            # A poll under way comes too late.
            draft.put(delivery, asked(Action.WITHDRAW, draft.now), overtaken(delivery), withdrawing=True)
        else:
            draft.put(delivery, withdrawing=True)
        return True
