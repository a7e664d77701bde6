"""zeep's description of a contract's messages and types, flattened into the material of plans for requests and replies.

All of it depends on how zeep 4.3 itself serialises and parses. It looks inside zeep (SLF001), which tells in no other way what a group
holds. Tests hold each contract's plans equal to zeep.
"""

from __future__ import annotations

from typing import Any, Final

from zeep.xsd import All, ComplexType, Element, Group, Sequence
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


def elements_of(kind: Described) -> list[tuple[str, Described]]:
    """Give the elements of a complex type in order, each with the name that zeep gives its value.

    Raises ``NotCoveredError`` where an element's name alone does not identify it: choices, wildcards, groups that repeat, SOAP arrays, and
    names that occur twice.
    """
    if not isinstance(kind, ComplexType) or kind._array_type:
        raise NotCoveredError
    found = _flat(kind._element) if kind._element else []
    # zeep compares local names when one of both has no namespace, so they must differ.
    if len({element.qname.localname for _, element in found}) != len(found):
        raise NotCoveredError
    return found


def _flat(group: Described) -> list[tuple[str, Described]]:
    if isinstance(group, Group):
        if group.max_occurs != 1:
            raise NotCoveredError
        return _flat(group.child)
    # By their very class, because a class that zeep derives from them may write and read in another way.
    if type(group) not in (Sequence, All) or group.max_occurs != 1:
        raise NotCoveredError
    found: list[tuple[str, Described]] = []
    for name, one in group.elements_nested:
        if type(one) is Element and one.max_occurs != 0:
            found.append((name, one))
        else:
            found += _flat(one)
    return found
