"""Sentences are filled, joined and listed in both languages alike."""

from __future__ import annotations

from gateway.model.service import Text
from gateway.texts.sentences import TextOf, joined, listed, name, side_by_side

APPLE = Text(zh="苹果", en="an apple")


def test_a_place_is_filled_by_the_word_of_its_language() -> None:
    eaten = TextOf[Text, str]("{1} 吃了{0.zh}", "{1} ate {0.en}")
    assert eaten(APPLE, "{0}") == Text(zh="{0} 吃了苹果", en="{0} ate an apple")


def test_several_texts_become_one() -> None:
    assert joined(APPLE, name("!")) == Text(zh="苹果!", en="an apple!")
    assert listed(iter([APPLE, name("x")])) == Text(zh="苹果、x", en="an apple, x")
    assert side_by_side(APPLE) == "苹果 / an apple"
