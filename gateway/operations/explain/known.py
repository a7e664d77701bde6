"""The facts that an explanation is made from, and the parts of sentences that all situations choose alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from gateway.cases.casework import RESTORED
from gateway.model.delivery import Action, Delivery, DeliveryState
from gateway.model.identifiers import CHINA
from gateway.model.service import Text
from gateway.operations.explain import texts
from gateway.texts.sentences import name

if TYPE_CHECKING:
    from gateway.departments.openings import Opening
    from gateway.journal.store.views import DepartmentStanding
    from gateway.model.department import DepartmentConfig
    from gateway.sdk.department import Department, Operation

#: The reason why a delivery stands where it stands, and what happens next.
WhyAndNext = tuple[Text, Text]

NOTHING = name("")
_EPOCH = datetime.fromtimestamp(0, UTC)
S = DeliveryState


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All facts that an explanation is made from."""

    delivery: Delivery
    siblings: tuple[Delivery, ...]
    standing: DepartmentStanding
    config: DepartmentConfig | None
    department: Department | type[Department] | None
    operation: Operation | None
    now: int
    opening: Opening | None

    @property
    def title(self) -> Text:
        """The department's title."""
        return self.config.title if self.config else name(self.delivery.department)

    @property
    def when(self) -> Text:
        """The due time in words."""
        due = self.delivery.due_at
        if due is None:
            return texts.IN_ITS_TURN
        if due <= self.now:
            return texts.AT_ONCE
        return texts.at(clock(due))

    @property
    def calls_back(self) -> bool:
        """Tell whether the department reports its decision by itself."""
        return self.department is not None and self.department.calls_back


def so_far(known: Known) -> Text:
    """Say whether the department has the delivery, or may have it, whatever it waits for."""
    d = known.delivery
    if d.problem == RESTORED:
        return restored(d)
    if d.state is S.DECIDING:
        return texts.deciding(known.title)
    if d.doubt_since is not None or d.state is S.IN_DOUBT:
        return texts.doubted(d.problem or "-")
    return NOTHING


def act(known: Known) -> Text:
    """Give the next act on it, as a verb that follows a time."""
    d = known.delivery
    if d.action is Action.WITHDRAW:
        return texts.TAKEN_BACK
    if d.action is Action.SUBMIT:
        return texts.SENT if d.doubt_since is None else texts.SENT_AGAIN
    if d.action is Action.FIND and known.department is not None and not known.department.can_find:
        return texts.HELD_UNHEARD
    return texts.ASKED_ABOUT


def taken(known: Known) -> Text:
    """Say that a callback is still taken, if the department makes any."""
    return texts.CALLBACK_TAKEN if known.delivery.state is S.DECIDING and known.calls_back else NOTHING


def restored(d: Delivery) -> Text:
    """Say that a restored journal does not know whether the delivery was sent."""
    return texts.restored(clock(d.doubt_since) if d.doubt_since else "-")


def clock(microseconds: int) -> str:
    """Write a time of the journal for people, in China's time, to the second."""
    return f"{(_EPOCH + timedelta(microseconds=microseconds)).astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
