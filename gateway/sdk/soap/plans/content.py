"""The content of complex types: the elements that may stand in one, their order, and the name of each one's value.

Names are zeep's, where zeep's tell values apart. An element in two branches of a choice has one name, since only one of them is there. An
element that may be there twice, or a group that repeats within a group, gets a number of its own, where zeep would put one value over the
other.

Plans are made of zeep's description of a contract. They stand on how zeep 4.3 itself serialises and parses, which takes a look inside it
(SLF001): it does not say otherwise what a message or a type holds. Tests hold each contract's plans equal to zeep.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

from zeep.xsd import All, Choice, ComplexType, Element, Group
from zeep.xsd import Any as AnyElement
from zeep.xsd.types.simple import AnySimpleType

#: zeep ships no types, so its elements, attributes and types pass through here as they are.
Described = Any
#: The field that holds the text of a type with text and attributes (``simpleContent``).
TEXT_FIELD: Final = "_value_1"


class NotCoveredError(Exception):
    """These values, this reply or this part of the contract are left to zeep. The error names none, since they may be personal."""


def request_body(message: Described) -> Described:
    """Give the element within a request's Body. Raises ``NotCoveredError`` when an envelope of zeep's holds more than that."""
    if message is None or message.body is None or message._is_body_wrapped:
        raise NotCoveredError
    # WS-Addressing has headers of its own. Of those that a WSDL declares zeep sends none that it is not given.
    if message.operation.abstract.wsa_action or message.wsdl.types._prefix_map_custom:
        raise NotCoveredError
    return message.body


def reply_body(message: Described) -> Described:
    """Give the element within a reply's Body. Raises ``NotCoveredError`` when zeep's values hold more than its content."""
    if message is None or message.envelope is None or message.body is None or message._is_body_wrapped:
        raise NotCoveredError
    if message.header.type._element or not isinstance(message.body.type, ComplexType):
        raise NotCoveredError
    return message.body


def is_simple(kind: Described) -> bool:
    """Tell whether zeep reads and writes the type as the text of one element."""
    return isinstance(kind, AnySimpleType)


def most_of(element: Described) -> float:
    """Give the number of times that the element may be there."""
    return float("inf") if element.max_occurs == "unbounded" else float(element.max_occurs)


def text_type(kind: Described) -> Described | None:
    """Give the type of the text in a complex type without elements (``simpleContent``), or None for any other type."""
    inner = kind._element
    if isinstance(inner, Element) and is_simple(inner.type) and inner.attr_name == TEXT_FIELD and inner.max_occurs == 1:
        return inner.type
    return None


#: The fields of an element by the name under which zeep gives and takes each.
Values: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class ContentPart:
    """An element, a wildcard, or a group of parts.

    ``name`` is that of its values. A group that does not repeat has none (""), since its values stand among those around it. ``described``
    is zeep's own element or wildcard.
    """

    order: Literal["element", "any", "sequence", "choice", "all"]
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
        # zeep compares local names when one of both has no namespace, so they must differ.
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
        # zeep says of every element in a choice that it may be missing. If one may, the choice says so too (``teaching.py``).
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
