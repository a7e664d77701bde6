"""The part of a case that its roles may see, and the case cut down to that part.

What is not named is not there: neither values of the application nor states, outputs and words of a step. That there are such steps may be
counted, so that people can be told that another department is at work.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.catalogue.parties.named import roles_of, value_at
from gateway.model import JsonObject, JsonView
from gateway.model.delivery import Delivery, DeliveryState
from gateway.model.service import APPLICANT, RoleSight, Service

#: What an application consists of.
_WHOLE: Final = ("applicant", "agent", "data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The steps and the dotted paths into ``applicant``, ``agent`` and ``data`` that may be seen. No path lies within another."""

    steps: frozenset[str]
    paths: frozenset[str]

    def shows(self, pointer: str) -> bool:
        """Tell whether what a JSON Pointer into the application leads to is seen whole."""
        parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
        return any(parts[: len(seen)] == seen for seen in (path.split(".") for path in self.paths))


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSeen:
    """One step as a party sees it. ``outcome`` is what its department said, whole."""

    step: str
    department: str
    state: DeliveryState
    round: int
    correctable: bool
    outcome: JsonView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFor:
    """A case cut down to what somebody may see. ``others`` counts the steps that are left out."""

    form: JsonView
    steps: tuple[StepSeen, ...]
    others: int


def sees(definition: Service, roles: Collection[str]) -> Seen:
    """Give what somebody sees who has these roles: what each of them sees, together. A name that is no role sees nothing."""
    named = [party for party in roles_of(definition) if party.role in roles]
    steps: set[str] = set()
    paths = {party.at for party in named}
    for party in named:
        sight = definition.sees.get(party.role, _usual(definition, party.role))
        steps |= {step.name for step in definition.steps} if sight.steps == "all" else {*sight.steps}
        paths |= {*_WHOLE} if sight.paths == "all" else {*sight.paths}
    return Seen(steps=frozenset(steps), paths=frozenset(_outermost(paths)))


def _usual(definition: Service, role: str) -> RoleSight:
    """Give the sight of a role of which the service says nothing. Where it speaks of any, silence is no sight."""
    everything = role == APPLICANT and not definition.sees
    return RoleSight(steps="all", paths="all") if everything else RoleSight()


def _outermost(paths: Collection[str]) -> Iterator[str]:
    for path in paths:
        if not any(path.startswith(f"{other}.") for other in paths):
            yield path


def case_for(
    definition: Service,
    roles: Collection[str],
    *,
    form: JsonView,
    deliveries: Mapping[str, Delivery],
    outcomes: Mapping[str, JsonView],
) -> CaseFor:
    """Cut a case down to what somebody with these roles sees.

    ``form`` is what was handed in (``applicant``, ``agent``, ``data``), ``deliveries`` and ``outcomes`` are by step, the latter of
    :class:`gateway.model.outcome.SaidOutcome`.
    """
    seen = sees(definition, roles)
    steps = tuple(_step(one, outcomes.get(name), seen) for name, one in deliveries.items() if name in seen.steps)
    return CaseFor(form=form_for(form, seen), steps=steps, others=len(deliveries) - len(steps))


def form_for(form: JsonView, seen: Seen) -> JsonObject:
    """Give what was handed in without what is not seen. An object of which nothing is seen is left out."""
    shown: JsonObject = {}
    for path in sorted(seen.paths):
        *above, last = path.split(".")
        value = value_at(form, path)
        if value is None:
            continue
        place = shown
        for part in above:
            place = place.setdefault(part, {})
        place[last] = value
    return shown


def _step(delivery: Delivery, outcome: JsonView | None, seen: Seen) -> StepSeen:
    """Show a step by itself: why it was skipped and which it comes after would tell of others."""
    return StepSeen(
        step=delivery.step,
        department=delivery.department,
        state=delivery.state,
        round=delivery.round,
        correctable=delivery.correctable,
        outcome=None if outcome is None else _outcome(outcome, seen),
    )


def _outcome(outcome: JsonView, seen: Seen) -> JsonView:
    """Leave out what the department wants corrected in fields that are not seen: it may quote them."""
    fields = outcome.get("fields")
    if not fields:
        return outcome
    return {**outcome, "fields": [one for one in fields if not one["pointer"] or seen.shows(one["pointer"])]}
