"""Fields as a page posts them turned into JSON, by the types of the form, and JSON turned into fields."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic import JsonValue

from gateway.catalogue.drawing.conditions import met, text_of
from gateway.catalogue.drawing.fields import DrawnField, is_row_number
from gateway.catalogue.drawing.keywords import CAPITALS
from gateway.model import JsonObject
from gateway.texts.strict_json import pointer_part

_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
#: The whole numbers that every reader of JSON keeps (RFC 8259).
_LARGEST: Final = 2**53 - 1
#: Digits and letters that an input method writes at full width, as they stand in a number.
_HALF: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
#: A day as people write it.
_DAY: Final = re.compile(r"([0-9]{4})\D([0-9]{1,2})\D([0-9]{1,2})\D?|([0-9]{4})([0-9]{2})([0-9]{2})")


def flat(value: object, pointer: str) -> dict[str, str]:
    """Give the text of each field of a value. An empty object has one of its own, so that a blank row is one."""
    found: dict[str, str] = {}
    _flatten(value, pointer, found)
    return found


def posted(form: DrawnField, fields: Mapping[str, str], *, blank_rows: bool = False) -> JsonObject:
    """Turn a form's fields into its object.

    A field left blank is absent, and so are an optional group and a row with nothing in it. With ``blank_rows`` a row is kept, so that one
    can be added before it is filled in. A text that is no value of its field stays as it was typed: the check says so at its place.
    """
    top = _Typed()
    for pointer, text in fields.items():
        if pointer.startswith(form.pointer):
            top.put(pointer[len(form.pointer) :].split("/")[1:], text)
    made, _ = _Posting(fields, keeps_blank_rows=blank_rows).value(form, top, form.pointer)
    return made if isinstance(made, dict) else {}


def left_over(form: DrawnField, fields: Mapping[str, str]) -> dict[str, str]:
    """Give the fields that a form has no place or no option for, as after a change of the form that they were filled in for."""
    return {pointer: text for pointer, text in fields.items() if text.strip() and not _has_place(form.at(pointer), text)}


def _has_place(field: DrawnField | None, text: str) -> bool:
    return field is not None and not field.children and (not field.options or any(text == option for option, _ in field.options))


@dataclass(slots=True)
class _Typed:
    """The texts at a pointer and below."""

    text: str | None = None
    below: dict[str, _Typed] = field(default_factory=dict)

    def put(self, steps: list[str], text: str) -> None:
        at = self
        for step in steps:
            at = at.below.setdefault(step, _Typed())
        at.text = text

    def rows(self) -> Iterator[tuple[str, _Typed]]:
        yield from sorted(((step, one) for step, one in self.below.items() if is_row_number(step)), key=lambda row: int(row[0]))


_NOTHING: Final = _Typed()
_BLANK: Final[Mapping[str, JsonValue]] = {"group": {}, "list": []}


@dataclass(frozen=True, slots=True)
class _Posting:
    """The making of values: each comes with the word whether anybody filled something in."""

    fields: Mapping[str, str]
    keeps_blank_rows: bool

    def value(self, form: DrawnField, typed: _Typed, pointer: str) -> tuple[JsonValue, bool]:
        match form.kind:
            case "group":
                return self._group(form, typed, pointer)
            case "list":
                rows = list(self._rows(form, typed, pointer))
                return rows, bool(rows)
            case "fixed":
                return scalar(form, form.options[0][0]), False
            case _:
                made = scalar(form, typed.text or "")
                return made, made is not None

    def _group(self, form: DrawnField, typed: _Typed, pointer: str) -> tuple[JsonValue, bool]:
        made: dict[str, JsonValue] = {}
        is_filled = False
        for child in form.children:
            at = f"{pointer}/{child.step}"
            value, filled = self.value(child, typed.below.get(child.step, _NOTHING), at)
            is_filled = is_filled or filled
            if filled or (child.required and value is not None and met(child.when, self.fields, at)):
                made[child.step.replace("~1", "/").replace("~0", "~")] = value
        return made, is_filled

    def _rows(self, form: DrawnField, typed: _Typed, pointer: str) -> Iterator[JsonValue]:
        for step, row in typed.rows():
            value, is_filled = self.value(form.children[0], row, f"{pointer}/{step}")
            if is_filled:
                yield value
            elif self.keeps_blank_rows:
                yield _BLANK.get(form.children[0].kind, "")


def scalar(form: DrawnField, text: str) -> JsonValue:
    """Give the value of one field's text, or None where it is left blank."""
    if form.is_free:
        return text.replace("\r\n", "\n") if text.strip() else None
    text = text.strip()
    if form.is_code or form.is_money or form.kind == "number":
        text = re.sub(r"[\s,]" if form.is_money or form.kind == "number" else r"\s", "", text.translate(_HALF))
    if form.format in CAPITALS:
        text = text.upper()
    elif form.format == "date" and (day := _DAY.fullmatch(text)):
        text = "{}-{:0>2}-{:0>2}".format(*filter(None, day.groups()))
    if not text:
        return None
    if form.kind == "number":
        number = json.loads(text) if _NUMBER.fullmatch(text) else None
        return number if number is not None and abs(number) <= _LARGEST else text
    return next((value for (option, _), value in zip(form.options, form.values, strict=True) if option == text), text)


def _flatten(value: object, pointer: str, found: dict[str, str]) -> None:
    if isinstance(value, dict) and value:
        for name, member in value.items():
            _flatten(member, f"{pointer}/{pointer_part(name)}", found)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            _flatten(item, f"{pointer}/{number}", found)
    elif value is not None:
        found[pointer] = "" if isinstance(value, dict) else text_of(value)
