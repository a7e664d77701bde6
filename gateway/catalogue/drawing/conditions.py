"""Cases in which a field is asked for: what other fields must hold, as ``if``, ``dependentRequired`` and alternatives say it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias


@dataclass(frozen=True, slots=True)
class FieldCondition:
    """A field holds one of these texts, or none of them. The empty text stands for a field that is left blank."""

    pointer: str
    texts: tuple[str, ...]
    holds: bool = True


#: A value that one field holds.
Scalar: TypeAlias = str | int | float | bool
#: Any of these, each of which asks for all of its conditions.
Alternatives: TypeAlias = tuple[tuple[FieldCondition, ...], ...]
ALWAYS: Final[Alternatives] = ((),)
NEVER: Final[Alternatives] = ()


def text_of(value: object) -> str:
    """Give a scalar as a field holds it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def both(one: Alternatives, other: Alternatives) -> Alternatives:
    """Give the cases in which both are met."""
    return tuple(dict.fromkeys(tuple(dict.fromkeys((*left, *right))) for left in one for right in other))


def either(one: Alternatives, other: Alternatives) -> Alternatives:
    """Give the cases in which at least one of the two is met."""
    found = tuple(dict.fromkeys((*one, *other)))
    return ALWAYS if () in found or any((_opposite(case[0]),) in found for case in found if len(case) == 1) else found


def neither(one: Alternatives) -> Alternatives:
    """Give the cases in which it is not met."""
    found = ALWAYS
    for case in one:
        found = both(found, tuple((_opposite(condition),) for condition in case))
    return found


def met(when: Alternatives, fields: Mapping[str, str], pointer: str) -> bool:
    """Tell whether a field at this pointer, rows numbered, is asked for beside these texts."""
    return any(all((_text(fields, beside(one.pointer, pointer)) in one.texts) is one.holds for one in case) for case in when)


def beside(pattern: str, pointer: str) -> str:
    """Give the pointer of another field of a pattern, in the rows of the field at ``pointer``."""
    if "/-" not in pattern:
        return pattern
    numbers = pointer.split("/")
    return "/".join(numbers[at] if part == "-" else part for at, part in enumerate(pattern.split("/")))


def _text(fields: Mapping[str, str], pointer: str) -> str:
    """Give what a field holds, or anything that stands in a group or a list."""
    if own := fields.get(pointer, "").strip():
        return own
    return next((text for name, text in fields.items() if name.startswith(f"{pointer}/") and text.strip()), "")


def _opposite(condition: FieldCondition) -> FieldCondition:
    return FieldCondition(condition.pointer, condition.texts, not condition.holds)
