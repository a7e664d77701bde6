"""The facts that an explanation is made from, the parts of sentences that all situations choose alike, and a department without work.

A department takes no work while it is paused, shut, down or without an adapter, which is explained of it and of its deliveries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from gateway.cases.casework import RESTORED
from gateway.departments.breaker import STOPPED, probed_every
from gateway.departments.openings import Opening, Shut
from gateway.model.delivery import Action, Delivery, DeliveryState
from gateway.model.identifiers import CHINA
from gateway.model.service import Text
from gateway.operations.explain import texts
from gateway.texts.sentences import joined, name

if TYPE_CHECKING:
    from gateway.journal.store.views import DepartmentStanding
    from gateway.model.department import DepartmentConfig
    from gateway.sdk.department import Department, Operation

#: The reason why a delivery stands where it stands, and what happens next.
WhyAndNext = tuple[Text, Text]

NOTHING = name("")
_EPOCH = datetime.fromtimestamp(0, UTC)
S = DeliveryState


@dataclass(frozen=True, slots=True)
class Known:
    """All facts that an explanation of a delivery is made from.

    ``siblings`` are all deliveries of its application. ``standing`` tells the department's health and any pause. ``config`` is None if the
    department is not configured, ``department`` and ``operation`` if it has no adapter or the adapter lacks the operation. ``now`` is in
    microseconds since the epoch. ``opening`` tells whether the department is open for the delivery's action.
    """

    delivery: Delivery
    _: KW_ONLY
    siblings: Iterable[Delivery]
    standing: DepartmentStanding
    config: DepartmentConfig | None
    department: Department | type[Department] | None
    operation: Operation | None
    now: int
    opening: Opening | None = None

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


def why_shut(title: Text, opening: Opening) -> Text:
    """Explain why the department takes no work now."""
    if opening.missing is not None:
        return texts.no_calendar(title, opening.missing)
    until = clock(opening.until) if opening.until is not None else "-"
    return (texts.maintained if opening.shut is Shut.MAINTENANCE else texts.outside_hours)(title, until)


def why_used_up(title: Text, quota: int, until: int) -> Text:
    """Explain that today's quota of a department is used up."""
    return texts.used_up_until(title, quota, clock(until))


def paused(known: Known, since: int) -> WhyAndNext:
    """Explain that due work waits until the department is resumed, while callbacks from the department are still taken."""
    why, following = texts.paused(known.title, clock(since)), texts.when_resumed(act(known))
    return joined(so_far(known), why), joined(taken(known), following)


def shut(known: Known, opening: Opening) -> WhyAndNext:
    """Explain that due work waits for the department to open, which costs no attempt and is no failure."""
    if opening.shut is Shut.UNKNOWN:
        following = texts.when_calendar_is_there(act(known))
    elif opening.until is None:
        following = texts.when_it_opens(act(known))
    else:
        following = texts.from_opening_on(act(known), clock(max(known.delivery.due_at or 0, opening.until)))
    return joined(so_far(known), why_shut(known.title, opening)), joined(taken(known), following)


def no_adapter(known: Known) -> WhyAndNext:
    """Explain that the queue of a department without an adapter stays, and that nothing is begun."""
    return joined(so_far(known), texts.no_adapter(known.title)), texts.when_adapter_is_there(act(known))


def down(known: Known) -> WhyAndNext:
    """Explain that a department that is down, or refuses our credentials, is probed with single calls, beginning with what is due first."""
    standing = known.standing
    stopped = standing.breaker == STOPPED
    why = (texts.credentials_refused if stopped else texts.unavailable)(known.title, clock(standing.since), standing.problem or "-")
    probe = standing.probe_at
    then = texts.AT_ANY_MOMENT if probe is None or probe <= known.now else texts.at(clock(probe))
    every = f"{probed_every(known.config.breaker, standing.breaker):g}" if known.config else "-"
    following = texts.probed_again(then, every, act(known))
    if stopped:
        following = joined(following, texts.MEND_CREDENTIALS)
    return joined(so_far(known), why), joined(taken(known), following)
