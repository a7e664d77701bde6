"""The values that a field may be chosen from: ``enum``, ``const``, and constants with titles side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.catalogue.drawing.conditions import Scalar, text_of
from gateway.catalogue.drawing.parts import SchemaPart, SchemaParts, Undrawable
from gateway.model import JsonView
from gateway.model.service import Text

#: Beside its constant, one of several may have these.
_OF_A_CONSTANT: Final = frozenset({"const", "type", "title", "x-title-en", "description", "$comment"})
#: What a choice stands under.
SIDE_BY_SIDE: Final = ("oneOf", "anyOf")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The values of a choice, and the text of each with what it is called."""

    values: tuple[Scalar, ...]
    options: tuple[tuple[str, Text], ...]


def options_of(parts: SchemaParts) -> Chosen | None:
    """Give the values that all parts list, or None where none lists any. Raises Undrawable for values that no field holds."""
    lists = [(part, values) for part in parts.all for values in _listed(part)]
    if not lists:
        return None
    first, values = lists[0]
    kept = [value for value in values if all(any(_same(value, one) for one in other) for _, other in lists[1:])]
    texts = [text_of(value) for value in kept]
    scalars = [value for value in kept if isinstance(value, str | int | float)]
    if not kept or len(scalars) < len(kept) or len(set(texts)) < len(texts) or "" in texts:
        raise Undrawable(first.place, "must list texts, numbers, true or false, each once; leave out of required what may be missing")
    words = _words(parts)
    return Chosen(tuple(scalars), tuple((text, words.get(text) or Text(zh=text, en=text)) for text in texts))


def constants(part: SchemaPart, keyword: str) -> Sequence[JsonView] | None:
    """Give the schemas of constants that stand side by side under ``oneOf`` or ``anyOf``, or None if there is anything else."""
    found = part.schema.get(keyword, ()) if keyword in SIDE_BY_SIDE else ()
    plain = all(isinstance(one, Mapping) and "const" in one and one.keys() <= _OF_A_CONSTANT for one in found)
    return found if found and plain else None


def _listed(part: SchemaPart) -> Iterator[Sequence[object]]:
    if "const" in part.schema:
        yield [part.schema["const"]]
    if "enum" in part.schema:
        yield part.schema["enum"]
    for keyword in SIDE_BY_SIDE:
        if (found := constants(part, keyword)) is not None:
            yield [one["const"] for one in found]


def _words(parts: SchemaParts) -> dict[str, Text]:
    said: dict[str, Text] = {}
    for _, options in parts.each("x-options"):
        for text, words in options.items():
            said.setdefault(text, Text(zh=words["zh"], en=words["en"]))
    for part in parts.all:
        for keyword in SIDE_BY_SIDE:
            for one in constants(part, keyword) or ():
                if titled := one.get("title") or one.get("x-title-en"):
                    words = Text(zh=one.get("title", titled), en=one.get("x-title-en", titled))
                    said.setdefault(text_of(one["const"]), words)
    return said


def _same(one: object, other: object) -> bool:
    return one == other and isinstance(one, bool) is isinstance(other, bool)
