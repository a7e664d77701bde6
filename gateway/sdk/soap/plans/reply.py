"""Replies read by a plan: zeep's description of an operation is walked once, at start, and not at every call.

For the replies that it covers, a plan gives the same values as zeep. For all others it raises ``NotCoveredError``, also for those that do
not fit, so that zeep judges them. Faults never come here.

zeep is taught the constructs that it reads wrongly (choices and groups within groups): a plan's reader takes the place of zeep's wherever
one occurs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from lxml import etree
from zeep.helpers import serialize_object
from zeep.xsd import AnyAttribute, ComplexType, String
from zeep.xsd.context import XmlParserContext

from gateway.sdk.soap.plans.content import Values, content_of
from gateway.sdk.soap.plans.content_reader import content_reader
from gateway.sdk.soap.plans.described import TEXT_FIELD, Described, NotCoveredError, is_simple, most_of, reply_body, text_type
from gateway.sdk.soap.plans.simple_values import of_node

_Read: TypeAlias = "Callable[[etree._Element], Any]"
#: An element's place among its siblings, the name of its value, how often it may be there, whether it must, and its reader.
_Field: TypeAlias = "tuple[int, str, float, bool, _Read]"

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

        def by_zeep(node: etree._Element) -> object:
            return self._by_zeep(element, node)

        return by_zeep

    def _by_zeep(self, element: Described, node: etree._Element) -> object:
        context = XmlParserContext(settings=self._settings)  # type: ignore[no-untyped-call]  # zeep does not annotate it
        value = element.parse(node, self._types, allow_none=True, context=context)
        return serialize_object(value, dict)  # type: ignore[no-untyped-call]  # zeep does not annotate it

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
        made: list[_Read] = []

        def read(node: etree._Element) -> Values:
            if not made:
                made.append(self._any_content(kind))
            values: Values = made[0](node)
            return values

        return read

    def whole(self, kind: Described) -> _Read:
        """Read a complex type, also when it is empty. Raises ``NotCoveredError``."""
        attributes = kind.attributes
        if (text := text_type(kind)) is not None:
            return _text_with_attributes(_simple(text), attributes)
        content = content_of(kind)
        if not content.is_plain:
            return _of_its_own_type(self._any_content(kind))
        elements = [(part.name, part.described) for part in content.values]
        if not elements and not attributes:
            return _nothing
        by_tag = {
            one.qname.text: (place, name, most_of(one), not one.is_optional, self.element(one))
            for place, (name, one) in enumerate(elements)
        }
        children = _children(by_tag, {name: one.default_value for name, one in attributes})
        with_attributes = _attributes(attributes)

        def read(node: etree._Element) -> object:
            return with_attributes(children(node), node)

        return read

    def _any_content(self, kind: Described) -> _Read:
        """Read a complex type with choices, wildcards or repeated groups, passing over unknown attributes."""
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
                return self._by_zeep(element, node)

        return total

    def _wildcard(self, wildcard: Described) -> _Read:
        def read(node: etree._Element) -> object:
            context = XmlParserContext(settings=self._settings)  # type: ignore[no-untyped-call]  # zeep does not annotate it
            return serialize_object(wildcard.parse(node, self._types, context=context), dict)  # type: ignore[no-untyped-call]  # as above

        return read


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


def _of_its_own_type(within: _Read) -> _Read:
    def read(node: etree._Element) -> object:
        if node.get(_XSI_TYPE) is not None:
            raise NotCoveredError
        return within(node)

    return read


def _children(by_tag: Mapping[str, _Field], attributes: Mapping[str, object]) -> Callable[[etree._Element], Values]:
    """Read an element's children, each where it belongs. An absent one is None, or an empty list."""
    blank: Values = {name: None for _, name, *_ in by_tag.values()}
    blank |= attributes
    lists = tuple(name for _, name, most, *_ in by_tag.values() if most != 1)
    required = sum(is_required for *_, is_required, _ in by_tag.values())

    def read(node: etree._Element) -> Values:
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
    blank = {name: one.default_value for name, one in attributes}
    with_attributes = _attributes(attributes)

    def read(node: etree._Element) -> object:
        return with_attributes({TEXT_FIELD: read_text(node), **blank}, node)

    return read


def _attributes(attributes: list[tuple[str, Described]]) -> Callable[[Values, etree._Element], Values]:
    """Put an element's attributes into its values. If a type takes any, zeep reads the elements that have one."""
    takes_any = any(isinstance(one, AnyAttribute) for _, one in attributes)
    known = {} if takes_any else {one.qname.text: (name, one) for name, one in attributes}

    def with_attributes(values: Values, node: etree._Element) -> Values:
        for key, text in node.items():
            if key in known:
                name, one = known[key]
                values[name] = one.parse(text)
            elif key not in _PASSED_OVER:
                raise NotCoveredError
        return values

    return with_attributes
