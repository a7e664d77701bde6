"""What a person may do about a delivery as it stands: which forms are offered, the one that helps first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.cases.rights import Act, may
from gateway.model.application import APPLICATION_ENDED
from gateway.model.delivery import DeliveryState
from gateway.sdk.department import Ask, Never
from gateway.web.console.repairs import texts

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.api.shapes.act_models import OperatorAct
    from gateway.model.application import Application
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


def deeds(asked: Asked, case: Application, delivery: Delivery, acts: Sequence[OperatorAct]) -> list[Deed]:
    """Give the forms about a delivery that this person may send and that its state allows. ``acts``: those on its case, oldest first."""
    if may(asked.caller, Act.REPAIR, case, department=delivery.department) is None:
        return []
    found = []
    if resolvable(delivery):
        found.append(_deed(delivery, RESOLVE, texts.SAY_WHAT_BECAME))
    if again := retried_as(delivery, operation_of(asked, delivery)):
        found.append(_deed(delivery, RETRY, again))
    done = [one["act"] for one in acts if one["delivery_id"] == delivery.id and one["act"] in ("resolved", "taken_back")]
    if done and done[-1] == "resolved" and case.state not in APPLICATION_ENDED:
        found.append(_deed(delivery, UNRESOLVE, texts.TAKE_BACK))
    return found


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


def operation_of(asked: Asked, delivery: Delivery) -> Operation | None:
    """Give the operation of the department's adapter, None while there is no adapter or it has none of that name."""
    hosted = asked.parts.departments.get(delivery.department)
    if hosted is None or hosted.department is None:
        return None
    return next((one for one in hosted.department.operations if one.name == delivery.operation), None)


def _deed(delivery: Delivery, what: str, text: Text) -> Deed:
    return Deed(f"/console/deliveries/{delivery.id}/{what}", text)
