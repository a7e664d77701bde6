"""The order of steps: pure functions over their dependencies and the state of each delivery."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from gateway.catalogue.condition import ConditionFailed
from gateway.model.delivery import Delivery, DeliveryState, SkipReason


@dataclass(frozen=True, slots=True)
class Released:
    """A step that applies and whose parents have all ended well, so that it may be sent."""

    step: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A step that will not be sent."""

    step: str
    reason: SkipReason


@dataclass(frozen=True, slots=True)
class Undecidable:
    """A step whose ``when`` failed on this application's data, so that its delivery must be held for a person."""

    step: str
    error: ConditionFailed


Move = Released | Skipped | Undecidable

_REFUSED = frozenset({DeliveryState.REJECTED, DeliveryState.WITHDRAWN})


def advance(deliveries: Mapping[str, Delivery], applies: Callable[[str], bool]) -> dict[str, Move]:
    """Decide which waiting deliveries move. Those not in the answer go on waiting.

    ``deliveries`` are all of one application by step, and at filing all are waiting. ``applies`` is asked at most once a step, and only
    when all its parents are approved or do not apply. A step is skipped if a parent is rejected, withdrawn, or itself skipped for that
    reason.
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
    """Tell how a parent affects its dependants: ``done``, ``refused`` or ``open``."""
    reason = move.reason if isinstance(move, Skipped) else parent.skip_reason if parent.state is DeliveryState.SKIPPED else None
    if reason is not None:
        return "done" if reason is SkipReason.NOT_APPLICABLE else "refused"
    if parent.state in _REFUSED:
        return "refused"
    return "done" if parent.state is DeliveryState.APPROVED else "open"


def find_cycle(after: Mapping[str, Iterable[str]]) -> list[str] | None:
    """Find a cycle among steps, with its first step repeated at the end, or give None. Names that are no step are ignored."""
    try:
        TopologicalSorter({step: [name for name in parents if name in after] for step, parents in after.items()}).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        return cycle
    return None


def ancestors(after: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """Give for each step all steps it comes after, directly or indirectly. Cycles and names that are no step do no harm."""
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
