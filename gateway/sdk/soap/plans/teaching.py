"""Corrections of zeep: schemas rewritten before it reads them, and its knowledge of a contract where it would read wrongly.

The schemas mean the same. zeep forgets how often a content may be there when a type extends another, takes a base's choice for a branch of
the extension's, and says of every element in a choice that it may be missing. libxml2, which is given the contract unchanged, holds whole
messages to its rules. Of zeep's knowledge simple values and content with choices are corrected, in the objects of this contract and never
in zeep's classes, so that other contracts and other uses of zeep stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from lxml import etree
from zeep.xsd import Any as AnyElement
from zeep.xsd import Attribute, ComplexType, Element, Group
from zeep.xsd.elements.indicators import OrderIndicator
from zeep.xsd.types.collection import ListType, UnionType

from gateway.sdk.contracts.wsdl_schema import WSDL, XSD, safe_parser
from gateway.sdk.soap.plans.content import Described, NotCoveredError, content_of, is_simple, text_type
from gateway.sdk.soap.plans.reply import Readers
from gateway.sdk.soap.plans.simple_values import of_node, reader, writer

_ROOTS: Final = frozenset({f"{{{XSD}}}schema", f"{{{WSDL}}}definitions"})
_SEQUENCE: Final = f"{{{XSD}}}sequence"
_GROUPS: Final = (_SEQUENCE, f"{{{XSD}}}choice", f"{{{XSD}}}group")
#: The built-in types that do to a text what ``whiteSpace`` says.
_AS: Final = {"collapse": "token", "replace": "normalizedString"}


def for_zeep(document: bytes) -> bytes:
    """Give a WSDL or XSD as zeep is to read it. Any other document stays unchanged, for zeep to judge."""
    if b"<!DOCTYPE" in document:
        return document
    try:
        root = etree.fromstring(document, safe_parser())
    except etree.XMLSyntaxError:
        return document
    if root.tag not in _ROOTS:
        return document
    changed = [_may_be_empty(root), _in_a_sequence(root), _fixed_by_default(root), _white_space(root)]
    return etree.tostring(root, xml_declaration=True, encoding="utf-8") if any(changed) else document


def _may_be_empty(root: etree._Element) -> bool:
    """Let a choice with a branch that may be missing be missing itself."""
    found = [one for one in root.iter(f"{{{XSD}}}choice") if any(child.get("minOccurs") == "0" for child in one.iterchildren("*"))]
    for choice in found:
        choice.set("minOccurs", "0")
    return bool(found)


def _in_a_sequence(root: etree._Element) -> bool:
    """Put the content of a type that extends or may be extended into a plain sequence, which means the same."""
    holders = [*root.iter(f"{{{XSD}}}extension"), *(one for schema in root.iter(f"{{{XSD}}}schema") for one in schema)]
    found = [
        child
        for holder in holders
        if holder.tag in (f"{{{XSD}}}extension", f"{{{XSD}}}complexType")
        for child in holder.iterchildren(*_GROUPS)
        if child.tag != _SEQUENCE or child.get("minOccurs", "1") != "1" or child.get("maxOccurs", "1") != "1"
    ]
    for child in found:
        around = etree.Element(_SEQUENCE, nsmap=child.nsmap)  # type: ignore[arg-type]  # a prefix may be None: lxml-stubs do not know
        child.addprevious(around)
        around.append(child)
    return bool(found)


def _fixed_by_default(root: etree._Element) -> bool:
    """Give an empty element its fixed value, just as it has its default."""
    found = [one for one in root.iter(f"{{{XSD}}}element") if one.get("fixed") is not None and one.get("default") is None]
    for element in found:
        element.set("default", element.get("fixed", ""))
    return bool(found)


def _white_space(root: etree._Element) -> bool:
    """Make a string with a rule of its own for white space the built-in type with that rule."""
    changed = False
    for rule in root.iter(f"{{{XSD}}}whiteSpace"):
        restriction, named = rule.getparent(), _AS.get(rule.get("value", ""))
        if restriction is None or named is None:
            continue
        prefix, _, base = restriction.get("base", "").rpartition(":")
        if base in ("string", "normalizedString") and restriction.nsmap.get(prefix or None) == XSD:
            restriction.set("base", f"{prefix}:{named}" if prefix else named)
            changed = True
    return changed


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
