"""Buttons within a form, which change what stands in its fields and work without scripts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.catalogue.drawing.fields import DrawnField, is_row_number
from gateway.catalogue.drawing.posted import flat, posted
from gateway.catalogue.drawing.rows import is_within, raised, row_numbers, same_as_applicant, with_row, without
from gateway.model import JsonObject

_CHANGES: Final[Mapping[str, Callable[[Mapping[str, str], str], dict[str, str]]]] = {"add": with_row, "remove": without, "up": raised}
SAME: Final = "same"


@dataclass(frozen=True, slots=True)
class Pressed:
    """The form after a button within it: its object, blank rows kept, and the place to go on at."""

    value: JsonObject
    at: str


def pressed(
    form: DrawnField, fields: Mapping[str, str], applicant: Mapping[str, str], only: Collection[str] | None = None
) -> Pressed | None:
    """Do what a button within the form asks for, or give None where another was pressed.

    ``applicant`` are the applicant's fields, below ``/applicant``. With ``only`` nothing outside of these places is changed.
    """
    name = next((one for one in (*_CHANGES, SAME) if one in fields), None)
    if name is None:
        return None
    at = fields[name]
    field = form.at(at)
    may = field is not None and (name != "add" or field.kind == "list") and (only is None or any(is_within(at, one) for one in only))
    changed = dict(fields)
    if may and name == SAME:
        changed = same_as_applicant(form, fields, at, applicant)
    elif may:
        changed = _CHANGES[name](fields, at)
    return _told(form, changed, name, at)


def _told(form: DrawnField, changed: Mapping[str, str], name: str, at: str) -> Pressed:
    """Number the rows anew, and find the place to go on at: the row that was added or moved, the list that one was removed from."""
    parent, _, number = at.rpartition("/")
    if name == "add":
        at = f"{at}/{len(row_numbers(changed, at)) - 1}"
    elif name == "up" and is_row_number(number):
        above = [one for one in row_numbers(changed, parent) if one < int(number)]
        at = f"{parent}/{max(len(above) - 1, 0)}"
    elif name == "remove" and is_row_number(number):
        at = parent
    return Pressed(posted(form, changed, blank_rows=True), at)


def answered(form: DrawnField, before: JsonObject, fields: Mapping[str, str], only: Collection[str]) -> JsonObject:
    """Give an object after an answer: what stands at the places in ``only`` as posted, everything else as before."""
    kept = {pointer: text for pointer, text in flat(before, form.pointer).items() if not any(is_within(pointer, one) for one in only)}
    given = {pointer: text for pointer, text in fields.items() if any(is_within(pointer, one) for one in only)}
    return posted(form, {**kept, **given})
