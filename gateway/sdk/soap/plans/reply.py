"""Replies read by a plan: zeep's description of an operation is walked once, at start, and not at every call.

For the replies that it covers, a plan gives the same values as zeep. For all others it raises ``NotCoveredError``, also for those that do
not fit, so that zeep judges them. Faults never come here.

zeep is taught the constructs that it reads wrongly (choices and groups within groups): a plan's reader takes the place of zeep's wherever
one occurs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any, TypeAlias

from lxml import etree
from zeep.exceptions import XMLParseError
from zeep.helpers import serialize_object
from zeep.xsd import AnyAttribute, ComplexType, String
from zeep.xsd.context import XmlParserContext

from gateway.sdk.soap.plans.content import (
    TEXT_FIELD,
    Described,
    NotCoveredError,
    Values,
    content_of,
    is_simple,
    most_of,
    reply_body,
    text_type,
)
from gateway.sdk.soap.plans.content_reader import content_reader
from gateway.sdk.soap.plans.simple_values import of_node

_Read: TypeAlias = "Callable[[etree._Element], Any]"

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_XSI_TYPE, _XSI_NIL = f"{_XSI}type", f"{_XSI}nil"
#: The address of a reply's own schema, which is no part of the reply.
_PASSED_OVER = frozenset({f"{_XSI}schemaLocation", f"{_XSI}noNamespaceSchemaLocation"})


class Readers:
    """Readers of the elements of one contract, made once a type. ``types`` and ``settings`` are zeep's."""

    def __init__(self, types: Described, settings: Described) -> None:
        self._types, self._settings = types, settings
        self._of_types: dict[int, _Read] = {}
        self._whole: dict[int, _Read] = {}

    def covers(self, kind: Described) -> bool:
        """Tell whether a plan reads this complex type, once the reader of such an element was made."""
        return id(kind) in self._of_types

    def element(self, element: Described) -> _Read:
        """Read one occurrence of an element. From a part that no plan covers, zeep reads on down."""
        kind = element.type
        read = self._of_kind(element)
        if element.nillable and not is_simple(kind):
            within = read

            def read(node: etree._Element) -> object:
                return None if node.get(_XSI_NIL) in ("true", "1") else within(node)

        if most_of(element) != 1 and self.covers(kind):
            return self._item(element, read)
        return read

    def _item(self, element: Described, read: _Read) -> _Read:
        """Read an item of a list. An empty item is a value with nothing in it, but an empty single element is None, as in zeep."""
        key = id(element.type)

        def item(node: etree._Element) -> object:
            value = read(node)
            if value is not None or node.items():
                return value
            try:
                return self._whole[key](node)
            except NotCoveredError:
                return None

        return item

    def _of_kind(self, element: Described) -> _Read:
        kind = element.type
        if is_simple(kind):
            return _simple(kind, element.default)
        if isinstance(kind, ComplexType):
            try:
                return self.complex(kind)
            except NotCoveredError:
                pass
        return partial(self._by_zeep, element, allow_none=True)

    def _by_zeep(self, one: Described, node: etree._Element, **how: bool) -> object:
        context = XmlParserContext(settings=self._settings)  # type: ignore[no-untyped-call]  # zeep does not annotate it
        return serialize_object(one.parse(node, self._types, context=context, **how), dict)  # type: ignore[no-untyped-call]  # as above

    def complex(self, kind: Described) -> _Read:
        """Read a complex type below the root. The reader is made once, since types may hold themselves. Raises ``NotCoveredError``."""
        key = id(kind)
        if key not in self._of_types:

            def later(node: etree._Element) -> object:
                return self._of_types[key](node)

            self._of_types[key] = later
            try:
                whole = self._whole[key] = self.whole(kind)
            except NotCoveredError:
                del self._of_types[key]
                raise

            def read(node: etree._Element) -> object:
                return None if not len(node) and not node.items() else whole(node)

            self._of_types[key] = whole if text_type(kind) is not None else read
        return self._of_types[key]

    def later(self, kind: Described) -> Callable[[etree._Element], Values]:
        """Read a complex type with choices and the like by a reader that is made at its first use."""
        made = cache(partial(self._any_content, kind))

        def read(node: etree._Element) -> Values:
            values: Values = made()(node)
            return values

        return read

    def whole(self, kind: Described) -> _Read:
        """Read a complex type, also when it is empty. Raises ``NotCoveredError``."""
        if (text := text_type(kind)) is not None:
            return _text_with_attributes(_simple(text), kind.attributes)
        content = content_of(kind)
        if content.is_plain and not content.parts and not kind.attributes:
            return _nothing
        within = self._any_content(kind)

        def read(node: etree._Element) -> object:
            if node.get(_XSI_TYPE) is not None:
                raise NotCoveredError
            try:
                return within(node)
            except XMLParseError:
                raise NotCoveredError from None

        return read

    def _any_content(self, kind: Described) -> _Read:
        """Read a complex type that is no text, passing over unknown attributes."""
        children = content_reader(content_of(kind), self._total, self._wildcard)
        attributes = {name: one.default_value for name, one in kind.attributes}
        known = {one.qname.text: (name, one) for name, one in kind.attributes if not isinstance(one, AnyAttribute)}
        others = next((name for name, one in kind.attributes if isinstance(one, AnyAttribute)), None)

        def read(node: etree._Element) -> object:
            values = {**children(node), **attributes}
            rest = {}
            for key, text in node.items():
                if key in known:
                    name, one = known[key]
                    values[name] = one.parse(text)
                elif key != _XSI_TYPE:
                    rest[key] = text
            if others is not None and node.items():
                values[others] = rest
            return values

        return read

    def _total(self, element: Described) -> _Read:
        """Read one occurrence of an element, and leave to zeep what its plan does not cover."""
        read = self.element(element)

        def total(node: etree._Element) -> object:
            try:
                return read(node)
            except NotCoveredError:
                return self._by_zeep(element, node, allow_none=True)

        return total

    def _wildcard(self, wildcard: Described) -> _Read:
        return partial(self._by_zeep, wildcard)


class ReplyPlan:
    """The plan of one operation's replies. Raises ``NotCoveredError`` when all of them are zeep's."""

    def __init__(self, message: Described, readers: Readers) -> None:
        body = reply_body(message)
        self._readers = readers
        self._envelope_tag = f"{{{message.nsmap['soap-env']}}}Envelope"
        self._body_tag = f"{{{message.nsmap['soap-env']}}}Body"
        self._read = readers.whole(body.type)
        self._unwrapped = self._way_to_the_value(body.type)

    def read(self, envelope: etree._Element, body: etree._Element) -> object:
        """Give the values of an envelope with this ``body``, in zeep's way: without a wrapper that holds a single element."""
        if envelope.tag != self._envelope_tag or body.tag != self._body_tag or body[0].get(_XSI_TYPE) is not None:
            raise NotCoveredError
        value = self._read(body[0])
        for name in self._unwrapped:
            if type(value) is dict:
                value = value[name]
        return value

    def _way_to_the_value(self, kind: Described) -> tuple[str, ...]:
        """Give the names of the wrappers with a single thing in them, at most two, which zeep leaves out."""
        if len(inside := _inside(kind)) != 1:
            return ()
        [(name, only)] = inside.items()
        inner = getattr(only, "type", None)
        if not isinstance(inner, ComplexType) or only.accepts_multiple:
            return (name,)
        if not self._readers.covers(inner):
            raise NotCoveredError  # zeep reads it, and its value decides how far it is unwrapped
        if not inner.attributes and len(within := _inside(inner)) == 1:
            return (name, *within)
        return (name,)


def _inside(kind: Described) -> dict[str, Described]:
    """Give zeep's descriptions of a type's values, by their names."""
    try:
        elements = {part.name: part.described for part in content_of(kind).values}
    except NotCoveredError:
        elements = dict(kind.elements)
    return elements | dict(kind.attributes)


def _simple(kind: Described, default: str | None = None) -> _Read:
    as_it_is = default is None and type(kind).pythonvalue is String.pythonvalue
    convert = of_node(kind, default)

    def read(node: etree._Element) -> object:
        if node.items() and node.get(_XSI_TYPE) is not None:
            raise NotCoveredError
        return node.text if as_it_is and not len(node) else convert(node)

    return read


def _nothing(node: etree._Element) -> None:
    if node.items():
        raise NotCoveredError


def _text_with_attributes(read_text: _Read, attributes: list[tuple[str, Described]]) -> _Read:
    """Read a text with attributes. If a type takes any, zeep reads the elements that have one."""
    blank = {name: one.default_value for name, one in attributes}
    takes_any = any(isinstance(one, AnyAttribute) for _, one in attributes)
    known = {} if takes_any else {one.qname.text: (name, one) for name, one in attributes}

    def read(node: etree._Element) -> object:
        values: Values = {TEXT_FIELD: read_text(node), **blank}
        for key, text in node.items():
            if key in known:
                name, one = known[key]
                values[name] = one.parse(text)
            elif key not in _PASSED_OVER:
                raise NotCoveredError
        return values

    return read
