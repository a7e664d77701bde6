"""What zeep says of a contract's messages and types: what plans of requests and replies are made from.

Everything here stands on how zeep 4.3 itself serialises and parses, which takes a look inside it (SLF001): it does not say otherwise
what a message or a type holds. Tests hold each contract's plans equal to zeep.
"""
#: zeep ships no types, so its elements, attributes and types pass through here as they are.

from __future__ import annotations

from typing import Any, Final

from zeep.xsd import ComplexType, Element
from zeep.xsd.types.simple import AnySimpleType

#: The field that holds the text of a type with text and attributes (``simpleContent``).
Described = Any

# WS-Addressing has headers of its own. Of those that a WSDL declares zeep sends none that it is not given.
TEXT_FIELD: Final = "_value_1"


class NotCoveredError(Exception):
    """These values, this reply or this part of the contract are left to zeep. The error names none, since they may be personal."""


def request_body(message: Described) -> Described:
    """Give the element within a request's Body. Raises ``NotCoveredError`` when an envelope of zeep's holds more than that."""
    if message is None or message.body is None or message._is_body_wrapped:
        raise NotCoveredError
    # zeep compares local names when one of both has no namespace, so they must differ.
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
