"""Limits of a revision: it may change fields that a department asked for or that none was told, but never whose case it is.

Fields are JSON Pointers into the application. Items of a list are not told apart: a change to one is a change to the list.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.cases.casework import CONDITION_FAILED
from gateway.catalogue.compiled import CompiledStep
from gateway.catalogue.share import Context, pointer_of_source
from gateway.journal.payload import outcome_part
from gateway.model import JsonObject
from gateway.model.case import Payload
from gateway.model.delivery import Delivery
from gateway.model.errors import Located
from gateway.model.outcome import said_in
from gateway.texts.messages import say
from gateway.texts.refusals import Language
from gateway.texts.strict_json import pointer_part

Applicant = Mapping[str, Any]

_NAME, _TYPE, _NUMBER = "/applicant/name", "/applicant/id_type", "/applicant/id_number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One revision compared with the one before. ``first`` is the applicant as filed, ``asked`` the fields to correct."""

    first: Applicant
    before: Context
    after: Context
    asked: frozenset[str]
    language: Language

    def person(self) -> list[Located]:
        """Give an error for each change that nobody asked for or that would hand the case to another person.

        Of the name and the ID document (its type and number) at most one may differ from the first filing, however many revisions there
        were, and at most one from the revision before.
        """
        last, now = self.before["applicant"], self.after["applicant"]
        changed = _identity(last, now)
        if changed and (_another(last, now) or _another(self.first, now)):
            return [Located(pointer, say("another_person", self.language)) for pointer in changed]
        return [Located(pointer, say("not_asked", self.language)) for pointer in changed if not _within(pointer, self.asked)]

    def alone(self) -> JsonObject:
        """Give applicant and data with only the requested changes. Their remaining errors have to be corrected as well."""
        return {part: _only(self.before[part], self.after[part], self.asked, f"/{part}") for part in ("applicant", "data")}

    def corrected(self) -> str | None:
        """Name the part of the person that the revision corrects: ``name``, ``document`` (type or number of the ID), or None."""
        changed = _identity(self.before["applicant"], self.after["applicant"])
        return None if not changed else "name" if _NAME in changed else "document"

    def unasked(self, delivery: Delivery, step: CompiledStep, told: Context) -> Iterator[Located]:
        """Give an error for each change, unasked for, to what a department was told (``told``)."""
        names = set(step.changed(told, self.after)) & set(step.changed(self.before, self.after))
        sources = {pointer_of_source(name) for name in names} - {""}
        for pointer in differences(self.before, self.after):
            if _within(pointer, sources) and not _within(pointer, self.asked):
                yield Located(pointer, say("told", self.language, department=delivery.department))


def asked_for(delivery: Delivery, step: CompiledStep, payload: Payload) -> set[str]:
    """Give the fields whose correction answers a delivery: those that its department named, else all that the step receives."""
    said = payload.get((outcome_part(delivery.step), delivery.round))
    named = {field["pointer"] for field in said_in(said)["fields"]} if said is not None else set()
    return asked_by(delivery, step.sources, named)


def asked_by(delivery: Delivery, sources: Collection[str], named: Collection[str]) -> set[str]:
    """Give the same of a step that reads ``sources``, of which its department named these places (``""``: nowhere in the form).

    If the step's ``when`` could not be answered, any field of the data may be the cause.
    """
    if delivery.problem == CONDITION_FAILED:
        return {"/data"}
    asked = {*named} if named and "" not in named else ({*named} | {pointer_of_source(name) for name in sources}) - {""}
    # Another type brings another number, so asking for the type asks for the number as well.
    return asked | {_NUMBER} if _TYPE in asked else asked


def differences(before: object, after: object, pointer: str = "") -> Iterator[str]:
    """Give the pointers at which two JSON values differ. A missing member is one difference, and so is a changed list."""
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
    """Take from ``after`` what lies within these places, and everything else from ``before``."""
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


def _identity(applicant: Applicant, other: Applicant) -> list[str]:
    """Give the pointers of name and ID document at which two applicants differ."""
    return [pointer for pointer in (_NAME, _TYPE, _NUMBER) if applicant[pointer.rpartition("/")[2]] != other[pointer.rpartition("/")[2]]]


def _another(applicant: Applicant, other: Applicant) -> bool:
    """Tell whether both the name and the ID document differ."""
    changed = _identity(applicant, other)
    return _NAME in changed and len(changed) > 1


def _within(pointer: str, places: frozenset[str] | set[str]) -> bool:
    """Tell whether the pointer lies within one of these places, or one of them within it."""
    return any(pointer == place or pointer.startswith(f"{place}/") or place.startswith(f"{pointer}/") for place in places)
