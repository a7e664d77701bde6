"""Single sample values: the first that the contract takes of candidates from the plainest to the oddest."""

from __future__ import annotations

import base64
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import islice
from typing import Any, Final

import jsonschema_rs

from gateway.model import JsonView
from gateway.scaffold.contract.description import Scalar
from gateway.scaffold.samples.patterns import matching

#: Names of people who do not exist. A text that may be anything is one of these, so that it shows where it must not.
_PEOPLE: Final = ("测试甲", "测试戊")
_PLAIN: Final = {
    "date": ("2026-03-02", "2026-03-03"),
    "datetime": ("2026-03-02T09:30:00+08:00", "2026-03-03T09:30:00+08:00"),
    "time": ("08:20:00", "10:40:00"),  # within no datetime, since a search for another's values must not find them in a request's dates
    "duration": ("P1D", "P2D"),
    "uuid": ("3f2b6c1e-8a54-4c53-9d0e-5b1d7a9c4e10", "7c9e6679-7425-40de-944b-e07fc1f90ae7"),
    "base64": (base64.b64encode(b"sample").decode(), base64.b64encode(b"another").decode()),
    "object": ({}, {}),
    "anything": ("sample", "sample"),
    "boolean": (True, True),
    "nothing": (None, None),
}
#: Files of a multipart, each its content in JSON.
FILES: Final = tuple(
    {"name": name, "content_type": "application/pdf", "content": content}
    for name, content in zip(("sample.pdf", "another.pdf"), _PLAIN["base64"], strict=True)
)
#: Values for rules in which JSON Schema differs from XML Schema, and a contract's pattern from both.
_OTHERWISE: Final = {
    "datetime": (("2026-03-02T01:30:00Z", "2026-03-03T01:30:00Z"), ("2026-03-02T09:30:00", "2026-03-03T09:30:00")),
    "time": (("08:20:00Z", "10:40:00Z"),),
    "boolean": ((False, False),),
}
#: Texts of formats that a sandbox checks. None is about anybody, since the names are those kept for examples.
_OF_FORMAT = {
    "email": ("sample@example.org", "another@example.org"),
    "hostname": ("sample.example.org", "another.example.org"),
    "ipv4": ("192.0.2.1", "192.0.2.2"),
    "ipv6": ("2001:db8::1", "2001:db8::2"),
    "uri": ("https://example.org/sample", "https://example.org/another"),
    "json-pointer": ("/sample", "/another"),
    "relative-json-pointer": ("0/sample", "0/another"),
    "regex": ("sample", "another"),
    # XML Schema's names of durations, and of texts that are parts of a date.
    "gYear": ("2026", "2027"),
    "gYearMonth": ("2026-11", "2027-12"),
    "gMonthDay": ("--11-26", "--12-27"),
    "gMonth": ("--11", "--12"),
    "gDay": ("---26", "---27"),
    "duration": ("P1D", "P2D"),
}
_OF_FORMAT |= {f"idn-{of}": _OF_FORMAT[of] for of in ("email", "hostname")}
_OF_FORMAT |= dict.fromkeys(("iri", "uri-reference", "iri-reference", "uri-template"), _OF_FORMAT["uri"])
#: JSON Schema's formats by our kinds.
_FORMATS: Final = {"date": "date", "datetime": "date-time", "time": "time", "duration": "duration", "uuid": "uuid"}
_BOUNDS: Final[Mapping[str, Callable[[Decimal, Decimal], bool]]] = {
    "ge": operator.ge,
    "gt": operator.gt,
    "le": operator.le,
    "lt": operator.lt,
    "multiple_of": lambda value, step: value % step == 0,
}
#: The most candidates that are tried.
_MOST: Final = 40


def scalar(kind: Scalar, variant: int, *, people: bool, unmet: list[str], where: str, word: str = "sample") -> Any:  # noqa: ANN401  # JSON
    """Make a value of a kind. ``unmet`` gets its place when no candidate is one that the contract takes.

    A text that may be anything is a name, or without ``people`` a ``word``, because a name must not stand in an address.
    """
    if kind.values:
        return kind.values[variant % len(kind.values)]
    first: Any = None
    for number, value in enumerate(islice(_candidates(kind, variant, _PEOPLE[variant % 2] if people else word), _MOST)):
        if _keeps(kind, value):
            return value
        first = first if number else value
    unmet.append(where)
    return first


def _candidates(kind: Scalar, variant: int, word: str) -> Iterator[Any]:
    if kind.example is not None and not variant and _is_of_kind(kind, kind.example):
        yield kind.example
    match kind.kind:
        case "integer" | "decimal" | "number":
            whole = kind.kind == "integer"
            yield from _numbers(kind.limits, variant, whole=whole)
            yield from (int(text) if whole else float(text) for text in _matching(kind, variant, int if whole else float))
        case "text":
            yield from _texts(kind, variant, word)
        case other:
            yield _PLAIN[other][variant % 2]
            yield from (pair[variant % 2] for pair in _OTHERWISE.get(other, ()))
            yield from _matching(kind, variant, str)
            if other == "anything":
                yield from (1, True, {}, [], 0.5)
    if kind.example is not None:
        yield kind.example


def _matching(kind: Scalar, variant: int, value: Callable[[str], object]) -> Iterator[str]:
    """Give texts that match the patterns of a kind other than text, if the contract takes their values."""

    def accepts(text: str) -> bool:
        try:
            return _keeps(kind, value(text))
        except ValueError:
            return False

    first = variant % max(len(kind.patterns), 1)
    patterns = (*kind.patterns[first:], *kind.patterns[:first])
    yield from (text for pattern in patterns if (text := matching(pattern, variant, accepts)) is not None)


def _numbers(limits: JsonView, variant: int, *, whole: bool) -> Iterator[int | float]:
    low, high = (next((Decimal(str(limits[name])) for name in names if name in limits), None) for names in (("ge", "gt"), ("le", "lt")))
    step = Decimal(str(limits.get("multiple_of", 1)))
    least = Decimal(1) if low is None else low
    first = (least / step).to_integral_value(ROUND_CEILING) * step
    tried = [first + variant * step, first, first + step]
    if high is not None:
        last = (high / step).to_integral_value(ROUND_FLOOR) * step
        tried += [last - variant * step, last, last - step]
    if not whole:
        bottom = low if low is not None else (high or Decimal(0)) - 1
        top = high if high is not None else bottom + 2
        tried += [bottom + (top - bottom) * Decimal(part) / 8 for part in (4 - variant, 4, 1, 7)]
        tried = [(one / step).to_integral_value(ROUND_FLOOR) * step if "multiple_of" in limits else one for one in tried]
    for one in tried:
        if _within(one, limits):
            yield int(one) if one == one.to_integral_value() else float(one)
    yield int(first) if first == first.to_integral_value() else float(first)


def _within(value: Decimal, limits: JsonView) -> bool:
    return all(keeps(value, Decimal(str(limits[name]))) for name, keeps in _BOUNDS.items() if name in limits)


def _texts(kind: Scalar, variant: int, word: str) -> Iterator[str]:
    least, most = int(kind.limits.get("min_length", 0)), kind.limits.get("max_length")
    if kind.format in _OF_FORMAT:
        yield _OF_FORMAT[kind.format][variant % 2]
    for pattern in kind.patterns or tuple(str(kind.limits[name]) for name in ("pattern",) if name in kind.limits):
        text = matching(pattern, variant)
        if text is not None:
            yield from (text, (text * (least or 1))[: max(least, len(text))])
        found = matching(pattern, variant, lambda one: _keeps(kind, one))
        if found is not None:
            yield found
        if text is None and found is None:
            return
    text = word if variant < 2 else f"{word}{variant}"
    short = _PEOPLE[variant % 2][-1] if word in _PEOPLE else "ab"[variant % 2]
    yield _of_length(text, short, least, most)
    yield _of_length("1" * 64, "1", least, most)
    yield ""


def _of_length(text: str, short: str, least: int, most: object) -> str:
    if isinstance(most, int) and most < len(text):
        text = (text if text.isascii() else short)[:most]
    return text if len(text) >= least else ((text or short) * least)[:least]


def _keeps(kind: Scalar, value: object) -> bool:
    """Tell whether the contract takes a value, because contracts err in their examples too."""
    if kind.holds is not None:
        return kind.holds(value)
    if kind.kind == "text" and isinstance(value, str):
        pattern = kind.limits.get("pattern")
        if pattern and not re.search(str(pattern), value):
            return False
        fits = int(kind.limits.get("min_length", 0)) <= len(value) <= int(kind.limits.get("max_length", len(value)))
        return fits and (not kind.format or _is_of(kind.format, value))
    return _is_of(_FORMATS.get(kind.kind, ""), value)


def _is_of_kind(kind: Scalar, value: object) -> bool:
    """Tell whether an example is at least of the right type."""
    match kind.kind:
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "decimal" | "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "anything":
            return True
        case _:
            return isinstance(value, str) and kind.kind != "base64"


def _is_of(form: str, value: object) -> bool:
    """Tell whether a text is of a format. One that JSON Schema does not know takes any text."""
    return jsonschema_rs.Draft202012Validator({"format": form}, validate_formats=True).is_valid(value)
