"""Requests written from a plan: zeep's description of an operation is walked once, at start, and not at every call.

For the arguments that it covers, a plan writes the same as zeep, prefixes included. For all others it raises ``NotCoveredError``, also for
wrong ones, so that zeep says what is wrong.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from lxml import etree
from zeep.xsd import AnyAttribute, ComplexType, String
from zeep.xsd.types.collection import ListType
from zeep.xsd.types.simple import AnySimpleType

from gateway.sdk.soap.plans.content import (
    TEXT_FIELD,
    Described,
    NotCoveredError,
    Values,
    content_of,
    is_simple,
    most_of,
    request_body,
    text_type,
)
from gateway.sdk.soap.plans.content_writer import Write, content_writer

#: Prefixes by namespace, as declared by the elements around.
_Scope = Mapping[str, str]

#: Classes whose text zeep takes from the type alone. Others may carry a type of their own.
_SCALARS = frozenset({str, int, float, bool, Decimal, date, datetime, time, timedelta, bytes})
_NIL = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>'
#: Characters that lxml refuses, and those that it escapes.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL = re.compile('[\x00-\x1f&<>"\ud800-\udfff\ufffe\uffff]')
_IN_TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_IN_ATTRIBUTE = {**_IN_TEXT, '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}
#: Stands in for a prefix until its number is known. No value can hold it, because it is among the illegal.
_MARK = "\x00"


class RequestPlan:
    """The plan of one operation's requests. Raises ``NotCoveredError`` when all of them are zeep's."""

    def __init__(self, message: Described) -> None:
        self._of_types: dict[tuple[int, tuple[tuple[str, str], ...]], Write] = {}
        body = request_body(message)
        scope = {message.nsmap["soap-env"]: "soap-env"}
        declares = ""
        if (namespace := body.qname.namespace) and namespace not in scope:
            declares = f' xmlns:ns0="{_attribute(_known(namespace))}"'
            scope[namespace] = "ns0"
        self._first_number = 1 if declares else 0
        self._write = self._one(body, scope, declares)
        self._takes_text = is_simple(body.type)

    def write(self, arguments: Mapping[str, object]) -> str:
        """Write the element within the envelope's Body."""
        out: list[str] = []
        if self._takes_text and arguments.keys() != {TEXT_FIELD}:
            raise NotCoveredError
        self._write(out, arguments[TEXT_FIELD] if self._takes_text else dict(arguments), itertools.count(self._first_number))
        return "".join(out)

    def _field(self, element: Described, scope: _Scope) -> Write:
        """Write an element as often as it is there."""
        namespace = element.qname.namespace
        if namespace and namespace not in scope:
            # Its prefix is the next free number of the envelope, which the values around it decide.
            mark = f"{_MARK}{len(scope)}{_MARK}"
            declares = f' xmlns:{mark}="{_attribute(_known(namespace))}"'
            one = _numbered(self._one_or_refusal(element, {**scope, namespace: mark}, declares), mark)
            nil = _numbered(_constant(f"<{mark}:{element.name}{declares}{_NIL}"), mark)
        else:
            one = self._one_or_refusal(element, scope, "")
            nil = _constant(f"<{_tag(element, scope)}{_NIL}")
        if element.accepts_multiple:
            return _repeated(element, one)

        def write(out: list[str], value: object, numbers: Iterator[int]) -> None:
            if value is not None:
                one(out, value, numbers)
            elif element.nillable and not element.is_optional:
                nil(out, value, numbers)
            elif not element.is_optional:
                raise NotCoveredError

        return write

    def _one_or_refusal(self, element: Described, scope: _Scope, declares: str) -> Write:
        try:
            return self._one(element, scope, declares)
        except NotCoveredError:
            return _refuse

    def _one(self, element: Described, scope: _Scope, declares: str) -> Write:
        """Write one occurrence of an element, with its tags."""
        tag, kind = _tag(element, scope), element.type
        if is_simple(kind):
            return _simple(tag, declares, kind)
        if not isinstance(kind, ComplexType):
            raise NotCoveredError
        attributes = [(name, _attribute_writer(one), one.default_value) for name, one in kind.attributes]
        inside = self._inside(kind, scope)

        def write(out: list[str], value: object, numbers: Iterator[int]) -> None:
            if type(value) is not dict:
                raise NotCoveredError
            out.append(f"<{tag}{declares}")
            for name, attribute, default in attributes:
                attribute(out, value.get(name, default), numbers)
            out.append(">")
            before = len(out)
            inside(out, value, numbers)
            if len(out) == before:
                out[-1] = "/>"
            else:
                out.append(f"</{tag}>")

        return write

    def _inside(self, kind: Described, scope: _Scope) -> Write:
        """Write the content of a complex type. The writer is made once a type, since types may hold themselves."""
        key = (id(kind), tuple(sorted(scope.items())))
        if key not in self._of_types:

            def later(out: list[str], value: object, numbers: Iterator[int]) -> None:
                self._of_types[key](out, value, numbers)

            self._of_types[key] = later
            try:
                self._of_types[key] = self._text_or_elements(kind, scope)
            except NotCoveredError:
                self._of_types[key] = _refuse
                raise
        elif self._of_types[key] is _refuse:
            raise NotCoveredError
        return self._of_types[key]

    def _text_or_elements(self, kind: Described, scope: _Scope) -> Write:
        attributes = frozenset(name for name, _ in kind.attributes)
        if (text := text_type(kind)) is not None:
            to_text, known = _to_text(text), attributes | {TEXT_FIELD}

            def write_text(out: list[str], value: Values, _: Iterator[int]) -> None:
                if not value.keys() <= known:
                    raise NotCoveredError
                out.append(_text(to_text(value.get(TEXT_FIELD))))

            return write_text
        content = content_of(kind)
        names = attributes | {part.name for part in content.values}
        within = content_writer(content, lambda element: self._field(element, scope))

        def write(out: list[str], value: Values, numbers: Iterator[int]) -> None:
            if not value.keys() <= names:
                raise NotCoveredError
            within(out, value, numbers)

        return write


def _tag(element: Described, scope: _Scope) -> str:
    namespace = element.qname.namespace
    return f"{scope[namespace]}:{element.name}" if namespace else str(element.name)


def _known(namespace: str) -> str:
    """Give the namespace. Raises ``NotCoveredError`` for one for which lxml has a prefix of its own."""
    prefix = etree.SubElement(etree.Element("x"), f"{{{namespace}}}x").prefix
    if prefix != "ns0":
        raise NotCoveredError
    return namespace


def _refuse(_: list[str], __: object, ___: Iterator[int]) -> None:
    raise NotCoveredError


def _constant(text: str) -> Write:
    return lambda out, _, __: out.append(text)


def _numbered(write: Write, mark: str) -> Write:
    def write_numbered(out: list[str], value: object, numbers: Iterator[int]) -> None:
        prefix = f"ns{next(numbers)}"
        inner: list[str] = []
        write(inner, value, numbers)
        out.append("".join(inner).replace(mark, prefix))

    return write_numbered


def _repeated(element: Described, one: Write) -> Write:
    least, most = element.min_occurs, most_of(element)

    def write(out: list[str], value: object, numbers: Iterator[int]) -> None:
        if value is None and element.is_optional:
            return
        if type(value) is not list or not least <= len(value) <= most:
            raise NotCoveredError
        for item in value:
            one(out, item, numbers)

    return write


def _simple(tag: str, declares: str, kind: Described) -> Write:
    if type(kind).render is not AnySimpleType.render and not isinstance(kind, ListType):
        raise NotCoveredError
    to_text, before, after = _to_text(kind), f"<{tag}{declares}>", f"</{tag}>"

    def write(out: list[str], value: object, _: Iterator[int]) -> None:
        out.append(f"{before}{_text(to_text(value))}{after}")

    return write


def _to_text(kind: Described) -> Callable[[object], str]:
    """Make a function that writes a value as zeep does."""
    if isinstance(kind, ListType):
        of_item = _to_text(kind.item_type)

        def to_texts(value: object) -> str:
            if type(value) is not list:
                raise NotCoveredError
            return " ".join(of_item(item) for item in value)

        return to_texts
    convert, as_it_is = kind.xmlvalue, type(kind).xmlvalue is String.xmlvalue

    def to_text(value: object) -> str:
        if as_it_is and type(value) is str:
            return value
        if type(value) not in _SCALARS:
            raise NotCoveredError
        text = convert(value)
        if type(text) is bytes:  # base64
            return text.decode("ascii")
        if type(text) is not str:
            raise NotCoveredError
        return text

    return to_text


def _attribute_writer(attribute: Described) -> Write:
    def write_none(_: list[str], value: object, __: Iterator[int]) -> None:
        if value is not None:
            raise NotCoveredError

    # A namespace would need a prefix, and a wildcard names of its own. zeep writes both, when there is a value.
    if isinstance(attribute, AnyAttribute) or attribute.qname.namespace:
        return _refuse if not isinstance(attribute, AnyAttribute) and attribute.required else write_none
    to_text, name = _to_text(attribute.type), attribute.name

    def write(out: list[str], value: object, _: Iterator[int]) -> None:
        if value is not None:
            out.append(f' {name}="{_attribute(to_text(value))}"')
        elif attribute.required:
            raise NotCoveredError

    return write


def _text(text: str) -> str:
    return _escaped(text, _IN_TEXT) if _SPECIAL.search(text) else text


def _attribute(text: str) -> str:
    return _escaped(text, _IN_ATTRIBUTE) if _SPECIAL.search(text) else text


def _escaped(text: str, by: Mapping[str, str]) -> str:
    if _ILLEGAL.search(text):
        raise NotCoveredError
    for plain, escape in by.items():
        text = text.replace(plain, escape)
    return text
