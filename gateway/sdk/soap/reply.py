"""Replies read by a plan: what zeep says of an operation is walked once, at start, and not at every call.

A plan gives, for replies that it covers, the values that zeep gives for them. For all others it raises ``NotCoveredError``: those
that do not fit too, so that it is zeep that judges them. Faults never come here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from lxml import etree
from zeep.helpers import serialize_object
from zeep.xsd import AnyAttribute, ComplexType, String
from zeep.xsd.context import XmlParserContext
from zeep.xsd.types.simple import AnySimpleType

from gateway.sdk.soap.described import TEXT_FIELD, Described, NotCoveredError, elements_of, is_simple, most_of, reply_body, text_type

_Read: TypeAlias = "Callable[[etree._Element], Any]"  # noqa: SLF001  # what lxml calls the class of its elements
#: An element's place among its siblings, the name of its value, how often it may be there, whether it must, and its reader.
_Field: TypeAlias = "tuple[int, str, float, bool, _Read]"

_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


class ReplyPlan:
    """Reads one operation's replies. Raises ``NotCoveredError`` when all of them are zeep's."""

    def __init__(self, message: Described) -> None:
        body = reply_body(message)
        self._types, self._settings = message.wsdl.types, message.wsdl.settings
        self._of_types: dict[int, _Read] = {}
        self._envelope_tag = f"{{{message.nsmap['soap-env']}}}Envelope"
        self._body_tag = f"{{{message.nsmap['soap-env']}}}Body"
        self._read = self._text_or_elements(body.type, root=True)
        self._unwrapped = self._way_to_the_value(body.type)

    def read(self, envelope: etree._Element, body: etree._Element) -> object:
        """Give the values of an envelope with this ``body``, in zeep's way: without a wrapper that holds a single element."""
        if envelope.tag != self._envelope_tag or body.tag != self._body_tag:
            raise NotCoveredError
        value = self._read(body[0])
        for name in self._unwrapped:
            if type(value) is dict:
                value = value[name]
        return value

    def _way_to_the_value(self, kind: Described) -> tuple[str, ...]:
        """The names of the wrappers with a single thing in them, which zeep leaves out: two at most."""
        inside = [*kind.elements, *kind.attributes]
        if len(inside) != 1:
            return ()
        name, only = inside[0]
        inner = only.type
        if isinstance(inner, AnySimpleType) or only.accepts_multiple:
            return (name,)
        if self._of_types.get(id(inner)) is None:
            raise NotCoveredError  # zeep reads it, and what it gives decides how far it is unwrapped
        if len(inner.elements) == 1 and not inner.attributes:
            return (name, inner.elements[0][0])
        return (name,)

    def _element(self, element: Described) -> _Read:
        """One occurrence of an element; what the plan does not cover is read by zeep, from there on down."""
        kind = element.type
        if is_simple(kind) and type(kind).parse_xmlelement is AnySimpleType.parse_xmlelement:
            return _simple(kind)
        if isinstance(kind, ComplexType):
            try:
                return self._complex(kind)
            except NotCoveredError:
                pass

        def by_zeep(node: etree._Element) -> object:
            context = XmlParserContext(settings=self._settings)  # type: ignore[no-untyped-call]  # zeep does not annotate it
            value = element.parse(node, self._types, allow_none=True, context=context)
            return serialize_object(value, dict)  # type: ignore[no-untyped-call]  # zeep does not annotate it

        return by_zeep

    def _complex(self, kind: Described) -> _Read:
        """A complex type below the root; made once, since types may hold themselves."""
        key = id(kind)
        if key not in self._of_types:

            def later(node: etree._Element) -> object:
                return self._of_types[key](node)

            self._of_types[key] = later
            try:
                self._of_types[key] = self._text_or_elements(kind, root=False)
            except NotCoveredError:
                del self._of_types[key]
                raise
        return self._of_types[key]

    def _text_or_elements(self, kind: Described, *, root: bool) -> _Read:
        attributes = kind.attributes
        if (text := text_type(kind)) is not None:
            if type(text).parse_xmlelement is not AnySimpleType.parse_xmlelement:
                raise NotCoveredError
            return _text_with_attributes(_simple(text), attributes)
        elements = elements_of(kind)
        if not elements and not attributes:
            return _nothing
        by_tag = {
            one.qname.text: (place, name, most_of(one), not one.is_optional, self._element(one))
            for place, (name, one) in enumerate(elements)
        }
        children = _children(by_tag, {name: one.default_value for name, one in attributes})
        with_attributes = _attributes(attributes)

        def read(node: etree._Element) -> object:
            if not len(node) and not root and not node.items():
                return None
            return with_attributes(children(node), node)

        return read


def _children(by_tag: Mapping[str, _Field], attributes: Mapping[str, object]) -> Callable[[etree._Element], dict[str, Any]]:
    """Reads the elements within one, each where it belongs; what is not there is None, or an empty list."""
    blank: dict[str, Any] = {name: None for _, name, *_ in by_tag.values()}
    blank |= attributes
    lists = tuple(name for _, name, most, *_ in by_tag.values() if most != 1)
    required = sum(is_required for *_, is_required, _ in by_tag.values())

    def read(node: etree._Element) -> dict[str, Any]:
        values = blank.copy()
        for name in lists:
            values[name] = []
        last, missing = -1, required
        for child in node:
            field = by_tag.get(child.tag)
            if field is None:
                raise NotCoveredError
            place, name, most, is_required, one = field
            if place > last:
                last = place
                missing -= is_required
                values[name] = one(child) if most == 1 else [one(child)]
            elif place == last and most != 1 and len(values[name]) < most:
                values[name].append(one(child))
            else:
                raise NotCoveredError
        if missing:
            raise NotCoveredError
        return values

    return read


def _simple(kind: Described) -> _Read:
    convert, as_it_is = kind.pythonvalue, type(kind).pythonvalue is String.pythonvalue

    def read(node: etree._Element) -> object:
        if node.items() and node.get(_XSI_TYPE) is not None:
            raise NotCoveredError
        text = node.text
        return text if as_it_is or text is None else convert(text)

    return read


def _nothing(node: etree._Element) -> None:
    if node.items():
        raise NotCoveredError


def _text_with_attributes(read_text: _Read, attributes: list[tuple[str, Described]]) -> _Read:
    blank = {name: one.default_value for name, one in attributes}
    with_attributes = _attributes(attributes)

    def read(node: etree._Element) -> object:
        return with_attributes({TEXT_FIELD: read_text(node), **blank}, node)

    return read


def _attributes(attributes: list[tuple[str, Described]]) -> Callable[[dict[str, Any], etree._Element], dict[str, Any]]:
    """Puts the attributes that an element has into its values. Of a type that takes any, zeep reads those that have one."""
    takes_any = any(isinstance(one, AnyAttribute) for _, one in attributes)
    known = {} if takes_any else {one.qname.text: (name, one) for name, one in attributes}

    def with_attributes(values: dict[str, Any], node: etree._Element) -> dict[str, Any]:
        for key, text in node.items():
            if key not in known:
                raise NotCoveredError
            name, one = known[key]
            values[name] = one.parse(text)
        return values

    return with_attributes
