"""Changes of what stands in a form's fields by a button: a row more, a row less, a row further up, the applicant's own details."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.catalogue.drawing.fields import DrawnField, is_row_number

#: What one is told apart by. A group that has both can be filled in from the applicant.
WHO: Final = ("name", "id_number")
_COPIED: Final = ("name", "id_type", "id_number", "mobile")


def row_numbers(fields: Mapping[str, str], pointer: str) -> list[int]:
    """Give the numbers of a list's rows in order, blank ones too."""
    below = f"{pointer}/"
    steps = {name[len(below) :].partition("/")[0] for name in fields if name.startswith(below)}
    return sorted(int(step) for step in steps if is_row_number(step))


def with_row(fields: Mapping[str, str], pointer: str) -> dict[str, str]:
    """Add a blank row to the list at that pointer."""
    return {**fields, f"{pointer}/{max(row_numbers(fields, pointer), default=-1) + 1}": ""}


def without(fields: Mapping[str, str], pointer: str) -> dict[str, str]:
    """Remove a row, or what stands in a group. Other rows keep their numbers until they are read."""
    return {name: text for name, text in fields.items() if not is_within(name, pointer)}


def raised(fields: Mapping[str, str], pointer: str) -> dict[str, str]:
    """Move the row at that pointer before the one above it."""
    parent, _, number = pointer.rpartition("/")
    before = [one for one in row_numbers(fields, parent) if is_row_number(number) and one < int(number)]
    if not before:
        return dict(fields)
    other = f"{parent}/{before[-1]}"
    moved = {pointer: other, other: pointer}
    return {
        next((f"{to}{name[len(at) :]}" for at, to in moved.items() if is_within(name, at)), name): text for name, text in fields.items()
    }


def is_person(field: DrawnField) -> bool:
    """Tell whether a group names a person by the members that an applicant has."""
    return field.kind == "group" and all((child := field.child(step)) is not None and child.kind == "text" for step in WHO)


def same_as_applicant(form: DrawnField, fields: Mapping[str, str], pointer: str, applicant: Mapping[str, str]) -> dict[str, str]:
    """Fill the group at that pointer with the applicant's details (fields below ``/applicant``), as far as it asks for them."""
    group = form.at(pointer)
    if group is None or not is_person(group):
        return dict(fields)
    own = {f"{pointer}/{step}": applicant.get(f"/applicant/{step}", "") for step in _COPIED if group.child(step) is not None}
    return {**fields, **{name: text for name, text in own.items() if text}}


def is_within(name: str, pointer: str) -> bool:
    """Tell whether one pointer leads to the other's place, or below."""
    return name == pointer or name.startswith(f"{pointer}/")
