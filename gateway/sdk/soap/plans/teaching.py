"""Corrections to zeep's knowledge of a contract, where zeep by itself reads wrongly: simple values, and content with choices.

Only the objects of this contract change, never zeep's classes, so that other contracts and other uses of zeep stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree
from zeep.xsd import Any as AnyElement
from zeep.xsd import Attribute, ComplexType, Element, Group
from zeep.xsd.elements.indicators import OrderIndicator
from zeep.xsd.types.collection import ListType, UnionType

from gateway.sdk.soap.plans.content import content_of
from gateway.sdk.soap.plans.described import Described, NotCoveredError, is_simple, text_type
from gateway.sdk.soap.plans.reply import Readers
from gateway.sdk.soap.plans.simple_values import of_node, reader, writer


def teach(wsdl: Described, readers: Readers) -> None:
    """Teach every type, element and attribute of a contract that a message can hold."""
    for one in _everything(wsdl):
        if is_simple(one):
            _simple(one)
        elif isinstance(one, ComplexType):
            _complex(one, readers)
        elif isinstance(one, Attribute):
            _attribute(one)
        elif isinstance(one, Element) and one.default is not None and is_simple(one.type):
            _default(one)


def _everything(wsdl: Described) -> Iterator[Described]:
    """Give each type, element and attribute once."""
    messages = [message for binding in wsdl.bindings.values() for one in binding.all().values() for message in (one.input, one.output)]
    parts = [part for message in messages if message is not None for part in (message.body, message.header) if part is not None]
    left: list[Described] = [*wsdl.types.types, *wsdl.types.elements, *parts]
    seen: set[int] = set()
    while left:
        one = left.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        left += _within(one)
        yield one


def _within(one: Described) -> Iterable[Described]:
    match one:
        case ComplexType():
            attributes = one._attributes_unwrapped
            return [one._element, *attributes, *(getattr(attribute, "array_type", None) for attribute in attributes)]
        case ListType():
            return [one.item_type]
        case UnionType():
            return list(one.item_types)
        case Group():
            return [one.child]
        case AnyElement():
            return [one.restrict]
        case OrderIndicator():
            return list(one)
        case Element():
            return [one.type]
        case _:
            return []


def _simple(kind: Described) -> None:
    read, read_node, write = reader(kind), of_node(kind), writer(kind)

    def parse(xmlelement: etree._Element, *_: object, **__: object) -> Any:
        return read_node(xmlelement)

    kind.parse_xmlelement = parse
    if read is not None:
        kind.pythonvalue = read
    if write is not None:
        kind.xmlvalue = write


def _attribute(attribute: Described) -> None:
    """Read an attribute strictly, since zeep gives None for a value that it cannot read."""
    attribute.parse = attribute.type.pythonvalue


def _default(element: Described) -> None:
    """Give an empty element its default."""
    read_node, as_before = of_node(element.type, element.default), element.parse

    def parse(xmlelement: etree._Element, *rest: object, **more: object) -> Any:
        return read_node(xmlelement) if not len(xmlelement) and not xmlelement.items() else as_before(xmlelement, *rest, **more)

    element.parse = parse


def _complex(kind: Described, readers: Readers) -> None:
    """Read a type with choices and the like by a plan, into the object that zeep would make."""
    try:
        if text_type(kind) is not None or content_of(kind).is_plain:
            return
    except NotCoveredError:
        return
    read = readers.later(kind)

    def parse(xmlelement: etree._Element, _: object = None, allow_none: bool = True, **__: object) -> Any:  # noqa: FBT001, FBT002  # zeep's own terms
        if allow_none and not len(xmlelement) and not xmlelement.items():
            return None
        value = object.__new__(kind._value_class)
        value.__values__ = read(xmlelement)
        return value

    kind.parse_xmlelement = parse
