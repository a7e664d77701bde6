"""zeep's types of messages as our description, under the names that zeep gives their values."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from zeep import xsd
from zeep.xsd.types import builtins
from zeep.xsd.types.collection import ListType
from zeep.xsd.types.simple import AnySimpleType

from gateway.scaffold.contract.description import Gap, Kind, Limits, ListOf, OneOf, Scalar, Structure, Type, TypedField
from gateway.scaffold.contract.names import Names
from gateway.scaffold.samples.patterns import compiles, of_xml_schema
from gateway.scaffold.wsdl.judge import decimal_places, judge
from gateway.scaffold.wsdl.notes import Name, Rules, SchemaNotes
from gateway.sdk.soap.plans.content import ContentPart, NotCoveredError, content_of
from gateway.sdk.soap.plans.simple_values import outline

#: By zeep's classes, derived ones first.
_KINDS: Final[tuple[tuple[Any, Kind], ...]] = (
    (builtins.Boolean, "boolean"),
    (builtins.Integer, "integer"),
    (builtins.Decimal, "decimal"),
    ((builtins.Float, builtins.Double), "number"),
    (builtins.DateTime, "datetime"),
    (builtins.Date, "date"),
    (builtins.Time, "time"),
    (builtins.Base64Binary, "base64"),
    # In XML Schema's form, since Python has nothing for parts of a date, nor for a month's duration.
    ((builtins.Duration, builtins.gYear, builtins.gYearMonth, builtins.gMonth, builtins.gMonthDay, builtins.gDay), "text"),
    ((builtins.String, builtins.AnyURI, builtins.QName, builtins.HexBinary), "text"),
)
#: zeep's name for a value without one: the text of an element, or a repeated group.
SINGLE: Final = "_value_1"
#: The rules of built-in types, derived ones first. An int's and a long's are left out, because nobody reads them.
_BUILT_IN: Final[tuple[tuple[Any, dict[str, str]], ...]] = (
    (builtins.UnsignedByte, {"ge": "0", "le": "255"}),
    (builtins.UnsignedShort, {"ge": "0", "le": "65535"}),
    (builtins.Byte, {"ge": "-128", "le": "127"}),
    (builtins.Short, {"ge": "-32768", "le": "32767"}),
    (builtins.PositiveInteger, {"ge": "1"}),
    (builtins.NonNegativeInteger, {"ge": "0"}),
    (builtins.NegativeInteger, {"le": "-1"}),
    (builtins.NonPositiveInteger, {"le": "0"}),
    (builtins.Language, {"pattern": "[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"}),
    (builtins.HexBinary, {"pattern": "([0-9a-fA-F]{2})*"}),
)
_LENGTHS: Final = frozenset({"min_length", "max_length"})
_BOUNDS: Final = frozenset({"ge", "gt", "le", "lt"})


@dataclass(frozen=True, slots=True)
class _Place:
    """A part of a type's content, whether it must be there, and the branches of choices that it stands in (``TypedField.choice``)."""

    part: ContentPart
    required: bool
    choice: str


def _content(kind: object) -> ContentPart:
    try:
        return content_of(kind)
    except NotCoveredError:
        return ContentPart("sequence", "", 1, 1)


def _places(group: ContentPart, *, required: bool, choice: str, at: str = "") -> Iterator[_Place]:
    """Give each part of a group whose values stand beside each other. ``at`` is the place of the group itself."""
    is_choice = group.order == "choice"
    for number, part in enumerate(group.parts):
        here = f"{at}{number}"
        branch = f"{choice}/{at}choice.{number}" if is_choice else choice
        needed = required and not is_choice
        if part.name:
            yield _Place(part, needed, branch.removeprefix("/"))
        else:
            yield from _places(part, required=needed and part.least > 0, choice=branch, at=f"{here}-")


class XsdTypes:
    """The description of zeep's types. A type that it cannot describe becomes a gap."""

    def __init__(self, notes: SchemaNotes, gaps: list[Gap], vocabulary: Collection[str] = ()) -> None:
        self._notes, self._gaps, self._vocabulary = notes, gaps, vocabulary
        self._known: dict[int, Structure] = {}
        self._kept: list[Any] = []  # the types in _known, which must stay alive because their id names them

    def structure_of(self, kind: object, name: str) -> Structure:
        """Describe a complex type as a structure (one without a name is called ``name``)."""
        if (known := self._known.get(id(kind))) is not None:
            return known
        self._kept.append(kind)
        owner = _owner(kind, name)
        structure = Structure(name=owner[1] or name, doc=self._notes.of_type(owner), abstract=self._notes.is_abstract(owner))
        self._known[id(kind)] = structure
        if not isinstance(kind, xsd.ComplexType):  # a message whose only part is a simple value
            structure.fields = [self._field(SINGLE, self.of(kind, owner, ""), required=True, doc="", names=self._names())]
            return structure
        structure.fields = list(self._fields(kind, owner))
        return structure

    def of(self, kind: object, owner: Name, child: str) -> Type:
        """Describe a type as it stands at ``child`` of ``owner``."""
        if isinstance(kind, xsd.ComplexType):
            if (array := kind._array_type) is not None:
                return ListOf(item=self.of(array.array_type, owner, child))
            return self.structure_of(kind, child)
        if isinstance(kind, ListType):
            return ListOf(item=self.of(kind.item_type, owner, child))
        if isinstance(kind, AnySimpleType):
            return self._scalar(kind, owner, child)
        return Scalar(kind="anything")

    def _names(self) -> Names:
        return Names(vocabulary=self._vocabulary)

    def reply(self, message: Any) -> tuple[Type | None, str]:
        """Describe zeep's value of a reply: without a wrapper that holds a single thing, twice at most (``SoapMessage.deserialize``).

        Gives the name of the single thing too.
        """
        if message is None or message.body is None:
            return None, ""
        whole = self.structure_of(message.body.type, message.body.qname.localname)
        if message.header is not None and message.header.type._element:
            headers = Structure(name=f"{whole.name}Headers", fields=self.structure_of(message.header.type, "Header").fields)
            for one in headers.fields:
                one.required = False
            with_header = Structure(
                name=f"{whole.name}WithHeader",
                fields=[
                    TypedField(wire="header", name="header", type=headers, required=False),
                    TypedField(wire="body", name="body", type=whole),
                ],
            )
            return with_header, ""
        if not whole.fields:
            return None, ""
        if len(whole.fields) > 1:
            return whole, ""
        only = whole.fields[0]
        inner = only.type
        if isinstance(inner, Structure) and len(inner.fields) == 1 and not _is_attribute(message.body.type, only.wire):
            return _maybe(inner.fields[0], outer_required=only.required), inner.fields[0].name
        return _maybe(only, outer_required=True), only.name

    def _fields(self, kind: Any, owner: Name) -> Iterator[TypedField]:
        names = self._names()
        inner = kind._element
        if isinstance(inner, xsd.Element):  # a text with attributes
            yield self._field(SINGLE, self.of(inner.type, owner, ""), required=not inner.is_optional, doc="", names=names)
        else:
            yield from self._content(_content(kind), owner, names)
        for name, attribute in kind.attributes:
            if isinstance(attribute, xsd.AnyAttribute):
                continue
            at = f"@{attribute.name}"
            if self._notes.is_prohibited(owner, at):
                continue
            doc = self._notes.of_child(owner, at)
            yield self._field(name, self.of(attribute.type, owner, at), required=bool(attribute.required), doc=doc, names=names)

    def _content(self, content: ContentPart, owner: Name, names: Names) -> Iterator[TypedField]:
        """Describe the fields of a group's values, one for each name, in whichever branches of a choice it stands."""
        found: dict[str, list[_Place]] = {}
        for place in _places(content, required=True, choice=""):
            found.setdefault(place.part.name, []).append(place)
        for name, places in found.items():
            several = max(places, key=lambda place: place.part.most)
            field = self._member(several.part, name, owner, names, required=places[0].required)
            field.choice = "|".join(place.choice for place in places if place.choice)
            yield field

    def _member(self, part: ContentPart, name: str, owner: Name, names: Names, *, required: bool) -> TypedField:
        needed, most = required and part.least > 0, None if part.most == float("inf") else int(part.most)
        if part.order == "any":
            self._gaps.append(Gap(where=f"{owner[1]}.{name}", what="the contract lets any XML stand here: fill in what is meant"))
            return self._field(name, Scalar(kind="anything"), required=False, doc="Any XML.", names=names)
        if part.order != "element":
            item = Structure(name=f"{owner[1]}Item")
            item.fields = list(self._content(part, owner, self._names()))
            return self._field(name, ListOf(item=item, least=part.least), required=needed, doc="", names=names)
        one = part.described
        kind = self.of(one.type, owner, one.name)
        if most != 1:
            kind = ListOf(item=kind, least=part.least, most=most)
        doc = self._notes.of_child(owner, one.name)
        return self._field(name, kind, required=needed, doc=doc, names=names, nullable=bool(one.nillable))

    @staticmethod
    def _field(wire: str, kind: Type, *, required: bool, doc: str, names: Names, nullable: bool = False) -> TypedField:
        return TypedField(wire=wire, name=names.named(wire), type=kind, required=required, nullable=nullable, doc=doc)

    def _scalar(self, kind: Any, owner: Name, child: str) -> Scalar:
        found: Kind = next((name for classes, name in _KINDS if isinstance(kind, classes)), "anything")
        qname = kind.qname
        rules = self._notes.rules((qname.namespace or "", qname.localname) if qname is not None else None, owner, child)
        if child and (fixed := self._notes.fixed(owner, child)) is not None:
            rules.values = (fixed,)
        values = _values(found, rules)
        holds, places = judge(kind, replace(rules, limits=dict(rules.limits))), 0
        if found == "decimal" and rules.patterns:
            places, most, holds = decimal_places(rules.patterns, holds)
            rules.limits |= {"decimal_places": str(most)} if most is not None else {}
        elif not values and rules.values:  # numbers and dates have no Literal, so their patterns tell them
            rules.patterns = tuple(re.escape(value) for value in rules.values)
            holds = judge(kind, Rules(patterns=rules.patterns))
        _add_built_in(rules, kind)
        form = ""
        if (said := outline(kind)) is not None:
            form, pattern = said
            rules.patterns = rules.patterns or (pattern,)
        patterns = tuple(of_xml_schema(pattern) for pattern in rules.patterns)
        return Scalar(kind=found, values=values, limits=_limits(found, rules), format=form, patterns=patterns, holds=holds, places=places)


def _owner(kind: object, name: str) -> Name:
    qname = getattr(kind, "qname", None)
    return ("", name) if qname is None else (qname.namespace or "", qname.localname)


def _is_attribute(kind: Any, name: str) -> bool:
    return any(name == one for one, _ in kind.attributes)


def _maybe(field: TypedField, *, outer_required: bool) -> Type:
    """Give the type of a field on its own, with null among its options when it may be missing."""
    if (field.required and outer_required and not field.nullable) or isinstance(field.type, ListOf):
        return field.type
    return OneOf(options=(field.type, Scalar(kind="nothing")))


def _values(kind: Kind, rules: Rules) -> tuple[str | int | bool, ...]:
    """Give the only values of a type that can have a Literal."""
    match kind:
        case "text":
            return rules.values
        case "integer":
            return tuple(int(value) for value in rules.values if re.fullmatch(r"[+-]?\d+", value))
        case "boolean":
            return tuple(value in {"true", "1"} for value in rules.values)
        case _:
            return ()


def _add_built_in(rules: Rules, kind: object) -> None:
    """Add the rules of the built-in type that a type derives from, over which the contract's take precedence."""
    of_type = next((limits for classes, limits in _BUILT_IN if isinstance(kind, classes)), {})
    rules.patterns = rules.patterns or ((of_type["pattern"],) if "pattern" in of_type else ())
    for name, opposite in (("ge", "gt"), ("le", "lt")):  # in this order, so that the same contract gives the same models
        if name in of_type and name not in rules.limits and opposite not in rules.limits:
            rules.limits[name] = of_type[name]
    if isinstance(kind, builtins.HexBinary):  # its lengths count bytes, each of which is written in two digits
        rules.limits |= {name: str(2 * int(text)) for name, text in rules.limits.items() if name in _LENGTHS and text.isdigit()}


def _limits(kind: Kind, rules: Rules) -> Limits:
    """Give the rules that pydantic can hold a value of this kind to."""
    limits: dict[str, int | float | str] = {}
    for name, text in rules.limits.items():
        if kind == "text" and name in _LENGTHS and text.isdigit():
            limits[name] = int(text)
        elif (
            kind in {"integer", "decimal", "number"} and (name in _BOUNDS or kind == "decimal") and re.fullmatch(r"[+-]?\d+(\.\d+)?", text)
        ):
            limits[name] = int(text) if "." not in text else float(text)
    if kind == "text" and len(rules.patterns) == 1 and usable(rules.patterns[0]):
        limits["pattern"] = f"^(?:{rules.patterns[0]})$"
    return limits


def usable(pattern: str) -> bool:
    """Tell whether a pattern of XML Schema means the same in Python and in pydantic, unlike its own escapes and subtractions."""
    return not re.search(r"\\[icIC]|\[[^\[\]]*-\[|\\[pP]", pattern) and compiles(pattern)
