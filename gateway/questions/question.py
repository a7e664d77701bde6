"""A question as it comes in, checked against the very schema that front ends are shown and then against the operation's model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from gateway.cases.intake import invalid, malformed
from gateway.catalogue.form import Form
from gateway.catalogue.request_texts import request_text
from gateway.model import JsonSchema, JsonView
from gateway.model.errors import Located
from gateway.sdk.department import Operation, Request
from gateway.sdk.texts import LINE
from gateway.texts.bounds import BOUNDS, Bounds
from gateway.texts.json_schema import SchemaFields
from gateway.texts.refusals import Language
from gateway.texts.strict_json import Malformed, pointer_of, read_object
from gateway.texts.text_rule import FREE, TEXT_KEYWORD, Place, free_texts, text_problems

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

#: Most characters of a text for which the model states no limit.
LONGEST_TEXT: Final = 500
#: The purpose of a question.
PURPOSE: Final[JsonView] = {
    "type": "string",
    "minLength": 1,
    "maxLength": LONGEST_TEXT,
    "pattern": r"^\S(.*\S)?$",
    "x-hint-zh": LINE.zh,
    "x-hint-en": LINE.en,
}
#: The limits of a text that may have several lines.
_FREE: Final[JsonView] = {"minLength": 1, "maxLength": LONGEST_TEXT}
#: Keywords that already determine a text.
_SAID: Final = frozenset({"format", "pattern", "enum", "const"})
_NAMED: Final = ("properties", "$defs")
_LISTED: Final = ("anyOf", "oneOf", "allOf", "prefixItems")
_SINGLE: Final = ("items", "additionalProperties", "else")


def request_schema(operation: Operation) -> JsonSchema:
    """Give the JSON Schema of a question's ``request``, with every text in it bounded.

    Otherwise an empty name would be asked about and the answer, about nobody, taken for a real one. Adapters written for SDK 1.0 need not
    describe their texts.
    """
    return _each(operation.request.model_json_schema(), _bounded)


def _bounded(schema: JsonSchema) -> JsonSchema:
    if schema.get("type") != "string" or _SAID & schema.keys():
        return schema
    return {**(_FREE if schema.get(TEXT_KEYWORD) == FREE else PURPOSE), **schema}


def _told_apart(schema: JsonSchema) -> JsonSchema:
    """Rewrite a nullable schema so that errors are about its other part instead of about a choice."""
    match schema:
        case {"anyOf": [rest, {"type": "null"}]}:
            return {keyword: value for keyword, value in schema.items() if keyword != "anyOf"} | {"if": {"type": "null"}, "else": rest}
    return schema


def _each(schema: JsonView, change: Callable[[JsonSchema], JsonSchema]) -> JsonSchema:
    """Give a copy of a schema with every schema in it changed."""
    made = change(dict(schema))
    for keyword in _NAMED:
        if keyword in made:
            made[keyword] = {name: _each(one, change) for name, one in made[keyword].items()}
    for keyword in _LISTED:
        if keyword in made:
            made[keyword] = [_each(one, change) for one in made[keyword]]
    for keyword in _SINGLE:
        if isinstance(made.get(keyword), Mapping):
            made[keyword] = _each(made[keyword], change)
    return made


@lru_cache(maxsize=256)
def _form(operation: Operation) -> tuple[Form, Callable[[Place], bool]]:
    schema = _each(request_schema(operation), _told_apart)
    defined = schema.pop("$defs", {})
    question = {
        "type": "object",
        "properties": {"request": schema, "purpose": PURPOSE},
        "required": ["request", "purpose"],
        "additionalProperties": False,
    }
    whole = {**question, "$defs": defined}
    return Form(whole, "", foreign_formats=True), free_texts(SchemaFields(whole, maps=True))


def read_question(operation: Operation, body: bytes, language: Language, bounds: Bounds = BOUNDS) -> tuple[Request, str]:
    """Read a body ``{"request": {…}, "purpose": "…"}``. Raises Refused: 400, or 422 with every error by its place."""
    try:
        document = read_object(body, language, bounds)
    except Malformed as error:
        raise malformed(error) from error
    form, is_free = _form(operation)
    errors = list(text_problems(document, "", language, is_free))
    told = {error.pointer for error in errors}
    errors += (error for error in form.check(document, language) if error.pointer not in told)
    if errors:
        raise invalid(list(dict.fromkeys(errors)))
    try:
        return operation.request.model_validate(document["request"]), document["purpose"]
    except ValidationError as error:
        found = [_located(one, operation, language) for one in error.errors(include_url=False, include_input=False)]
    raise invalid(list(dict.fromkeys(found)))  # outside the except clause, since the cause would hold the values


def _located(error: ErrorDetails, operation: Operation, language: Language) -> Located:
    title = operation.title_zh if language == "zh-CN" else operation.title_en
    return Located(request_pointer(error["loc"]), request_text(error["type"], error.get("ctx", {}), title, language))


def request_pointer(parts: Iterable[str | int]) -> str:
    """Give the pointer within the body of a field of the request, or of the whole request for no field."""
    return pointer_of(part for part in ("request", *parts) if part != "")
