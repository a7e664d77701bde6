"""Which steps go next: pure functions over what comes after what and where each delivery stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from gateway.catalogue.condition import ConditionFailed
from gateway.model.delivery import Delivery, DeliveryState, SkipReason


@dataclass(frozen=True, slots=True)
class Released:
    """All that the step comes after has ended well, and it applies: it may be sent."""

    step: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """The step will not be sent."""

    step: str
    reason: SkipReason


@dataclass(frozen=True, slots=True)
class Undecidable:
    """The step's ``when`` failed on this application's data: hold the delivery for a person."""

    step: str
    error: ConditionFailed


Move = Released | Skipped | Undecidable

_REFUSED = frozenset({DeliveryState.REJECTED, DeliveryState.WITHDRAWN})


def advance(deliveries: Mapping[str, Delivery], applies: Callable[[str], bool]) -> dict[str, Move]:
    """Say what becomes of the waiting deliveries; those not named in the answer go on waiting.

    ``deliveries`` are all of one application by step; at filing all are waiting. ``applies`` is asked at most once a step, and
    only when all it comes after are approved or do not apply. A step with a rejected or withdrawn parent, or one skipped for
    that, is skipped.
    """
    moves: dict[str, Move] = {}
    waiting = [delivery for delivery in deliveries.values() if delivery.state is DeliveryState.WAITING]
    moved = True
    while moved:
        moved = False
        for delivery in waiting:
            if delivery.step not in moves and (move := _move(delivery, deliveries, moves, applies)) is not None:
                moves[delivery.step] = move
                moved = True
    return moves


def _move(delivery: Delivery, deliveries: Mapping[str, Delivery], moves: Mapping[str, Move], applies: Callable[[str], bool]) -> Move | None:
    standings = {_standing(deliveries[parent], moves.get(parent)) for parent in delivery.after}
    if "refused" in standings:
        return Skipped(delivery.step, SkipReason.PARENT_REJECTED)
    if "open" in standings:
        return None
    try:
        applicable = applies(delivery.step)
    except ConditionFailed as error:
        return Undecidable(delivery.step, error)
    return Released(delivery.step) if applicable else Skipped(delivery.step, SkipReason.NOT_APPLICABLE)


def _standing(parent: Delivery, move: Move | None) -> str:
    """Tell what a parent means to its dependants: ``done``, ``refused`` or ``open``."""
    reason = move.reason if isinstance(move, Skipped) else parent.skip_reason if parent.state is DeliveryState.SKIPPED else None
    if reason is not None:
        return "done" if reason is SkipReason.NOT_APPLICABLE else "refused"
    if parent.state in _REFUSED:
        return "refused"
    return "done" if parent.state is DeliveryState.APPROVED else "open"


def find_cycle(after: Mapping[str, Iterable[str]]) -> list[str] | None:
    """Give a cycle among steps, its first step repeated at its end, or None; names that are no step are passed over."""
    try:
        TopologicalSorter({step: [name for name in parents if name in after] for step, parents in after.items()}).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        return cycle
    return None


def ancestors(after: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """Give for each step all that it comes after, directly or through others; cycles and names that are no step do no harm."""
    found: dict[str, frozenset[str]] = {}
    for step in after:
        reached: set[str] = set()
        open_ = [name for name in after[step] if name in after]
        while open_:
            name = open_.pop()
            if name not in reached:
                reached.add(name)
                open_.extend(parent for parent in after[name] if parent in after)
        found[step] = frozenset(reached)
    return found
