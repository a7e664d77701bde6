"""The form of an application, checked before it is taken: the envelope, the applicant, and the service's own form.

The form is JSON Schema (Draft 2020-12) with the formats of :data:`FORMATS`. All errors are told at once, by pointer and with the expected
value, never with the given one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from jsonschema_rs import Draft202012Validator, FancyRegexOptions, ReferencingError, ValidationError

from gateway.model import JsonSchema, JsonView
from gateway.model.errors import Located
from gateway.model.identifiers import (
    id_number_problem,
    is_date,
    is_id_number,
    is_legacy_uscc,
    is_mobile,
    is_resident_number,
    is_unit_number,
    is_uscc,
    resident_number_problem,
    uscc_problem,
)
from gateway.texts.messages import say, say_types
from gateway.texts.refusals import Language
from gateway.texts.strict_json import nameable, pointer_part

#: 办理形式 of GB/T 39046-2020: the word used here and the standard's code.
CHANNELS: Final[Mapping[str, str]] = {"counter": "1", "pc": "2", "mobile": "3", "courier": "4", "other": "9"}
#: 证件类型 of GA/T 2000.156: ID card, household book, passport, 台胞证, 往来港澳, 回乡证, permanent residence.
ID_TYPES: Final = ("111", "113", "414", "511", "513", "516", "553")
ID_CARD: Final = "111"
RESIDENCE_CARD: Final = "553"

#: ``cn-uscc-legacy`` also takes a code with a wrong check character, with a warning, because some codes issued before 2016 have one.
LEGACY_USCC: Final = "cn-uscc-legacy"
FORMATS: Final = {
    "cn-id-number": is_id_number,
    "cn-resident-number": is_resident_number,
    "cn-uscc": is_uscc,
    LEGACY_USCC: is_legacy_uscc,
    "cn-mobile": is_mobile,
    "cn-unit-number": is_unit_number,
    "date": is_date,
}

#: An applicant, or an agent who applies for one (代办).
PERSON_SCHEMA: Final[JsonView] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 50},
        "id_type": {"enum": list(ID_TYPES)},
        "id_number": {"type": "string"},
        "mobile": {"type": "string", "format": "cn-mobile"},
    },
    "required": ["name", "id_type", "id_number"],
    "additionalProperties": False,
    "if": {"properties": {"id_type": {"const": ID_CARD}}, "required": ["id_type"]},
    "then": {"properties": {"id_number": {"format": "cn-id-number"}}},
    "else": {
        "if": {"properties": {"id_type": {"const": RESIDENCE_CARD}}, "required": ["id_type"]},
        "then": {"properties": {"id_number": {"format": "cn-resident-number"}}},
        "else": {
            "properties": {
                "id_number": {
                    "pattern": "^[A-Z0-9]{5,20}$",
                    "x-hint-zh": say("id_other", "zh-CN"),
                    "x-hint-en": say("id_other", "en"),
                }
            }
        },
    },
}

#: A late entry (补录): when it was handed in, on which clerk's word, and why it is filed only now.
LATE_ENTRY_SCHEMA: Final[JsonView] = {
    "type": "object",
    "properties": {
        "handed_in_at": {"type": "string", "format": "date-time"},
        "clerk": {"type": "string", "minLength": 1, "maxLength": 50},
        "reason": {"type": "string", "minLength": 1, "maxLength": 500},
    },
    "required": ["handed_in_at", "reason"],
    "additionalProperties": False,
}

#: Formats whose errors can be named in detail. Names of their texts begin with the first entry.
_SAID: Final[Mapping[str, tuple[str, Callable[[str], str | None]]]] = {
    "cn-id-number": ("id", id_number_problem),
    "cn-resident-number": ("resident", resident_number_problem),
    "cn-uscc": ("uscc", uscc_problem),
    LEGACY_USCC: ("uscc", uscc_problem),
}
#: Backtracking steps allowed in one text to a pattern with look-around or back-references. Other patterns match in linear time.
_PATTERNS: Final = FancyRegexOptions(backtrack_limit=10_000)
#: Values searched for errors in one call of the validator, which cannot be interrupted. Each may have several errors.
_AT_ONCE: Final = 1_000
#: Keywords that judge a truncated list or object as they would the whole.
_OF_A_PART: Final = frozenset({"additionalProperties", "maxItems", "maxProperties", "type", "uniqueItems"})

_LIMITS = frozenset(
    {
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minProperties",
        "maxProperties",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "uniqueItems",
    }
)
_CHOICES = frozenset({"anyOf", "oneOf"})

#: Names and positions from the top of a value.
Path = tuple[str | int, ...]


class FormError(ValueError):
    """A schema that is not valid. ``path`` leads to the fault."""

    def __init__(self, path: Sequence[str | int], detail: str) -> None:
        super().__init__(detail)
        self.path = tuple(path)


class Form:
    """A schema compiled once. ``prefix`` is the JSON Pointer, within the application, of the value it is applied to.

    ``foreign_formats`` ignores unknown formats, for schemas that others wrote.
    """

    def __init__(self, schema: JsonView, prefix: str, *, foreign_formats: bool = False) -> None:
        self.prefix = prefix
        self._schema = dict(schema)
        try:
            self._validator = Draft202012Validator(
                self._schema,
                formats=dict(FORMATS),
                validate_formats=True,
                ignore_unknown_formats=foreign_formats,
                offline=True,
                pattern_options=_PATTERNS,
            )
        except ValidationError as error:
            raise FormError(error.instance_path, error.message) from error
        except (ReferencingError, ValueError) as error:
            raise FormError((), str(error)) from error

    def check(self, value: object, language: Language) -> list[Located]:
        """Give every error of the value, or none if it fits. Of a very large value only the first errors are given."""
        if self._validator.is_valid(value):
            return []
        for most in range(_AT_ONCE, _count(value), _AT_ONCE):
            part, left_out = _first(value, [most])
            if found := self._errors(part, left_out, language):
                return found
        return self._errors(value, (), language)

    def _errors(self, value: object, left_out: Path, language: Language) -> list[Located]:
        """Give the errors of a value truncated at ``left_out``, without those that only the truncation caused."""
        errors = [
            error
            for error in self._validator.iter_errors(value)
            if error.kind.name in _OF_A_PART or not _holds(tuple(error.instance_path), left_out)
        ]
        return list(dict.fromkeys(problem for error in errors for problem in self._located(error, language)))

    def _located(self, error: ValidationError, language: Language) -> Iterator[Located]:
        pointer = self._pointer(error.instance_path)
        details = error.kind.as_dict()
        match error.kind.name:
            case "required":
                yield Located(f"{pointer}/{pointer_part(details['property'])}", say("required", language))
            case "additionalProperties" | "unevaluatedProperties":
                yield from _unknown(details["unexpected"], pointer, language)
            case _:
                yield Located(pointer, self._detail(error, details, language))

    def _detail(self, error: ValidationError, details: JsonView, language: Language) -> str:
        name = error.kind.name
        if name in _LIMITS:
            return say(name, language, **details)
        match name:
            case "type":
                return say("type", language, types=say_types(details["types"], language))
            case "enum":
                return say("enum", language, options=_options(details["options"]))
            case "const":
                return say("const", language, options=_options([details["expected_value"]]))
            case "pattern":
                hint = self._keyword_near(error, "x-hint-en" if language == "en" else "x-hint-zh")
                return say("pattern_hint", language, hint=hint) if hint else say("pattern", language)
            case "format":
                return _format_detail(details["format"], error.instance, language)
            case "falseSchema":
                return say("unknown", language)
        return say("choice" if name in _CHOICES else "other", language)

    def _keyword_near(self, error: ValidationError, keyword: str) -> str | None:
        """Find a keyword beside the failing one in the schema."""
        node: Any = self._schema
        for part in error.schema_path[:-1]:
            try:
                node = node[part]
            except (KeyError, IndexError, TypeError):
                return None  # a reference was followed on the way, so no hint can be found like this
        hint = node.get(keyword) if isinstance(node, dict) else None
        return hint if isinstance(hint, str) else None

    def _pointer(self, path: Sequence[str | int]) -> str:
        pointer = self.prefix
        for part in path:
            if isinstance(part, str) and not nameable(part):
                return pointer
            pointer = f"{pointer}/{pointer_part(str(part))}"
        return pointer


def _items(value: object) -> Iterable[tuple[str | int, Any]]:
    return value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()


def _count(value: object) -> int:
    return 1 + sum(_count(child) for _, child in _items(value))


def _first(value: object, left: list[int]) -> tuple[Any, Path]:
    """Truncate a value to as many values as ``left``, which counts down. Gives the path of the first one left out, or () if none is."""
    left[0] -= 1
    if not isinstance(value, dict | list):
        return value, ()
    kept: dict[str | int, Any] = {}
    path: Path = ()
    for name, child in _items(value):
        if left[0] <= 0:
            path = (name,)
            break
        kept[name], within = _first(child, left)
        if within:
            path = (name, *within)
            break
    return kept if isinstance(value, dict) else list(kept.values()), path


def _holds(path: Path, left_out: Path) -> bool:
    return len(path) < len(left_out) and left_out[: len(path)] == path


def _unknown(names: Sequence[str], pointer: str, language: Language) -> Iterator[Located]:
    for name in names:
        if nameable(name):
            yield Located(f"{pointer}/{pointer_part(name)}", say("unknown", language))
        else:
            yield Located(pointer, say("unknown_unnamed", language))


def _options(options: Sequence[object]) -> str:
    return ", ".join(str(option) for option in options)


def _format_detail(name: str, value: object, language: Language) -> str:
    if isinstance(value, str) and name in _SAID:
        group, problem_of = _SAID[name]
        if (problem := problem_of(value)) is not None:
            return say(f"{group}_{problem}", language)
    return say(name, language) if name in FORMATS or name == "date-time" else say("format", language, format=name)


def envelope_schema(channels: Sequence[str]) -> JsonSchema:
    """Give the schema of an application as submitted, without ``data``. ``channels`` are the codes that the service is open for."""
    words = [word for word, code in CHANNELS.items() if code in channels]
    return {
        "type": "object",
        "properties": {
            "service": {"type": "string"},
            "channel": {"enum": words},
            "applicant": dict(PERSON_SCHEMA),
            "agent": dict(PERSON_SCHEMA),
            "data": {"type": "object"},
            "late_entry": dict(LATE_ENTRY_SCHEMA),
        },
        "required": ["service", "channel", "applicant", "data"],
        "additionalProperties": False,
    }
