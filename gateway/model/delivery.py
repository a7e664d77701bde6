"""One application's hand-over to one department: its states and the ways between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self, TypedDict, Unpack


class Record:
    """Base of frozen dataclasses without slots, of which many changed copies are made.

    ``dataclasses.replace`` sets every field anew, six times as slow as copying the one dictionary that holds them.
    """

    def with_values(self, values: Mapping[str, object]) -> Self:
        """Give a copy with these fields changed: a subclass types them. Raises TypeError for a name that is no field."""
        new = object.__new__(type(self))
        fields = new.__dict__
        fields.update(self.__dict__)
        count = len(fields)
        fields.update(values)
        if len(fields) != count:
            raise TypeError(f"{type(self).__name__} has no field {', '.join(sorted(values.keys() - self.__dict__.keys()))}")
        return new


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"  # for the steps it comes after
    READY = "ready"  # due at a time
    SENDING = "sending"  # leased by a node, an attempt is recorded
    DECIDING = "deciding"  # the department has it
    APPROVED = "approved"
    REJECTED = "rejected"
    RETURNED = "returned"  # 补正: waits for the applicant
    IN_DOUBT = "in_doubt"  # sent, outcome unknown
    HELD = "held"  # needs a person
    SKIPPED = "skipped"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What the next piece of work on a delivery is."""

    SUBMIT = "submit"
    FIND = "find"
    POLL = "poll"
    WITHDRAW = "withdraw"


class SkipReason(StrEnum):
    """Why a step was not sent."""

    NOT_APPLICABLE = "not_applicable"
    PARENT_REJECTED = "parent_rejected"


S = DeliveryState

#: Nothing more happens to a delivery in one of these.
ENDED = frozenset({S.APPROVED, S.REJECTED, S.SKIPPED, S.WITHDRAWN})
#: A person has to look.
NEEDS_ATTENTION = frozenset({S.HELD, S.IN_DOUBT})

#: With its department, or granted by it.
_TOLD = frozenset({S.SENDING, S.DECIDING, S.APPROVED, S.IN_DOUBT})
#: Not handed over in this round, or over without anything that stands at the department.
_NOT_TOLD = frozenset({S.WAITING, S.RETURNED, *ENDED})

#: Every way between states that a delivery may go; :func:`gateway.model.moves.moved` refuses any other.
TRANSITIONS: dict[DeliveryState, frozenset[DeliveryState]] = {
    # In doubt: a restored journal does not know whether it went out after the backup.
    S.WAITING: frozenset({S.READY, S.SENDING, S.SKIPPED, S.HELD, S.WITHDRAWN, S.IN_DOUBT}),
    S.READY: frozenset({S.SENDING, S.IN_DOUBT, S.HELD, S.WITHDRAWN, S.WAITING, S.APPROVED, S.REJECTED, S.RETURNED, S.DECIDING}),
    # Back to waiting: read-only operations alone, when a revision touches them.
    S.SENDING: frozenset({S.READY, S.DECIDING, S.APPROVED, S.REJECTED, S.RETURNED, S.IN_DOUBT, S.HELD, S.WITHDRAWN, S.WAITING}),
    S.DECIDING: frozenset({S.DECIDING, S.APPROVED, S.REJECTED, S.RETURNED, S.HELD, S.IN_DOUBT, S.WITHDRAWN}),
    S.IN_DOUBT: frozenset({S.IN_DOUBT, S.READY, S.DECIDING, S.APPROVED, S.REJECTED, S.RETURNED, S.HELD, S.WITHDRAWN, S.WAITING}),
    S.HELD: frozenset({S.READY, S.IN_DOUBT, S.DECIDING, S.APPROVED, S.REJECTED, S.RETURNED, S.WITHDRAWN, S.WAITING}),
    # Back into doubt: what a person said of it is taken back.
    S.RETURNED: frozenset({S.READY, S.WAITING, S.SENDING, S.WITHDRAWN, S.IN_DOUBT, S.HELD}),
    S.APPROVED: frozenset({S.READY, S.WAITING, S.IN_DOUBT, S.HELD}),  # the first two as from sending
    S.REJECTED: frozenset({S.IN_DOUBT, S.HELD}),
    S.SKIPPED: frozenset({S.WAITING, S.READY}),  # when a revision makes the step apply again
    S.WITHDRAWN: frozenset(),
}


class Facts(TypedDict, total=False):
    """Columns of a delivery that a change may set besides a move (:mod:`gateway.model.moves`)."""

    round: int
    sent_revision: int | None
    attempts: int
    failures: int
    checks: int
    doubt_since: int | None
    first_sent_at: int | None
    last_sent_at: int | None
    reference: str | None
    problem: str | None
    outcome_code: str | None
    withdrawing: bool
    epoch: int  # as ``moves.overtaken`` gives it
    data_refused: bool | None
    told_otherwise: str | None


@dataclass(frozen=True, kw_only=True)
class Delivery(Record):
    """A delivery as the journal holds it. Times are microseconds since the epoch (UTC)."""

    id: str
    application_id: str
    position: int  # of the step within the service
    step: str
    department: str
    operation: str
    required: bool
    after: tuple[str, ...]  # names of the steps it comes after
    state: DeliveryState = DeliveryState.WAITING
    action: Action = Action.SUBMIT
    due_at: int | None = None  # when something happens next by itself
    round: int = 1  # one more for each new revision it is sent again for
    sent_revision: int | None = None  # the revision whose data the last attempt of this round carried
    attempts: int = 0  # submits of this round
    failures: int = 0  # of them, those that count against the bound (an outage of the department does not)
    checks: int = 0  # finds, polls and withdraws since the last change of state
    doubt_since: int | None = None  # a byte may have left and nothing has settled it yet: sticky; on a waiting one only after a restore
    first_sent_at: int | None = None  # of this round
    last_sent_at: int | None = None
    reference: str | None = None
    skip_reason: SkipReason | None = None
    problem: str | None = None  # the last error's code
    outcome_code: str | None = None  # the department's own code of a rejection or return
    withdrawing: bool = False  # the applicant took it back: withdraw as soon as it is known where it stands
    lease_owner: str | None = None
    lease_until: int | None = None
    epoch: int = 0  # of the lease: one more each time it is taken
    version: int = 0  # one more each change: compare-and-set
    updated_at: int = 0
    data_refused: bool | None = None  # true where it is held because its data was refused, before it left or by the department
    told_otherwise: str | None = None  # what it was told and the application says otherwise by now: names of fields, comma-separated

    @property
    def told(self) -> bool:
        """Tell whether its department has it, may have it, or granted it: what it was told can no longer be changed.

        A waiting one is in doubt only after a restore, and what it may have been told then nobody knows.
        """
        return self.state in _TOLD or (self.doubt_since is not None and self.state not in _NOT_TOLD)

    @property
    def correctable(self) -> bool:
        """Tell whether a revision sends it again: it was returned, or is held for its data and nothing of it can have been processed."""
        return self.state is DeliveryState.RETURNED or (
            self.state is DeliveryState.HELD and self.data_refused is True and self.doubt_since is None
        )

    @property
    def awaits_person(self) -> bool:
        """Tell whether it goes on only when a person acts: it is returned, held, or in a doubt that nothing will settle by itself."""
        if self.state is DeliveryState.IN_DOUBT:
            return self.due_at is None and self.lease_owner is None
        return self.state in (DeliveryState.RETURNED, DeliveryState.HELD)

    def changed(self, **facts: Unpack[Facts]) -> Self:
        """Give a copy of which these facts are known."""
        return self.with_values(facts)

    def up_to_date(self) -> Self:
        """Give it without what its state has overtaken: it is held no more, or is to be told anew."""
        if (self.told_otherwise is None or self.told) and (not self.data_refused or self.state is DeliveryState.HELD):
            return self
        told_otherwise = self.told_otherwise if self.told else None
        return self.changed(told_otherwise=told_otherwise, data_refused=self.data_refused if self.state is DeliveryState.HELD else None)

    @property
    def being_sent(self) -> bool:
        """Tell whether an attempt is under way, as far as is known."""
        return self.state is DeliveryState.SENDING and self.lease_owner is not None

    def attempt(self) -> Attempt:
        """Give the call that is made under its lease."""
        submit = self.action is Action.SUBMIT
        return Attempt(
            delivery_id=self.id,
            epoch=self.epoch,
            round=self.round,
            number=self.attempts,
            action=self.action,
            node=self.lease_owner or "",
            started_at=(self.last_sent_at if submit else None) or self.updated_at,
        )

    @property
    def key(self) -> str:
        """Give the key by which the department recognises a repeat: one a delivery and round, without personal data."""
        return f"{self.id.replace('-', '')}-{self.round}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One call to the department for a delivery. Before a submit goes out its delivery says so, and keeps it when it has ended."""

    delivery_id: str
    epoch: int  # of the lease under which it was made
    round: int
    number: int  # within the round, from 1; finds, polls and withdraws are not numbered but recorded when they say something
    action: Action
    node: str
    started_at: int
    ended_at: int | None = None
    result: str | None = None  # an outcome's kind or an error's code
    detail: str | None = field(default=None)  # cleaned, never personal
