"""Sentences with places to fill in, in both languages, and what is made of several."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVarTuple

from gateway.model.service import Text

_Given = TypeVarTuple("_Given")


class TextOf(Generic[*_Given]):
    """A text with places to fill in: ``{0}`` takes the first that is given, of the first type, and where that is a text ``{0.zh}``."""

    def __init__(self, zh: str, en: str) -> None:
        self._zh = zh
        self._en = en

    def __call__(self, *given: *_Given) -> Text:
        """Give the text with its places filled."""
        return Text(zh=self._zh.format(*given), en=self._en.format(*given))


def name(word: str) -> Text:
    """Give a name, which is the same in both languages."""
    return Text(zh=word, en=word)


def joined(*parts: Text) -> Text:
    """Join texts into one."""
    return Text(zh="".join(part.zh for part in parts), en="".join(part.en for part in parts))


def listed(parts: Iterable[Text]) -> Text:
    """Enumerate texts."""
    several = list(parts)
    return Text(zh="、".join(one.zh for one in several), en=", ".join(one.en for one in several))


def side_by_side(text: Text) -> str:
    """Say a text in both languages at once, where the reader's is not known."""
    return f"{text.zh} / {text.en}"
