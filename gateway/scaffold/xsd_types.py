"""zeep's types of messages as our description of them, under the names that zeep gives their values."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any, Final

from zeep import xsd
from zeep.xsd.elements.indicators import OrderIndicator
from zeep.xsd.types import builtins
from zeep.xsd.types.collection import ListType
from zeep.xsd.types.simple import AnySimpleType

from gateway.scaffold.description import Gap, Kind, Limits, ListOf, OneOf, Scalar, Structure, Type, TypedField
from gateway.scaffold.names import Names
from gateway.scaffold.xsd_notes import Name, Rules, SchemaNotes

#: By zeep's classes, the more special before what they derive from.
_KINDS: Final[tuple[tuple[Any, Kind], ...]] = (
    (builtins.Boolean, "boolean"),
    (builtins.Integer, "integer"),
    (builtins.Decimal, "decimal"),
    ((builtins.Float, builtins.Double), "number"),
    (builtins.DateTime, "datetime"),
    (builtins.Date, "date"),
    (builtins.Time, "time"),
    (builtins.Duration, "duration"),
    (builtins.Base64Binary, "base64"),
    # zeep gives and wants tuples for parts of a date: left to who knows what they are for.
    ((builtins.gYear, builtins.gYearMonth, builtins.gMonth, builtins.gMonthDay, builtins.gDay), "anything"),
    ((builtins.String, builtins.AnyURI, builtins.QName, builtins.HexBinary), "text"),
)
#: zeep's name of what has none: the text of an element, or what repeats.
SINGLE: Final = "_value_1"
#: The rules of built-in types, the more special before what they derive from. An int's and a long's are left out: nobody reads them.
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


class XsdTypes:
    """Describes zeep's types; what it cannot describe becomes a gap."""

    def __init__(self, notes: SchemaNotes, gaps: list[Gap], vocabulary: Collection[str] = ()) -> None:
        self._notes, self._gaps, self._vocabulary = notes, gaps, vocabulary
        self._known: dict[int, Structure] = {}
        self._kept: list[Any] = []  # what _known names by its id must stay alive

    def structure_of(self, kind: Any, name: str) -> Structure:  # noqa: ANN401  # zeep's, which has no types
        """A complex type as a structure (one without a name is called ``name``)."""
        if (known := self._known.get(id(kind))) is not None:
            return known
        self._kept.append(kind)
        owner = _owner(kind, name)
        structure = Structure(name=owner[1] or name, doc=self._notes.of_type(owner))
        self._known[id(kind)] = structure
        if not isinstance(kind, xsd.ComplexType):  # a message whose only part is a simple value
            structure.fields = [self._field(SINGLE, self.of(kind, owner, ""), required=True, doc="", names=self._names())]
            return structure
        structure.fields = list(self._fields(kind, owner))
        return structure

    def of(self, kind: Any, owner: Name, child: str) -> Type:  # noqa: ANN401  # as above
        """A type as it stands at ``child`` of ``owner``."""
        if isinstance(kind, xsd.ComplexType):
            if (array := kind._array_type) is not None:  # noqa: SLF001  # zeep does not say otherwise that it is a SOAP array
                return ListOf(item=self.of(array.array_type, owner, child))
            return self.structure_of(kind, child)
        if isinstance(kind, ListType):
            return ListOf(item=self.of(kind.item_type, owner, child))
        if isinstance(kind, AnySimpleType):
            return self._scalar(kind, owner, child)
        return Scalar(kind="anything")

    def _names(self) -> Names:
        return Names(vocabulary=self._vocabulary)

    def reply(self, message: Any) -> tuple[Type | None, str]:  # noqa: ANN401  # as above
        """What zeep gives for a reply: without a wrapper that holds a single thing, twice at most (``SoapMessage.deserialize``).

        Gives the name of the single thing too.
        """
        if message is None or message.body is None:
            return None, ""
        whole = self.structure_of(message.body.type, message.body.qname.localname)
        if message.header is not None and message.header.type._element:  # noqa: SLF001  # as zeep itself asks it
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

    def _fields(self, kind: Any, owner: Name) -> Iterator[TypedField]:  # noqa: ANN401  # as above
        names = self._names()
        inner = kind._element  # noqa: SLF001  # elements_nested hides that it is a text
        if isinstance(inner, xsd.Element):  # a text with attributes
            yield self._field(SINGLE, self.of(inner.type, owner, ""), required=not inner.is_optional, doc="", names=names)
        else:
            for name, group in kind.elements_nested:
                yield from self._group(group, name, owner, names, required=True, choice="")
        for name, attribute in kind.attributes:
            if isinstance(attribute, xsd.AnyAttribute):
                continue
            at = f"@{attribute.name}"
            doc = self._notes.of_child(owner, at)
            yield self._field(name, self.of(attribute.type, owner, at), required=bool(attribute.required), doc=doc, names=names)

    def _group(self, group: Any, name: str, owner: Name, names: Names, *, required: bool, choice: str) -> Iterator[TypedField]:  # noqa: ANN401  # as above
        """The fields of a sequence, an all or a choice; of one that repeats, a list of such."""
        if isinstance(group, xsd.Group):
            group = group.child
        if not isinstance(group, OrderIndicator):
            yield from self._member(group, name, owner, names, required=required, choice=choice)
            return
        is_choice = isinstance(group, xsd.Choice)
        if group.accepts_multiple:
            item = Structure(name=f"{owner[1]}Item")
            item.fields = list(self._members(group, owner, self._names(), required=not is_choice, choice=owner[1] if is_choice else ""))
            yield self._field(
                name, ListOf(item=item, least=group.min_occurs), required=required and group.min_occurs > 0, doc="", names=names
            )
            return
        needed = required and group.min_occurs > 0 and not is_choice
        yield from self._members(group, owner, names, required=needed, choice=f"{choice}/{id(group)}" if is_choice else choice)

    def _members(self, group: Any, owner: Name, names: Names, *, required: bool, choice: str) -> Iterator[TypedField]:  # noqa: ANN401  # as above
        for name, one in group.elements_nested:
            yield from self._group(one, name, owner, names, required=required, choice=choice)

    def _member(self, one: Any, name: str, owner: Name, names: Names, *, required: bool, choice: str) -> Iterator[TypedField]:  # noqa: ANN401  # as above
        if isinstance(one, xsd.Any):
            self._gaps.append(Gap(where=f"{owner[1]}.{name}", what="the contract lets any XML stand here: fill in what is meant"))
            yield self._field(name, Scalar(kind="anything"), required=False, doc="Any XML.", names=names)
            return
        kind = self.of(one.type, owner, one.name)
        if one.accepts_multiple:
            most = None if one.max_occurs == "unbounded" else int(one.max_occurs)
            kind = ListOf(item=kind, least=int(one.min_occurs), most=most)
        doc = self._notes.of_child(owner, one.name)
        needed = required and not one.is_optional
        field = self._field(name, kind, required=needed, doc=doc, names=names, nullable=bool(one.nillable))
        field.choice = choice
        yield field

    @staticmethod
    def _field(wire: str, kind: Type, *, required: bool, doc: str, names: Names, nullable: bool = False) -> TypedField:
        return TypedField(wire=wire, name=names.named(wire), type=kind, required=required, nullable=nullable, doc=doc)

    def _scalar(self, kind: Any, owner: Name, child: str) -> Scalar:  # noqa: ANN401  # as above
        found: Kind = next((name for classes, name in _KINDS if isinstance(kind, classes)), "anything")
        qname = kind.qname
        rules = self._notes.rules((qname.namespace or "", qname.localname) if qname is not None else None, owner, child)
        values: tuple[str | int | bool, ...] = rules.values if found == "text" else ()
        if found == "integer":
            values = tuple(int(value) for value in rules.values if re.fullmatch(r"[+-]?\d+", value))
        _add_built_in(rules, kind)
        return Scalar(kind=found, values=values, limits=_limits(found, rules))


def _owner(kind: Any, name: str) -> Name:  # noqa: ANN401  # as above
    qname = getattr(kind, "qname", None)
    return ("", name) if qname is None else (qname.namespace or "", qname.localname)


def _is_attribute(kind: Any, name: str) -> bool:  # noqa: ANN401  # as above
    return any(name == one for one, _ in kind.attributes)


def _maybe(field: TypedField, *, outer_required: bool) -> Type:
    """The type of a field on its own, with nothing among its options when it may be missing."""
    if (field.required and outer_required and not field.nullable) or isinstance(field.type, ListOf):
        return field.type
    return OneOf(options=(field.type, Scalar(kind="nothing")))


def _add_built_in(rules: Rules, kind: Any) -> None:  # noqa: ANN401  # as above
    """Add what the built-in type that a type derives from says; what the contract says counts."""
    of_type = next((limits for classes, limits in _BUILT_IN if isinstance(kind, classes)), {})
    rules.patterns = rules.patterns or ((of_type["pattern"],) if "pattern" in of_type else ())
    for name, opposite in (("ge", "gt"), ("le", "lt")):  # in this order, so that the same contract gives the same models
        if name in of_type and name not in rules.limits and opposite not in rules.limits:
            rules.limits[name] = of_type[name]
    if isinstance(kind, builtins.HexBinary):  # its lengths are those of what is written in two digits a byte
        rules.limits |= {name: str(2 * int(text)) for name, text in rules.limits.items() if name in _LENGTHS and text.isdigit()}


def _limits(kind: Kind, rules: Rules) -> Limits:
    """Those rules that pydantic can hold a value of this kind to."""
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
    """Whether a pattern of XML Schema means the same in Python and in pydantic: escapes of its own and subtractions do not."""
    if re.search(r"\\[icIC]|(?<!\\)-\[|\\[pP]", pattern):
        return False
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
