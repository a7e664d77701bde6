"""What zeep says of a contract's messages and types, flattened: what plans of requests and replies are made from.

Everything here stands on how zeep 4.3 itself serialises and parses, which takes a look inside it (SLF001): it does not say otherwise
what a group holds. Tests hold each contract's plans equal to zeep.
"""

from __future__ import annotations

from typing import Any, Final

from zeep.xsd import All, ComplexType, Element, Group, Sequence
from zeep.xsd.types.simple import AnySimpleType

#: zeep ships no types: its elements, attributes and types pass through here as they are.
Described = Any

#: The field of a type that is a text with attributes (``simpleContent``) which holds the text.
TEXT_FIELD: Final = "_value_1"


class NotCoveredError(Exception):
    """These values, this reply or this part of the contract go zeep's way. Says nothing of them, since they may be personal."""


def request_body(message: Described) -> Described:
    """The element within the Body of a request; raises ``NotCoveredError`` when an envelope of zeep's holds more than that."""
    if message is None or message.body is None or message._is_body_wrapped:
        raise NotCoveredError
    # WS-Addressing has headers of its own; of those that a WSDL declares zeep sends none that it is not given.
    if message.operation.abstract.wsa_action or message.wsdl.types._prefix_map_custom:
        raise NotCoveredError
    return message.body


def reply_body(message: Described) -> Described:
    """The element within the Body of a reply; raises ``NotCoveredError`` when zeep's values hold more than what is in it."""
    if message is None or message.envelope is None or message.body is None or message._is_body_wrapped:
        raise NotCoveredError
    if message.header.type._element or not isinstance(message.body.type, ComplexType):
        raise NotCoveredError
    return message.body


def is_simple(kind: Described) -> bool:
    """Whether zeep reads and writes the type as the text of one element."""
    return isinstance(kind, AnySimpleType)


def most_of(element: Described) -> float:
    """How often the element may be there."""
    return float("inf") if element.max_occurs == "unbounded" else float(element.max_occurs)


def text_type(kind: Described) -> Described | None:
    """The type of the text of a complex type that holds no elements (``simpleContent``); None for any other."""
    inner = kind._element
    if isinstance(inner, Element) and is_simple(inner.type) and inner.attr_name == TEXT_FIELD and inner.max_occurs == 1:
        return inner.type
    return None


def elements_of(kind: Described) -> list[tuple[str, Described]]:
    """The elements of a complex type in order, each with the name that zeep knows its value by.

    Raises ``NotCoveredError`` for what cannot be told from the name of an element alone: choices, wildcards, groups that
    repeat, SOAP arrays, and names that occur twice.
    """
    if not isinstance(kind, ComplexType) or kind._array_type:
        raise NotCoveredError
    found = _flat(kind._element) if kind._element else []
    # zeep takes an element by its local name when one of both has no namespace: they must differ by that.
    if len({element.qname.localname for _, element in found}) != len(found):
        raise NotCoveredError
    return found


def _flat(group: Described) -> list[tuple[str, Described]]:
    if isinstance(group, Group):
        if group.max_occurs != 1:
            raise NotCoveredError
        return _flat(group.child)
    # By their very class: what zeep derives from them may write and read in another way.
    if type(group) not in (Sequence, All) or group.max_occurs != 1:
        raise NotCoveredError
    found: list[tuple[str, Described]] = []
    for name, one in group.elements_nested:
        if type(one) is Element and one.max_occurs != 0:
            found.append((name, one))
        else:
            found += _flat(one)
    return found
