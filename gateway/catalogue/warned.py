"""Warnings about an application that is accepted all the same, given by ``check`` and by the answer to filing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.catalogue.form import LEGACY_USCC
from gateway.model.identifiers import UsccProblem, uscc_problem
from gateway.model.service import Text
from gateway.texts.characters import code_point, first_lacking
from gateway.texts.json_schema import SchemaFields
from gateway.texts.messages import say
from gateway.texts.refusals import Language
from gateway.texts.strict_json import pointer_of
from gateway.texts.text_rule import Place, named_place


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning about one place in an application. ``step`` is the step it will trouble, or None if it concerns no single one."""

    pointer: str
    detail: str
    step: str | None = None


def unwritable(texts: Iterable[tuple[str, str]], charset: str, step: str, title: Text, language: Language) -> Iterator[Warned]:
    """Warn of each text, given with its pointer, that the step's department cannot write, which would otherwise show only after filing."""
    for pointer, text in texts:
        position = first_lacking(text, charset)
        if position is not None:
            composed = first_lacking(unicodedata.normalize("NFC", text), charset) is None
            values = {"position": position + 1, "code": code_point(text[position]), "charset": charset.upper()}
            said = say("charset_composed" if composed else "charset", language, step=title.en if language == "en" else title.zh, **values)
            yield Warned(pointer, said, step)


def legacy_codes(data: object, form: SchemaFields, language: Language) -> Iterator[Warned]:
    """Warn of each unified social credit code that was taken although its check character is wrong."""
    for place, text in _texts(data, ()):
        if len(text) == 18 and uscc_problem(text) is UsccProblem.CHECK_DIGIT:
            schema = form.at(named_place(place))
            if schema is not None and LEGACY_USCC in form.named(schema, "format"):
                pointer = "/data" + pointer_of(place)
                yield Warned(pointer, say("uscc_legacy", language))


def _texts(value: object, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _texts(member, (*place, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*place, index))
