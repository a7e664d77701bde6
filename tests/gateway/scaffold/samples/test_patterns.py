"""A text is made that a pattern matches, or none is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.scaffold.samples.patterns import matching


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[0-9]{17}[0-9X]$",
        r"[A-Z]{2}\-[1-9][0-9]?",
        r"^1[3-9]\d{9}$",
        r"^(?:渝|川)\(\d{4}\)[^a-z]+第\d{9}号$",
        r"^(a|b)(\1)c*$",
        r"^\S(.*\S)?$",
        r"^$",
        r"[^abc]x{2,}",
        r"^.{5}$",
        r"^\w+@\w+\.cn$",
    ],
)
def test_what_is_made_matches(pattern: str) -> None:
    for variant in (0, 1):
        text = matching(pattern, variant)
        assert text is not None
        assert re.search(pattern, text)


def test_another_variant_is_another_text_where_there_is_room() -> None:
    assert matching("^[0-9]{4}$", 0) != matching("^[0-9]{4}$", 1)


@pytest.mark.parametrize("pattern", ["(", r"a(?!a)aaa{99999999999}", r"^(?=b)a$"])
def test_none_is_said_where_none_was_found(pattern: str) -> None:
    assert matching(pattern) is None


@given(st.from_regex(r"^(\[[a-c]-[x-z]\]|\\d|[a-z]|\(x\|y\))([*+?]|\{1,3\})?\Z"))
def test_simple_patterns_are_always_met(pattern: str) -> None:
    text = matching(pattern)
    assert text is not None
    assert re.fullmatch(pattern, text)
