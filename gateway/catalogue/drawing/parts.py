"""The parts of a schema that speak of one and the same value: the schema itself, what it refers to, and what ``allOf`` adds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gateway.catalogue.definition import Place
from gateway.model import JsonView

#: Objects and references within each other, which nobody writes on purpose.
_DEPTH: Final = 12


class Undrawable(ValueError):
    """A part of a form that no page can draw honestly. ``place`` leads to it from the top of the form."""

    def __init__(self, place: Place, detail: str) -> None:
        super().__init__(detail)
        self.place = place
        self.detail = detail


class EndlessForm(Undrawable):
    """A form without an end, of which nothing more need be read."""


@dataclass(frozen=True, slots=True)
class SchemaPart:
    """A schema, and its place in the form."""

    schema: JsonView
    place: Place

    def below(self, *names: str | int) -> SchemaPart:
        """Give the schema under these names. Raises Undrawable where none stands there."""
        found: Any = self.schema
        for name in names:
            found = found[name]
        place = (*self.place, *names)
        if not isinstance(found, Mapping):
            raise Undrawable(place, "says nothing of the value: give it a type")
        return SchemaPart(found, place)


@dataclass(frozen=True, slots=True)
class SchemaParts:
    """Everything that a form says of one value."""

    all: tuple[SchemaPart, ...]

    def said(self, keyword: str) -> object:
        """Give what the first part that has the keyword says under it, or None."""
        return next((part.schema[keyword] for part in self.all if keyword in part.schema), None)

    def limit(self, keyword: str) -> int | None:
        """Give a limit that is said, or None."""
        found = self.said(keyword)
        return found if isinstance(found, int) else None

    def each(self, keyword: str) -> Iterator[tuple[SchemaPart, Any]]:
        """Give every part that has the keyword, with what it says."""
        return ((part, part.schema[keyword]) for part in self.all if keyword in part.schema)

    def required(self) -> frozenset[str]:
        """Give the names that an object must have."""
        return frozenset(name for _, names in self.each("required") for name in names)

    @property
    def place(self) -> Place:
        """The place of the first part."""
        return self.all[0].place


def parts_of(root: JsonView, *parts: SchemaPart, depth: int = 0) -> SchemaParts:
    """Give the parts with those that they refer to. Raises Undrawable for a reference that cannot be followed, or has no end."""
    return SchemaParts(tuple(one for part in parts for one in _spread(root, part, depth)))


def _spread(root: JsonView, part: SchemaPart, depth: int) -> Iterator[SchemaPart]:
    if depth > _DEPTH:
        raise EndlessForm(part.place, "is too deep, or refers to itself: a form has an end")
    yield part
    if "$ref" in part.schema:
        yield from _spread(root, _target(root, part), depth + 1)
    for index in range(len(part.schema.get("allOf", ()))):
        yield from _spread(root, part.below("allOf", index), depth + 1)


def _target(root: JsonView, part: SchemaPart) -> SchemaPart:
    reference = part.schema["$ref"]
    if not str(reference).startswith("#/"):
        raise Undrawable((*part.place, "$ref"), "must refer to a place of this form, such as #/$defs/person")
    names = [name.replace("~1", "/").replace("~0", "~") for name in reference[2:].split("/")]
    try:
        return SchemaPart(root, ()).below(*names)
    except (KeyError, TypeError):
        raise Undrawable((*part.place, "$ref"), "leads to nothing in this form") from None
