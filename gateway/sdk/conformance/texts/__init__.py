"""Sentences of the conformance suite, zh and en: those of each file of tests are in the file of the same name here."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.model.service import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """The demand of one test, and the remedy for an adapter that fails it."""

    zh: str
    en: str
    do_zh: str
    do: str


def filled(text: Text, **values: object) -> Text:
    """Fill in the places of a sentence: a text in the sentence's own language, several names as a list of them."""

    def said(language: str, comma: str) -> dict[str, object]:
        told = {name: getattr(value, language) if isinstance(value, Text) else value for name, value in values.items()}
        return {name: comma.join(value) if isinstance(value, list) else value for name, value in told.items()}

    return Text(zh=text.zh.format(**said("zh", "、")), en=text.en.format(**said("en", ", ")))
