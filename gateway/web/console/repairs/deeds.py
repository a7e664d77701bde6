"""The forms that a person may send about a delivery as it stands, the one that helps first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.api.cases.deliveries import operation_of
from gateway.cases.rights import Act, may
from gateway.journal.queues.deliveries import last_entry
from gateway.model.delivery import DeliveryState
from gateway.operations.unresolving import WORDS, can_be_taken_back
from gateway.sdk.department import Ask, Never
from gateway.web.console.repairs import texts

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.api.shapes.act_models import OperatorAct
    from gateway.model.application import Application
    from gateway.model.case import Case
    from gateway.model.delivery import Delivery
    from gateway.model.service import Text
    from gateway.sdk.department import Operation

S = DeliveryState

RETRY, RESOLVE, UNRESOLVE = "retry", "resolve", "unresolve"


@dataclass(frozen=True, slots=True)
class Deed:
    """One form: where it is, and the words of the button that leads there."""

    path: str
    text: Text


def deeds(asked: Asked, case: Application, delivery: Delivery) -> list[Deed]:
    """Give the forms about a delivery that send it on: those that this person may send and that its state allows."""
    if may(asked.caller, Act.REPAIR, case, department=delivery.department) is None:
        return []
    found = []
    if resolvable(delivery):
        found.append(_deed(delivery, RESOLVE, texts.SAY_WHAT_BECAME))
    if again := retried_as(delivery, operation_of(asked, delivery)):
        found.append(_deed(delivery, RETRY, again))
    return found


async def undone(asked: Asked, case: Case, delivery: Delivery, acts: Sequence[OperatorAct]) -> list[Deed]:
    """Give the form that takes back what was said of it, where that is possible. ``acts``: those on its case, oldest first."""
    done = [one["act"] for one in acts if one["delivery_id"] == delivery.id and one["act"] in ("resolved", "taken_back")]
    if not done or done[-1] != "resolved" or may(asked.caller, Act.REPAIR, case.application, department=delivery.department) is None:
        return []
    last = await asked.parts.insights.read(lambda connection: last_entry(connection, delivery.application_id, delivery.id, WORDS))
    return [_deed(delivery, UNRESOLVE, texts.TAKE_BACK)] if can_be_taken_back(last, case, delivery) else []


async def taking_nothing(asked: Asked, names: Collection[str]) -> set[str]:
    """Name those of the departments to which nothing goes now: a person paused them, or they are down."""
    found = await asked.parts.insights.standings(names) if names else {}
    return {name for name, one in found.items() if one.paused_since is not None or one.breaker != "closed"}


def resolvable(delivery: Delivery) -> bool:
    """Tell whether a person may say what became of it."""
    return delivery.doubt_since is not None and delivery.state in (S.IN_DOUBT, S.HELD) and delivery.lease_owner is None


def retried_as(delivery: Delivery, operation: Operation | None) -> Text | None:
    """Give the words for sending it again, or None where that is not for a person to ask for."""
    if delivery.lease_owner is not None or operation is None or delivery.state not in (S.HELD, S.IN_DOUBT, S.READY):
        return None
    if delivery.state is S.READY:
        return texts.SEND_AGAIN_NOW if delivery.problem is not None else None
    if delivery.doubt_since is None:
        return texts.SEND_AGAIN_NOW
    if delivery.reference is not None or isinstance(operation.resend, Ask):
        return texts.ASK_AGAIN
    return None if isinstance(operation.resend, Never) else texts.SEND_AGAIN_NOW


def _deed(delivery: Delivery, what: str, text: Text) -> Deed:
    return Deed(f"/console/deliveries/{delivery.id}/{what}", text)
