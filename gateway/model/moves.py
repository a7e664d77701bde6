"""Moves of a delivery, each as the columns that it sets: :meth:`gateway.journal.writer.draft.Draft.put` applies them and nothing else does.

A move says where a delivery stands (state, action, due time, lease), and its type leaves no other combination: what is ready has a time,
what rests has none, and whatever moves is leased by nobody. Beside it stand facts, the columns that say what is known.
"""

from __future__ import annotations

from typing import Literal, TypedDict

from gateway.model.delivery import TRANSITIONS, Action, Delivery, DeliveryState, Facts, SkipReason
from gateway.model.errors import GatewayError

S = DeliveryState

#: Asking a department about what it has, or may have; taking it back from there.
Question = Literal[Action.FIND, Action.POLL, Action.WITHDRAW]


class IllegalMove(GatewayError):
    """A delivery was to make a move that no delivery makes: a bug, refused before it is written."""


class Freed(TypedDict):
    """Nobody works on it any more."""

    lease_owner: None
    lease_until: None


class Due(Freed):
    """As it stands, and something happens to it then."""

    due_at: int


class Asking(Due):
    """As it stands, and asked about then."""

    action: Question


class AskedAbout(Asking):
    """The department has it, or may have it, and is asked about it then."""

    state: Literal[S.DECIDING, S.IN_DOUBT]


class Ready(Due):
    """To be sent then."""

    state: Literal[S.READY]
    action: Literal[Action.SUBMIT]


class Resting(Freed):
    """Nothing happens to it by itself."""

    state: Literal[S.WAITING, S.IN_DOUBT, S.HELD, S.APPROVED, S.REJECTED, S.RETURNED, S.WITHDRAWN]
    action: Literal[Action.SUBMIT]
    due_at: None
    skip_reason: None


class LeftOut(Freed):
    """Not sent, and why."""

    state: Literal[S.SKIPPED]
    action: Literal[Action.SUBMIT]
    due_at: None
    skip_reason: SkipReason


class Leased(TypedDict):
    """A node does its action now."""

    action: Action
    due_at: None
    lease_owner: str
    lease_until: int
    epoch: int


class LeasedToSend(Leased):
    """A node sends it now."""

    state: Literal[S.SENDING]


Move = Freed | Due | Asking | AskedAbout | Ready | Resting | LeftOut | Leased | LeasedToSend
Delta = Move | Facts

_FREE: Freed = {"lease_owner": None, "lease_until": None}


def _rest(state: Literal[S.WAITING, S.IN_DOUBT, S.HELD, S.APPROVED, S.REJECTED, S.RETURNED, S.WITHDRAWN]) -> Resting:
    return {**_FREE, "state": state, "action": Action.SUBMIT, "due_at": None, "skip_reason": None}


def waiting() -> Resting:
    """Let it wait for the steps it comes after."""
    return _rest(S.WAITING)


def ready(due_at: int) -> Ready:
    """Let it be sent then."""
    return {**_FREE, "state": S.READY, "action": Action.SUBMIT, "due_at": due_at}


def deciding(action: Question, due_at: int) -> AskedAbout:
    """Leave it with its department, which is asked then."""
    return {**_FREE, "state": S.DECIDING, "action": action, "due_at": due_at}


def asked_whether(due_at: int) -> AskedAbout:
    """Ask its department then whether it was processed, since it may have been."""
    return {**_FREE, "state": S.IN_DOUBT, "action": Action.FIND, "due_at": due_at}


def in_doubt() -> Resting:
    """Leave it to a person to settle whether it was processed."""
    return _rest(S.IN_DOUBT)


def held() -> Resting:
    """Hold it until a person acts."""
    return _rest(S.HELD)


def decided(state: Literal[S.APPROVED, S.REJECTED, S.RETURNED]) -> Resting:
    """Let it be as its department has said."""
    return _rest(state)


def skipped(reason: SkipReason) -> LeftOut:
    """Leave it out, for this reason."""
    return {**_FREE, "state": S.SKIPPED, "action": Action.SUBMIT, "due_at": None, "skip_reason": reason}


def withdrawn() -> Resting:
    """Take it back."""
    return _rest(S.WITHDRAWN)


def later(due_at: int) -> Due:
    """Let it go on then, as it stands."""
    return {**_FREE, "due_at": due_at}


def asked(action: Question, due_at: int) -> Asking:
    """Ask about it then, as it stands."""
    return {**_FREE, "action": action, "due_at": due_at}


def freed() -> Freed:
    """Take its lease alone away, where another move follows in the same change."""
    return _FREE


def leased(delivery: Delivery, action: Action, node: str, until: int) -> Leased:
    """Let a node hold it for an action, under the next epoch."""
    return {"action": action, "due_at": None, "lease_owner": node, "lease_until": until, "epoch": delivery.epoch + 1}


def sending(delivery: Delivery, node: str, until: int) -> LeasedToSend:
    """Let a node hold it and send it."""
    return {"state": S.SENDING, **leased(delivery, Action.SUBMIT, node, until)}


def overtaken(delivery: Delivery) -> Facts:
    """Move its epoch on where somebody holds its lease: what that one brings comes too late."""
    return {"epoch": delivery.epoch + (delivery.lease_owner is not None)}


def moved(delivery: Delivery, deltas: tuple[Delta, ...], at: int) -> Delivery:
    """Apply deltas, the later over the earlier, as the delivery's next version. Raises IllegalMove for what :data:`TRANSITIONS` lacks."""
    columns: dict[str, object] = {}
    for delta in deltas:
        columns.update(delta)
    state = columns.get("state", delivery.state)
    if state is not delivery.state and state not in TRANSITIONS[delivery.state]:
        raise IllegalMove(f"{delivery.id}: {delivery.state} to {state}")
    columns["version"], columns["updated_at"] = delivery.version + 1, at
    return delivery.with_values(columns).up_to_date()
