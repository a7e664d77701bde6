"""A value is held to its simple type by XML Schema's own rules."""

from __future__ import annotations

from typing import Any

import pytest
from zeep.xsd.types import builtins

from gateway.scaffold.wsdl.judge import decimal_places, judge
from gateway.scaffold.wsdl.notes import Rules


@pytest.mark.parametrize(
    ("kind", "rules", "takes", "refuses"),
    [
        (builtins.String, Rules(patterns=("[A-Z]+", r"\d{2}")), ("AB", "12"), ("a", "1")),
        (builtins.String, Rules(patterns=(r"\i\c*-[a-z-[aeiou]]",)), ("a1-b",), ("1a-b", "a1-e")),
        (builtins.String, Rules(limits={"min_length": "2"}), ("ab",), ("a",)),
        (builtins.Decimal, Rules(limits={"decimal_places": "1", "lt": "3"}), (2.5, 1), (2.55, 3)),
        (builtins.Boolean, Rules(), (True,), ("yes",)),
        (builtins.gYear, Rules(), ("2026",), ("26",)),
        (builtins.String, Rules(), ("",), ("\x00",)),
        (builtins.String, Rules(patterns=("[",)), ("anything, since the pattern is none",), ()),
    ],
)
def test_what_the_type_takes(kind: Any, rules: Rules, takes: tuple[object, ...], refuses: tuple[object, ...]) -> None:
    holds = judge(kind(), rules)
    assert [value for value in (*takes, *refuses) if holds(value)] == list(takes)


@pytest.mark.parametrize(
    ("pattern", "least", "most"),
    [
        (r"\d+\.\d{2}", 2, 2),
        (r"\d+(\.\d{1,3})?", 0, 3),
        (r"\d+\.\d+", 1, None),
        (r"\d+", 0, 0),
        (r"[^0-9]+", 0, None),  # no number at all
    ],
)
def test_how_many_decimal_places_a_pattern_wants(pattern: str, least: int, most: int | None) -> None:
    kind: Any = builtins.Decimal
    found_least, found_most, holds = decimal_places((pattern,), judge(kind(), Rules(patterns=(pattern,))))
    assert (found_least, found_most) == (least, most)
    assert holds(7) is (pattern != r"[^0-9]+")
