"""The fields that a returned case asks for: one place each, with the words of every department that asks for it.

Both pages that answer go by this, and so does the change that files the answer. Somebody who does not see all of a case answers those
returns alone of which every field is in sight: half an answer would bring the same return again. A delivery that is held for its data is
the centre's to settle, so a party is not asked about it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gateway.cases.corrections import asked_by
from gateway.catalogue.parties.sees import Seen
from gateway.catalogue.share import Field, fields_of
from gateway.model import JsonView
from gateway.model.application import Application
from gateway.model.delivery import Delivery, DeliveryState
from gateway.model.errors import Located
from gateway.model.service import Service, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedReason:
    """The words of one department: ``said`` of this field, ``whole`` of the return. They are the department's own, and may be personal."""

    step: str
    department: str
    said: str | None = field(repr=False)
    whole: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedField:
    """One place of the application that somebody asks to have corrected: no other place of the same answer lies within it."""

    pointer: str
    reasons: tuple[AskedReason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """All that an answer may change, and the steps that it sends again.

    ``elsewhere`` are returned steps that are in sight while a field that they ask for is not: another party or the counter answers those.
    ``mark`` names this very state of the case, so that an answer to an earlier one is recognised.
    """

    fields: tuple[AskedField, ...]
    steps: tuple[str, ...]
    elsewhere: tuple[str, ...]
    mark: str
    seen: Seen | None = None  # the sight of the one who answers

    @property
    def places(self) -> frozenset[str]:
        """The pointers."""
        return frozenset(one.pointer for one in self.fields)

    def tied(self, errors: Iterable[Located]) -> frozenset[str]:
        """Give the places of the data that the service ties to these, by the errors that an answer would leave: they are asked for, too."""
        found = {one.pointer for one in errors if one.pointer.startswith("/data/") and not lies_in(one.pointer, self.places)}
        return frozenset(one for one in found if self.seen is None or self.seen.shows(one))


def ask_of(
    application: Application,
    deliveries: Mapping[str, Delivery],
    outcomes: Mapping[str, JsonView],
    *,
    definition: Service,
    form: JsonView,
    seen: Seen | None = None,
) -> Ask:
    """Give what a case asks for, by the words that its departments said last (``outcomes`` by step).

    ``form`` is what was handed in last, ``seen`` is what the one who answers may see (None: everything).
    """
    steps: list[str] = []
    elsewhere: list[str] = []
    asked: list[tuple[str, AskedReason]] = []
    for step, delivery in () if application.withdrawal_asked else deliveries.items():
        if not delivery.correctable or not _concerns(delivery, seen):
            continue
        found = list(_of_step(delivery, definition.step(step), outcomes.get(step), form))
        if seen is not None and not all(seen.shows(pointer) for pointer, _ in found):
            elsewhere.append(step)
            continue
        steps.append(step)
        asked += found
    standing = " ".join(f"{step}:{deliveries[step].round}" for step in steps)
    mark = hashlib.blake2b(f"{application.id} {application.revision} {standing}".encode(), digest_size=16).hexdigest()
    return Ask(fields=tuple(_gathered(asked)), steps=tuple(steps), elsewhere=tuple(elsewhere), mark=mark, seen=seen)


def _concerns(delivery: Delivery, seen: Seen | None) -> bool:
    """Tell whether somebody with that sight is asked about it."""
    return seen is None or (delivery.step in seen.steps and delivery.state is DeliveryState.RETURNED)


def _of_step(delivery: Delivery, step: Step, outcome: JsonView | None, form: JsonView) -> Iterator[tuple[str, AskedReason]]:
    """Give each place that a delivery asks for, with what its department said of it."""
    said: dict[str, str] = {} if outcome is None else {one["pointer"]: one["message"] for one in outcome.get("fields") or ()}
    whole = None if outcome is None else outcome.get("reason")
    sources = [name for _, one in fields_of(step.share) if isinstance(one, Field) for name in one.sources()]
    for pointer in sorted(asked_by(delivery, sources, said)):
        words = said.get(pointer)
        reason = AskedReason(step=step.name, department=step.department, said=None if words == whole else words, whole=whole)
        yield _there(form, pointer), reason


def _gathered(asked: Iterable[tuple[str, AskedReason]]) -> Iterator[AskedField]:
    """Put together what is said of one place, and of all within it."""
    found: dict[str, dict[AskedReason, None]] = {}
    pairs = list(asked)
    outermost = {pointer for pointer, _ in pairs if not any(lies_in(pointer, {other}) for other, _ in pairs if other != pointer)}
    for pointer, reason in pairs:
        place = next(one for one in outermost if lies_in(pointer, {one}))
        found.setdefault(place, {})[reason] = None
    for pointer, reasons in found.items():
        yield AskedField(pointer=pointer, reasons=tuple(reasons))


def _there(form: JsonView, pointer: str) -> str:
    """Give the pointer, or that of the list where it names an item that the list does not have."""
    here: object = form
    passed = ""
    for part in pointer.split("/")[1:]:
        if isinstance(here, list):
            if not (part.isascii() and part.isdecimal() and int(part) < len(here)):
                return passed
            here = here[int(part)]
        elif isinstance(here, Mapping):
            here = here.get(part.replace("~1", "/").replace("~0", "~"))
        passed = f"{passed}/{part}"
    return pointer


def lies_in(pointer: str, places: Collection[str]) -> bool:
    """Tell whether the pointer is one of these places, or lies within one."""
    return any(pointer == place or pointer.startswith(f"{place}/") for place in places)
