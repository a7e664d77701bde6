"""Valid sample values of a type: the contract's own examples first, then the plainest value that keeps its rules."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import jsonschema_rs

from gateway.scaffold.description import ListOf, MapOf, OneOf, Scalar, Structure, Type, TypedField
from gateway.scaffold.patterns import matching

#: Names of people who do not exist; a text that may be anything is one of these, so that it shows where it must not.
_PEOPLE = ("测试甲", "测试戊")
_WORD = "sample"
_PLAIN = {
    "date": ("2026-03-02", "2026-03-03"),
    "datetime": ("2026-03-02T09:30:00+08:00", "2026-03-03T09:30:00+08:00"),
    "time": ("08:20:00", "10:40:00"),  # within no datetime: what is looked for in another's request must not be found in its dates
    "duration": ("P1D", "P2D"),
    "uuid": ("3f2b6c1e-8a54-4c53-9d0e-5b1d7a9c4e10", "7c9e6679-7425-40de-944b-e07fc1f90ae7"),
    "base64": (base64.b64encode(b"sample").decode(), base64.b64encode(b"another").decode()),
}
#: Texts of a format that a sandbox holds them to. None is about anybody: the names are those that are kept for examples.
_OF_FORMAT = {
    "email": ("sample@example.org", "another@example.org"),
    "hostname": ("sample.example.org", "another.example.org"),
    "ipv4": ("192.0.2.1", "192.0.2.2"),
    "ipv6": ("2001:db8::1", "2001:db8::2"),
    "uri": ("https://example.org/sample", "https://example.org/another"),
    "json-pointer": ("/sample", "/another"),
    "relative-json-pointer": ("0/sample", "0/another"),
    "regex": ("sample", "another"),
    # XML Schema's names of texts that are parts of a date, and of durations.
    "gYear": ("2026", "2027"),
    "gYearMonth": ("2026-11", "2027-12"),
    "gMonthDay": ("--11-26", "--12-27"),
    "gMonth": ("--11", "--12"),
    "gDay": ("---26", "---27"),
    "duration": ("P1D", "P2D"),
}
for _same, _as in {
    "idn-email": "email",
    "idn-hostname": "hostname",
    "iri": "uri",
    "uri-reference": "uri",
    "iri-reference": "uri",
    "uri-template": "uri",
}.items():
    _OF_FORMAT[_same] = _OF_FORMAT[_as]
#: JSON Schema's names of the kinds that are a format.
_FORMATS = {"date": "date", "datetime": "date-time", "time": "time", "duration": "duration", "uuid": "uuid"}
#: Deeper than this nothing optional is filled in.
_DEEP = 4

Naming = Literal["wire", "ours"]


@dataclass(slots=True)
class Sampler:
    """Makes values by the contract's names (``wire``) or by ours. ``variant`` 1 makes another value than 0 wherever there is room;
    without ``people`` a text that may be anything is a word, since it is about nobody; ``unmet`` collects where no valid value was found.
    """

    naming: Naming
    variant: int = 0
    people: bool = True
    unmet: list[str] = field(default_factory=list)

    def value(self, kind: Type, where: str = "", depth: int = 0) -> Any:  # noqa: ANN401  # JSON, of whatever type is asked for
        """A value of a type, as JSON has it."""
        match kind:
            case Scalar():
                return self._scalar(kind, where)
            case ListOf(item=item, least=least):
                if depth > _DEEP and not least:
                    return []
                return [self.value(item, f"{where}[]", depth + 1) for _ in range(max(1, least))]
            case MapOf(value=value):
                return {} if depth > _DEEP else {"a": self.value(value, f"{where}.*", depth + 1)}
            case OneOf(options=options):
                return self.value(min(options, key=_weight), where, depth)
            case Structure():
                return dict(self._fields(kind, where, depth))

    def of_field(self, one: TypedField, where: str = "") -> Any:  # noqa: ANN401  # as value()
        """A field's value."""
        if one.place in {"path", "query", "header"} and isinstance(one.type, Scalar):
            return self._addressed(one.type, where)
        return self.value(one.type, where)

    def _fields(self, structure: Structure, where: str, depth: int) -> Iterator[tuple[str, Any]]:
        chosen: dict[str, str] = {}
        for one in structure.fields:
            if one.choice:
                plain = not isinstance(one.type, Scalar) or one.type.kind != "anything"
                if not plain or _holds(one.type, structure) or not _stands(one.choice, chosen):
                    continue
            elif not one.required and (depth > _DEEP or (isinstance(one.type, Scalar) and one.type.kind == "anything")):
                continue
            inside = f"{where}.{one.wire}" if where else one.wire
            if not one.required and _holds(one.type, structure):
                continue
            name = one.wire if self.naming == "wire" else one.name
            if one.place in {"path", "query", "header"} and isinstance(one.type, Scalar):
                yield name, self._addressed(one.type, inside)
            else:
                yield name, self.value(one.type, inside, depth + 1)

    def _addressed(self, kind: Scalar, where: str) -> Any:  # noqa: ANN401  # as value()
        """A value that may stand in an address or a header: never a name."""
        value = self._scalar(kind, where)
        return f"sample-{self.variant + 1}" if value in _PEOPLE else value

    def _scalar(self, kind: Scalar, where: str) -> Any:  # noqa: ANN401  # as value()
        if kind.values:
            return kind.values[min(self.variant, len(kind.values) - 1)]
        if kind.example is not None and not self.variant and _keeps(kind, kind.example):
            return kind.example
        match kind.kind:
            case "boolean":
                return True
            case "integer" | "decimal" | "number":
                return self._number(kind)
            case "anything":
                return "sample"
            case "object":
                return {}
            case "text":
                return self._text(kind, where)
            case _:
                return _PLAIN[kind.kind][self.variant]

    def _number(self, kind: Scalar) -> int | float | str:
        limits = kind.limits
        least = float(limits["ge"]) if "ge" in limits else float(limits["gt"]) + 1 if "gt" in limits else 1.0
        most = float(limits["le"]) if "le" in limits else float(limits["lt"]) - 1 if "lt" in limits else least + 1
        value = min(least + self.variant, most)
        if step := limits.get("multiple_of"):
            value = -(-value // float(step)) * float(step)
        return int(value) if value == int(value) else value

    def _text(self, kind: Scalar, where: str) -> str:
        limits = kind.limits
        least, most = int(limits.get("min_length", 0)), limits.get("max_length")
        if kind.format in _OF_FORMAT and _keeps(kind, formed := _OF_FORMAT[kind.format][self.variant]):
            return formed
        if pattern := limits.get("pattern"):
            text = matching(str(pattern), self.variant)
            if text is not None and len(text) < least and re.fullmatch(str(pattern), padded := (text * least)[:least]):
                text = padded
            if text is not None and len(text) >= least and (most is None or len(text) <= int(most)):
                return text
            self.unmet.append(where)
            return text or ""
        text = _PEOPLE[self.variant] if self.people else _WORD
        if most is not None and int(most) < len(text):
            text = (text if not self.people else "甲" if not self.variant else "戊")[: int(most)]
        return text if len(text) >= least else (text * (least // max(1, len(text)) + 1))[:least]


def _stands(choice: str, chosen: dict[str, str]) -> bool:
    """Whether a field stands in the branches that are chosen; the first that may be there chooses those that are still open."""
    for way in choice.split("|"):
        branches = dict(step.rsplit(".", 1) for step in way.split("/"))
        if all(chosen.get(of, branch) == branch for of, branch in branches.items()):
            chosen.update(branches)
            return True
    return False


def _keeps(kind: Scalar, value: object) -> bool:
    """Whether an example keeps the rules beside it: contracts err in their examples."""
    if kind.kind == "text":
        if not isinstance(value, str):
            return False
        limits = kind.limits
        pattern = limits.get("pattern")
        if pattern and not re.search(str(pattern), value):
            return False
        fits = int(limits.get("min_length", 0)) <= len(value) <= int(limits.get("max_length", len(value)))
        return fits and (not kind.format or _is_of(kind.format, value))
    if kind.kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind.kind in {"decimal", "number"}:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind.kind == "boolean":
        return isinstance(value, bool)
    return isinstance(value, str) and kind.kind != "base64" and _is_of(_FORMATS.get(kind.kind, ""), value)


def _is_of(form: str, value: str) -> bool:
    """Whether a text is of a format; one of a format that JSON Schema does not know may be anything."""
    return jsonschema_rs.Draft202012Validator({"format": form}, validate_formats=True).is_valid(value)


def _holds(kind: Type, structure: Structure, depth: int = 0) -> bool:
    """Whether a type may hold a structure again."""
    if depth > _DEEP * 2:
        return False
    match kind:
        case Structure():
            return kind is structure or any(_holds(one.type, structure, depth + 1) for one in kind.fields)
        case ListOf(item=item):
            return _holds(item, structure, depth)
        case MapOf(value=value):
            return _holds(value, structure, depth)
        case OneOf(options=options):
            return any(_holds(option, structure, depth) for option in options)
        case _:
            return False


def _weight(kind: Type) -> int:
    """How much a value of it needs: the plainest option of several is taken."""
    return sum(1 for _ in kind.required()) if isinstance(kind, Structure) else 0
