"""One submitted case and how its state follows from its deliveries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol, Self, TypedDict, Unpack

from gateway.model.delivery import ENDED, NEEDS_ATTENTION, Delivery, DeliveryState, Record, SkipReason

#: The form of a group's name.
GROUP_NAME: Final = r"[a-z][a-z0-9-]{0,49}"


class ApplicationState(StrEnum):
    """Where an application stands, computed, never set."""

    IN_PROGRESS = "in_progress"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class EndReason(StrEnum):
    """The way in which an application ended, where its state does not tell."""

    DECIDED = "decided"  # by its departments
    WITHDRAWN = "withdrawn"  # 撤回: its applicant took it back
    VOIDED = "voided"  # 作废: filed by mistake, before any department had acted


#: Nothing more happens to an application in one of these.
APPLICATION_ENDED = frozenset({ApplicationState.APPROVED, ApplicationState.REJECTED, ApplicationState.WITHDRAWN})


class Columns(TypedDict, total=False):
    """Columns of an application that a change may set."""

    service_digest: str
    revision: int
    state: ApplicationState
    needs_attention: bool
    applicant_index: str
    ended_at: int | None
    withdrawal_asked: bool
    version: int
    end_reason: EndReason | None


@dataclass(frozen=True, kw_only=True)
class Application(Record):
    """An application as the journal holds it: no personal data. Times are microseconds since the epoch (UTC)."""

    id: str
    number: str
    caller: str  # the API key's id that filed it
    service: str
    service_digest: str
    channel: str
    revision: int
    state: ApplicationState
    needs_attention: bool
    trace_id: str  # W3C Trace Context, 32 hex digits
    applicant_index: str  # HMAC of the applicant's ID type and number: found by who knows them
    received_at: int
    due_at: int | None
    ended_at: int | None
    withdrawal_asked: bool
    version: int
    owner_group: str | None = None  # of the key that filed it; none: of a key that was a group of its own then
    handed_in_at: int | None = None  # 补录: when it was handed in, where that was before it was received
    end_reason: EndReason | None = None  # none as well where it ended under an older version

    def changed(self, **columns: Unpack[Columns]) -> Self:
        """Give a copy with these columns changed."""
        return self.with_values(columns)


class OwnedCase(Protocol):
    """The part of a case by which it is somebody's: an application, or an event of one."""

    @property
    def caller(self) -> str:
        """Give the caller that filed it."""
        ...

    @property
    def owner_group(self) -> str | None:
        """Give the group of the key that filed it, None if that was a group of its own then."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The cases of a group, and those without a group that these callers filed. None in its place is all cases."""

    group: str | None = None
    callers: frozenset[str]

    def covers(self, case: OwnedCase) -> bool:
        """Tell whether it is one of them."""
        return case.owner_group == self.group if case.owner_group is not None else case.caller in self.callers


def application_state(deliveries: Iterable[Delivery], *, withdrawal_asked: bool) -> ApplicationState:
    """Compute the state of an application from its deliveries.

    A technical failure never shows here: a held or doubtful delivery is open, and the flag
    ``needs_attention`` says so. A required step that was skipped because its parent was rejected counts as rejected.
    """
    steps = tuple(deliveries)
    states = {d.state for d in steps}
    if DeliveryState.RETURNED in states:
        return ApplicationState.RETURNED
    if not states <= ENDED:
        return ApplicationState.IN_PROGRESS
    required = [d for d in steps if d.required and d.skip_reason is not SkipReason.NOT_APPLICABLE]
    if any(d.state in (DeliveryState.REJECTED, DeliveryState.SKIPPED) for d in required):
        return ApplicationState.REJECTED
    if withdrawal_asked and any(d.state is DeliveryState.WITHDRAWN for d in (required or steps)):
        return ApplicationState.WITHDRAWN
    return ApplicationState.APPROVED


def end_reason_of(state: ApplicationState) -> EndReason | None:
    """Give the reason that goes with a state, none while it is open. One that was voided says so itself."""
    if state is ApplicationState.WITHDRAWN:
        return EndReason.WITHDRAWN
    return EndReason.DECIDED if state in APPLICATION_ENDED else None


def halted(state: ApplicationState, deliveries: Iterable[Delivery]) -> bool:
    """Tell whether there is nothing to wait for: it has ended, or a person must act before it can."""
    return state in APPLICATION_ENDED or any(d.awaits_person for d in deliveries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Facts that a list tells of an application's deliveries.

    ``rejected_steps`` are those that their departments rejected: an approved application has some when they were not required.
    """

    told_otherwise: bool = False
    rejected_steps: tuple[str, ...] = ()


def marks(deliveries: Iterable[Delivery]) -> Marks:
    """Give the marks of an application that has these deliveries."""
    steps = tuple(deliveries)
    return Marks(
        told_otherwise=any(d.told_otherwise is not None for d in steps),
        rejected_steps=tuple(d.step for d in steps if d.state is DeliveryState.REJECTED),
    )


def needs_attention(deliveries: Iterable[Delivery]) -> bool:
    """Tell whether a person has to look at one of the deliveries."""
    return not NEEDS_ATTENTION.isdisjoint([d.state for d in deliveries])
