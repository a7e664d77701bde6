"""Limits of a revision: it changes what a department asks for, and whatever none was told yet, and never whose case it is.

Fields are JSON Pointers into the application. Of lists the items are not told apart: one that is asked for, or differs, is all of its list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from gateway.cases.casework import CONDITION_FAILED
from gateway.catalogue.compiled import CompiledStep
from gateway.catalogue.share import Context, pointer_of_source
from gateway.journal.writer.draft import Payload
from gateway.model.delivery import Delivery
from gateway.model.errors import Located
from gateway.texts.messages import say
from gateway.texts.refusals import Language
from gateway.texts.strict_json import pointer_part

Applicant = Mapping[str, Any]

_NAME, _TYPE, _NUMBER = "/applicant/name", "/applicant/id_type", "/applicant/id_number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One revision held against the one before: ``first`` is the applicant as filed, ``asked`` what is to be corrected."""

    first: Applicant
    before: Context
    after: Context
    asked: frozenset[str]
    language: Language

    def person(self) -> list[Located]:
        """Say what would hand the case to another person, or corrects the person where nobody asked.

        Of name and ID document (its type and number) one at most may differ from what was filed first, however many revisions it took,
        and from the revision before.
        """
        last, now = self.before["applicant"], self.after["applicant"]
        changed = _identity(last, now)
        if changed and (_another(last, now) or _another(self.first, now)):
            return [Located(pointer, say("another_person", self.language)) for pointer in changed]
        # With another type comes another number: it is asked for with it.
        asked = self.asked | ({_NUMBER} if _TYPE in self.asked else set())
        return [Located(pointer, say("not_asked", self.language)) for pointer in changed if not _within(pointer, asked)]

    def alone(self) -> dict[str, Any]:
        """Give applicant and data with nothing changed but what is asked for: what is wrong with them has to be corrected as well."""
        return {part: _only(self.before[part], self.after[part], self.asked, f"/{part}") for part in ("applicant", "data")}

    def corrected(self) -> str | None:
        """Name what of the person it corrects: ``name``, ``document`` (type or number of the ID), or nothing."""
        changed = _identity(self.before["applicant"], self.after["applicant"])
        return None if not changed else "name" if _NAME in changed else "document"

    def unasked(self, delivery: Delivery, step: CompiledStep, told: Context) -> Iterator[Located]:
        """Say what it changes of that which a department was told (``told``), and nobody asked for."""
        names = set(step.changed(told, self.after)) & set(step.changed(self.before, self.after))
        sources = {pointer_of_source(name) for name in names} - {""}
        for pointer in differences(self.before, self.after):
            if _within(pointer, sources) and not _within(pointer, self.asked):
                yield Located(pointer, say("told", self.language, department=delivery.department))


def asked_for(delivery: Delivery, step: CompiledStep, payload: Payload) -> set[str]:
    """Give what answers a delivery that waits for a correction: the fields that its department names, else all that the step is given.

    One whose ``when`` cannot be answered may want anything in the data.
    """
    if delivery.problem == CONDITION_FAILED:
        return {"/data"}
    said = payload.get((f"outcome:{delivery.step}", delivery.round))
    named = {field["pointer"] for field in orjson.loads(said)["fields"]} if said is not None else set()
    if named and "" not in named:
        return named
    return (named | {pointer_of_source(name) for name in step.sources}) - {""}


def differences(before: object, after: object, pointer: str = "") -> Iterator[str]:
    """Give the pointers at which two JSON values differ; what one side lacks is one difference, a list as well."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        if before != after:
            yield pointer
        return
    for name in {**before, **after}:
        place = f"{pointer}/{pointer_part(name)}"
        if name in before and name in after:
            yield from differences(before[name], after[name], place)
        else:
            yield place


def _only(before: object, after: object, places: frozenset[str], pointer: str) -> Any:  # noqa: ANN401  # JSON
    """Take from ``after`` what lies within these places, all else from ``before``."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return after if _within(pointer, places) else before
    taken = {}
    for name in {**before, **after}:
        place = f"{pointer}/{pointer_part(name)}"
        if name in before and name in after:
            taken[name] = _only(before[name], after[name], places, place)
        elif (name in after) is _within(place, places):
            taken[name] = after.get(name, before.get(name))
    return taken


def _identity(one: Applicant, other: Applicant) -> list[str]:
    """Name the pointers at which two applicants are not the same person's data."""
    return [pointer for pointer in (_NAME, _TYPE, _NUMBER) if one[pointer.rpartition("/")[2]] != other[pointer.rpartition("/")[2]]]


def _another(one: Applicant, other: Applicant) -> bool:
    """Tell whether both the name and the ID document differ."""
    changed = _identity(one, other)
    return _NAME in changed and len(changed) > 1


def _within(pointer: str, places: frozenset[str] | set[str]) -> bool:
    """Tell whether it lies within one of these places, or one of them within it."""
    return any(pointer == place or pointer.startswith(f"{place}/") or place.startswith(f"{pointer}/") for place in places)
