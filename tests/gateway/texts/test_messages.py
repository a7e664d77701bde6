"""Every text in both languages, with the same places to fill in."""

from __future__ import annotations

import string

import pytest

from gateway.texts.messages import _TEXTS, say, say_types


@pytest.mark.parametrize("key", sorted(_TEXTS))
def test_both_languages_say_something_and_take_the_same_values(key: str) -> None:
    chinese, english = _TEXTS[key]
    assert any("一" <= character <= "鿿" for character in chinese)
    assert english.isascii() or "±" in english or "“" in english
    places = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (chinese, english)]
    assert places[0] == places[1]


def test_say() -> None:
    assert say("minLength", "en", limit=3) == "must have at least 3 characters"
    assert say("minLength", "zh-CN", limit=3) == "至少 3 个字符"
    assert say_types(["string", "null"], "en") == "a string or null"
    assert say_types(["string", "null"], "zh-CN") == "文本或空值"
