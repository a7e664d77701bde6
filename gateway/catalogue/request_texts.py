"""Words for pydantic's errors, in both languages, that tell what is expected and leave the value out.

pydantic's own sentences are English, and some of its contexts hold the input. Only limits and listed values are taken from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.catalogue.form import FORMATS
from gateway.model import JsonView
from gateway.texts.messages import say, say_types
from gateway.texts.refusals import Language

#: pydantic's names of what is beyond a limit → the text, and the name of the limit.
LIMITS: Final[Mapping[str, tuple[str, str]]] = {
    "string_too_short": ("minLength", "min_length"),
    "string_too_long": ("maxLength", "max_length"),
    "too_short": ("minItems", "min_length"),
    "too_long": ("maxItems", "max_length"),
    "greater_than": ("exclusiveMinimum", "gt"),
    "greater_than_equal": ("minimum", "ge"),
    "less_than": ("exclusiveMaximum", "lt"),
    "less_than_equal": ("maximum", "le"),
    "multiple_of": ("multipleOf", "multiple_of"),
}
_TYPES: Final[Mapping[str, str]] = {
    "string_type": "string",
    "bool_type": "boolean",
    "bool_parsing": "boolean",
    "list_type": "array",
    "model_type": "object",
    "model_attributes_type": "object",
    "dict_type": "object",
    "float_type": "number",
    "float_parsing": "number",
}
_PLAIN: Final[Mapping[str, str]] = {"missing": "required", "string_pattern_mismatch": "pattern"}


def request_text(kind: str, details: JsonView, title: str, language: Language) -> str:
    """Describe an error in a field of a step's request. ``kind`` and ``details`` are pydantic's type and context, ``title`` the step's."""
    if kind in LIMITS:
        key, name = LIMITS[kind]
        return say(key, language, **{"multiple_of" if key == "multipleOf" else "limit": details[name]})
    if kind in _TYPES:
        return say("type", language, types=say_types([_TYPES[kind]], language))
    if kind == "cn-id-number":
        return say(f"id_{details['problem']}", language)
    if kind in _PLAIN or kind in FORMATS:
        return say(_PLAIN.get(kind, kind), language)
    if kind in ("literal_error", "enum"):
        return say("enum", language, options=details["expected"])
    for prefix, key in (("date", "date"), ("decimal", "decimal"), ("int", "integer")):
        if kind.startswith(prefix):
            return say(key, language)
    return say("request", language, step=title)
