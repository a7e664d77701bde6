"""Contracts whose reply has groups within groups, by a seed, and replies of them with the values that were put into each.

Valid is what libxml2 says is valid; what a reply's values are is noted while it is written, and not worked out from the contract again.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from gateway.sdk.contracts.wsdl_schema import schema_of

#: A built-in type, texts of it, and what each means.
SIMPLE: dict[str, list[tuple[str, Any]]] = {
    "x:string": [("测试甲", "测试甲"), (" a  b ", " a  b "), ("<&>", "<&>")],
    "x:token": [(" a \n b ", "a b"), ("　全角　", "　全角　")],
    "x:boolean": [("true", True), ("1", True), (" false\n", False), ("0", False)],
    "x:int": [("7", 7), ("-2147483648", -(2**31)), (" +05 ", 5)],
    "x:decimal": [("1.50", Decimal("1.50")), ("-.5", Decimal("-0.5")), ("+3.", Decimal(3))],
    "x:double": [("1e3", 1000.0), ("-INF", float("-inf"))],
    "x:date": [("2026-03-02", dt.date(2026, 3, 2)), ("0001-01-01Z", dt.date(1, 1, 1))],
    "x:dateTime": [
        ("2026-03-02T09:30:00Z", dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)),
        ("2026-03-02T24:00:00", dt.datetime(2026, 3, 3)),  # noqa: DTZ001  # one without a zone
        ("2026-03-02T09:30:00.1234567Z", dt.datetime(2026, 3, 2, 9, 30, 0, 123456, dt.UTC)),
    ],
    "x:time": [("09:30:00", dt.time(9, 30)), ("24:00:00", dt.time(0))],
    "x:duration": [("P1DT2H", dt.timedelta(days=1, hours=2)), ("-PT1.5S", dt.timedelta(seconds=-1.5))],
    "x:gYear": [("2026", (2026, None)), ("-0044Z", (-44, dt.UTC))],
    "x:gYearMonth": [("2026-11", (2026, 11, None))],
    "x:gMonthDay": [("--02-29", (2, 29, None))],
    "x:gDay": [("---05", (5, None))],
    "x:gMonth": [("--05", (5, None))],
    "x:base64Binary": [("YWJj", b"abc"), ("", b""), (" YW\nJj ", b"abc")],
    "x:hexBinary": [("0aFF", "0aFF")],
    "t:Colour": [("red", "red")],
    "t:Codes": [("1 2\n3", [1, 2, 3]), (" 4 ", [4])],
}
#: Of these every text is a value, but for an enumeration's rule, which the schema holds, and an adapter's model.
TEXTS = frozenset({"x:string", "x:token", "t:Colour"})


@dataclass(slots=True)
class Contents:
    """One contract. ``xsd`` is the content of its reply; ``flat`` whether no group is within another."""

    random: random.Random
    names: int = 0
    types: list[str] = field(default_factory=list)
    flat: bool = True

    def name(self) -> str:
        """A name that no other element has."""
        self.names += 1
        return f"e{self.names}"


@dataclass(slots=True)
class Leaf:
    """An element: its type, or what is within it."""

    name: str
    kind: str
    least: int
    most: int
    nillable: bool
    attribute: bool
    content: Group | None


@dataclass(slots=True)
class Group:
    """A sequence, choice or all. ``named`` refers to a group that is defined elsewhere."""

    order: str
    least: int
    most: int
    parts: list[Leaf | Group]


def occurrences(rnd: random.Random, *, group: bool) -> tuple[int, int]:
    """How often something may be there."""
    common = [(1, 1), (1, 1), (0, 1)]
    return rnd.choice([*common, (0, 3), (1, 3), (2, 2)] if not group else [*common, (0, 3), (1, 2)])


def leaf(made: Contents, depth: int) -> Leaf:
    rnd = made.random
    least, most = occurrences(rnd, group=False)
    content = group(made, depth + 1, top=True) if depth < 3 and rnd.random() < 0.25 else None
    return Leaf(made.name(), rnd.choice(list(SIMPLE)), least, most, rnd.random() < 0.1, rnd.random() < 0.3, content)


def group(made: Contents, depth: int, *, top: bool = False) -> Group:
    rnd = made.random
    order = rnd.choice(["sequence", "sequence", "choice"] if not top else ["sequence", "sequence", "choice", "all"])
    least, most = occurrences(rnd, group=True) if order != "all" and (not top or rnd.random() < 0.3) else (1, 1)
    parts: list[Leaf | Group] = []
    for _ in range(rnd.randint(1, 4)):
        if order != "all" and depth < 4 and rnd.random() < 0.4:
            parts.append(group(made, depth + 1))
        else:
            one = leaf(made, depth)
            if order == "all":
                one.most, one.least = 1, min(one.least, 1)
            parts.append(one)
    if order == "choice" or most > 1 or any(isinstance(part, Group) for part in parts):
        made.flat = False
    if order == "choice" and rnd.random() < 0.4:
        _share(parts, rnd)
    made_group = Group(order, least, most, parts)
    if most > 1:
        _tell_apart(made_group, made)
    return made_group


def _tell_apart(group: Group, made: Contents) -> None:
    """Let an item of a group that repeats begin with what begins no other: else nobody could say where one ends."""
    if group.order == "sequence":
        group.parts.insert(0, Leaf(made.name(), "x:int", 1, 1, False, False, None))
        return
    for part in group.parts:
        part.least = part.most = 1
        if isinstance(part, Group):
            _tell_apart(part, made)


def _share(parts: list[Leaf | Group], rnd: random.Random) -> None:
    """Let two branches end with an element of the same name: only one of both is there."""
    branches = [one for one in parts if isinstance(one, Group) and one.order == "sequence" and one.most == 1 and one.parts]
    firsts = [one.parts[0] for one in branches]
    if len(branches) > 1 and all(isinstance(one, Leaf) and one.least for one in firsts):
        shared = Leaf(f"{firsts[0].name}s", rnd.choice(list(SIMPLE)), 1, 1, False, False, None)  # type: ignore[union-attr]  # all are
        for branch in branches[:2]:
            branch.parts.append(shared)


def xsd_of(part: Leaf | Group, made: Contents) -> str:
    """A part as XML Schema writes it; some groups are defined elsewhere, and some types extend one of their parts."""
    bounds = f' minOccurs="{part.least}"' * (part.least != 1) + f' maxOccurs="{part.most}"' * (part.most != 1)
    if isinstance(part, Leaf):
        attribute = '<x:attribute name="mark" type="x:int"/>' if part.attribute else ""
        head = f'<x:element name="{part.name}"{bounds}' + ' nillable="true"' * part.nillable
        if part.content is None and not attribute:
            return f'{head} type="{part.kind}"/>'
        if part.content is None:
            inner = f'<x:simpleContent><x:extension base="{part.kind}">{attribute}</x:extension></x:simpleContent>'
        elif made.random.random() < 0.3 and _splits(part.content):
            base = f"T{len(made.types)}"
            made.types.append("")
            before = Group("sequence", 1, 1, part.content.parts[:1]) if len(part.content.parts[:1]) != 1 else part.content.parts[0]
            first = before if isinstance(before, Group) else Group("sequence", 1, 1, [before])
            after = part.content.parts[1:]
            rest = after[0] if len(after) == 1 and isinstance(after[0], Group) else Group("sequence", 1, 1, after)
            made.types.append(f'<x:complexType name="{base}">{xsd_of(first, made)}</x:complexType>')
            inner = f'<x:complexContent><x:extension base="t:{base}">{xsd_of(rest, made)}{attribute}</x:extension></x:complexContent>'
        else:
            inner = f"{xsd_of(part.content, made)}{attribute}"
        return f"{head}><x:complexType>{inner}</x:complexType></x:element>"
    inside = "".join(xsd_of(one, made) for one in part.parts)
    if part.order != "all" and made.random.random() < 0.15:
        name = f"G{len(made.types)}"
        made.types.append(f'<x:group name="{name}"><x:{part.order}>{inside}</x:{part.order}></x:group>')
        return f'<x:group ref="t:{name}"{bounds}/>'
    return f"<x:{part.order}{bounds}>{inside}</x:{part.order}>"


def _splits(content: Group) -> bool:
    return content.order == "sequence" and (content.least, content.most) == (1, 1) and len(content.parts) > 1


class Reply:
    """Writes one valid reply of a content, and notes its values."""

    def __init__(self, rnd: random.Random) -> None:
        self._rnd = rnd
        #: Where a text stands that may be no value: what is put there instead must be a doubt.
        self.texts: list[etree._Element] = []

    def fill(self, node: etree._Element, content: Group) -> dict[str, Any]:
        """Write a content's children into an element; gives their values."""
        values: dict[str, Any] = {}
        self._group(node, content, values, _numbers(content))
        return values

    def _times(self, part: Leaf | Group) -> int:
        return self._rnd.randint(part.least, part.most)

    def _group(self, node: etree._Element, group: Group, values: dict[str, Any], numbers: dict[int, str]) -> None:
        for _ in range(self._times(group)):
            inside, within = values, numbers
            if group.most > 1:
                inside = {}
                values.setdefault(numbers[id(group)], []).append(inside)
                within = _numbers(Group(group.order, 1, 1, group.parts))
            before = len(node)
            parts = list(group.parts)
            if group.order == "choice":
                parts = [self._rnd.choice(parts)]
            elif group.order == "all":
                self._rnd.shuffle(parts)
            for part in parts:
                if isinstance(part, Leaf):
                    self._leaf(node, part, inside)
                else:
                    self._group(node, part, inside, within)
            if group.most > 1 and len(node) == before:  # nothing at all: there is no telling that it was there
                values[numbers[id(group)]].pop()

    def _leaf(self, node: etree._Element, leaf: Leaf, values: dict[str, Any]) -> None:
        found = [self._one(node, leaf) for _ in range(self._times(leaf))]
        if leaf.most > 1:
            values.setdefault(leaf.name, []).extend(found)
        elif found:
            values[leaf.name] = found[0]

    def _one(self, node: etree._Element, leaf: Leaf) -> Any:
        one = etree.SubElement(node, f"{{urn:t}}{leaf.name}")
        if leaf.nillable and self._rnd.random() < 0.5:
            one.set("{http://www.w3.org/2001/XMLSchema-instance}nil", "true")
            return None
        marked = {}
        if leaf.attribute and self._rnd.random() < 0.7:
            one.set("mark", "5")
            marked = {"mark": 5}
        if leaf.content is not None:
            return {**self.fill(one, leaf.content), **marked}
        text, value = self._rnd.choice(SIMPLE[leaf.kind])
        one.text = text
        if leaf.kind not in TEXTS:
            self.texts.append(one)
        return {"_value_1": value, **marked} if leaf.attribute else value


def _numbers(content: Group) -> dict[int, str]:
    """The names of the groups that repeat, of one dict of values."""
    found: dict[int, str] = {}

    def walk(group: Group) -> None:
        if group.most > 1:
            found[id(group)] = f"_value_{len(found) + 1}"
            return
        for part in group.parts:
            if isinstance(part, Group):
                walk(part)

    walk(content)
    return found


def plain(value: Any) -> Any:
    """Values without what is not there: zeep has names for some of that, and leaves others out."""
    if isinstance(value, dict):
        kept = {name: plain(one) for name, one in value.items()}
        return {name: one for name, one in kept.items() if one is not None and one not in ([], {})}
    return [plain(one) for one in value] if isinstance(value, list) else value


def contract(seed: int, folder: Path) -> tuple[Path, Group, bool] | None:
    """Write the WSDL of a seed; None where libxml2 says that its schema is none."""
    made = Contents(random.Random(seed))
    content = group(made, 0, top=True)
    # Something beside it, so that the values are not unwrapped.
    whole = Group("sequence", 1, 1, [Leaf("number", "x:string", 1, 1, False, False, None), Leaf("body", "", 1, 1, False, True, content)])
    body = xsd_of(whole, made)
    file = folder / f"s{seed}.wsdl"
    file.write_text(_WSDL.format(body=body, types="".join(made.types)))
    return None if schema_of(file)[0] is None else (file, whole, made.flat)


def enveloped(node: etree._Element) -> str:
    """The text of an envelope around a reply."""
    inner = etree.tostring(node, encoding="unicode")
    return f'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>{inner}</e:Body></e:Envelope>'


def reply(seed: int, whole: Group) -> tuple[etree._Element, dict[str, Any], list[etree._Element]]:
    """A valid reply, its values, and the elements in it that hold a text which could be no value."""
    writer = Reply(random.Random(seed))
    node = etree.Element("{urn:t}askResponse", nsmap={"t": "urn:t"})
    return node, writer.fill(node, whole), writer.texts


_WSDL = """<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:b="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:t="urn:t"
    xmlns:x="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t">
  <types><x:schema targetNamespace="urn:t" elementFormDefault="qualified">
    <x:simpleType name="Colour"><x:restriction base="x:string"><x:enumeration value="red"/></x:restriction></x:simpleType>
    <x:simpleType name="Codes"><x:list itemType="x:int"/></x:simpleType>
    {types}
    <x:element name="ask" type="x:string"/>
    <x:element name="askResponse"><x:complexType>{body}</x:complexType></x:element>
  </x:schema></types>
  <message name="in"><part name="p" element="t:ask"/></message><message name="out"><part name="p" element="t:askResponse"/></message>
  <portType name="P"><operation name="ask"><input message="t:in"/><output message="t:out"/></operation></portType>
  <binding name="B" type="t:P"><b:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="ask"><b:operation soapAction=""/><input><b:body use="literal"/></input><output><b:body use="literal"/></output>
    </operation></binding>
  <service name="S"><port name="One" binding="t:B"><b:address location="http://department.invalid/"/></port></service>
</definitions>"""
