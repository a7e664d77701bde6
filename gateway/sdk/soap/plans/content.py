"""The content of complex types: the elements that may stand in one, their order, and the name of each one's value.

Names are zeep's, where zeep's tell values apart. An element in two branches of a choice has one name, since only one of them is there. An
element that may be there twice, or a group that repeats within a group, gets a number of its own, where zeep would put one value over the
other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from zeep.xsd import All, Choice, ComplexType, Element, Group
from zeep.xsd import Any as AnyElement

from gateway.sdk.soap.plans.described import Described, NotCoveredError, most_of

#: The fields of an element by the name under which zeep gives and takes each.
Values: TypeAlias = dict[str, Any]
Order = Literal["element", "any", "sequence", "choice", "all"]


@dataclass(frozen=True, slots=True, eq=False)
class ContentPart:
    """An element, a wildcard, or a group of parts.

    ``name`` is that of its values. A group that does not repeat has none (""), since its values stand among those around it. ``described``
    is zeep's own element or wildcard.
    """

    order: Order
    name: str
    least: int
    most: float
    described: Described = None
    parts: tuple[ContentPart, ...] = ()

    @property
    def values(self) -> Iterator[ContentPart]:
        """Give the parts whose values stand beside each other. A name may occur several times, in branches of a choice."""
        for part in self.parts:
            if part.name:
                yield part
            else:
                yield from part.values

    @property
    def everything(self) -> Iterator[ContentPart]:
        """Give all elements and wildcards within, those of repeated groups too."""
        for part in self.parts:
            if part.order in ("element", "any"):
                yield part
            else:
                yield from part.everything

    @property
    def is_plain(self) -> bool:
        """Tell whether it is a sequence of elements with different names, as zeep reads it too: by their names alone."""
        found = list(self.values)
        names = {part.described.qname.localname for part in found if part.order == "element"}
        return len(names) == len(found) and self._is_sequence

    @property
    def _is_sequence(self) -> bool:
        return self.order == "sequence" and self.least == 1 and all(one.order == "element" or one._is_sequence for one in self.parts)


def content_of(kind: Described) -> ContentPart:
    """Give the content of a complex type as a group that is there once.

    Raises ``NotCoveredError`` for other types, for SOAP arrays, and for texts with attributes.
    """
    if not isinstance(kind, ComplexType) or kind._array_type or isinstance(kind._element, Element):
        raise NotCoveredError
    whole = kind._element
    found = [] if not whole or whole.max_occurs == 0 else [_part(whole, _Numbers(), set())]
    if len(found) == 1 and not found[0].name:
        return found[0]
    return ContentPart("sequence", "", 1, 1, parts=tuple(found))  # a repeated group stands within it as within any other


class _Numbers:
    """Numbers for the values of one dict that have no name: zeep's, unless zeep would give one twice."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> str:
        self._last += 1
        return f"_value_{self._last}"


def _part(one: Described, numbers: _Numbers, taken: set[str]) -> ContentPart:
    if isinstance(one, AnyElement):
        return ContentPart("any", numbers.next(), one.min_occurs, most_of(one), one)
    if isinstance(one, Element):
        return ContentPart("element", _free(one.attr_name, taken), one.min_occurs, most_of(one), one)
    within = one.child if isinstance(one, Group) else one
    least, most = min(one.min_occurs, one.min_occurs * within.min_occurs), most_of(one)
    name = ""
    if most != 1:
        name, numbers, taken = numbers.next(), _Numbers(), set()
    members = [member for member in within if member.max_occurs != 0]
    if not isinstance(within, Choice):
        parts = [_part(member, numbers, taken) for member in members]
        return ContentPart("all" if isinstance(within, All) else "sequence", name, least, most, parts=tuple(parts))
    before, branches = frozenset(taken), []
    for member in members:
        branch = set(before)
        part = _part(member, numbers, branch)
        # zeep says of every element in a choice that it may be missing. If one may, the choice says so too (``for_zeep.py``).
        branches.append(replace(part, least=max(1, part.least)) if part.order == "element" else part)
        taken |= branch
    return ContentPart("choice", name, least, most, parts=tuple(branches))


def _free(name: str, taken: set[str]) -> str:
    number, free = 0, name
    while free in taken:
        number += 1
        free = f"{name}__{number}"
    taken.add(free)
    return free
