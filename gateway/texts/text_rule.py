"""The one rule, defined by ``model.characters``, for all incoming texts: an application's, a revision's, a question's.

A schema marks a text with ``x-text: free`` if it may hold line breaks, tabs and spaces at its ends. Every other text is one line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from gateway.model.errors import Located
from gateway.texts.characters import code_point, is_clean, text_faults
from gateway.texts.json_schema import ITEM, SchemaFields
from gateway.texts.messages import say
from gateway.texts.refusals import Language
from gateway.texts.strict_json import nameable, pointer_part

#: Names and positions from the top of a value.
Place = tuple[str | int, ...]

#: The keyword and the one value that it takes.
TEXT_KEYWORD: Final = "x-text"
FREE: Final = "free"


def text_problems(value: object, pointer: str, language: Language, is_free: Callable[[Place], bool] = lambda _: False) -> Iterator[Located]:
    """Give the errors of all texts, names of members included, in a JSON value that stands at ``pointer``.

    ``is_free`` tells whether the text at a place may have several lines. It is asked only about texts that are not plain lines.
    """
    if not _all_clean(value):
        yield from _problems(value, pointer, (), language, is_free)


def free_texts(fields: SchemaFields) -> Callable[[Place], bool]:
    """Give the ``is_free`` of :func:`text_problems` according to a schema."""

    def is_free(place: Place) -> bool:
        schema = fields.at(named_place(place))
        return schema is not None and FREE in fields.named(schema, TEXT_KEYWORD)

    return is_free


def named_place(place: Place) -> tuple[str, ...]:
    """Write a place as a path of a schema, with :data:`ITEM` for positions."""
    return tuple(ITEM if isinstance(part, int) else part for part in place)


def _all_clean(value: object) -> bool:
    if isinstance(value, str):
        return is_clean(value)
    if isinstance(value, dict):
        return all(is_clean(name) and _all_clean(member) for name, member in value.items())
    return not isinstance(value, list) or all(map(_all_clean, value))


def _problems(value: object, pointer: str, place: Place, language: Language, is_free: Callable[[Place], bool]) -> Iterator[Located]:
    if isinstance(value, str):
        if not is_clean(value):
            for fault, character in text_faults(value, free=is_free(place)):
                yield Located(pointer, say(f"text_{fault}", language, code=code_point(character)))
    elif isinstance(value, dict):
        for name, member in value.items():
            for fault, character in text_faults(name):
                yield Located(pointer, say("text_name", language, problem=say(f"text_{fault}", language, code=code_point(character))))
            inside = f"{pointer}/{pointer_part(name)}" if nameable(name) else pointer
            yield from _problems(member, inside, (*place, name), language, is_free)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _problems(item, f"{pointer}/{index}", (*place, index), language, is_free)
