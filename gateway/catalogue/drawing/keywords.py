"""The words of JSON Schema, and our own, that a form may use: each is drawn, or says nothing that a page need show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gateway.catalogue.drawing.parts import SchemaPart, Undrawable

#: Numbers and codes that people write in groups, in capitals, with spaces between.
CODES: Final = frozenset({"cn-id-number", "cn-resident-number", "cn-uscc", "cn-uscc-legacy", "cn-mobile", "cn-unit-number", "date"})
#: Those whose letters are capitals.
CAPITALS: Final = frozenset({"cn-id-number", "cn-resident-number", "cn-uscc", "cn-uscc-legacy", "cn-unit-number"})
#: ``x-unit`` of an amount of money.
MONEY: Final = "CNY"

_KNOWN: Final = frozenset(
    {
        *("$schema", "$id", "$defs", "$ref", "$comment", "allOf", "oneOf", "anyOf"),
        *("if", "then", "else", "dependentRequired", "dependentSchemas"),
        *("type", "enum", "const", "title", "description", "examples"),
        *("properties", "required", "additionalProperties", "unevaluatedProperties"),
        *("items", "minItems", "maxItems", "uniqueItems"),
        *("minLength", "maxLength", "pattern", "format"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        *("x-title-en", "x-hint-zh", "x-hint-en", "x-options", "x-text", "x-unit"),
    }
)


def require_known(part: SchemaPart) -> Iterator[Undrawable]:
    """Report every word of a schema that is not among those."""
    for word in part.schema:
        if word not in _KNOWN:
            yield Undrawable((*part.place, word), f"{word} is no word that a form can be drawn from (docs/services.md lists them)")
    for word in ("additionalProperties", "unevaluatedProperties"):
        if isinstance(part.schema.get(word), dict):
            yield Undrawable((*part.place, word), "names that anybody may choose have no field: name each under properties")
    if part.schema.get("x-unit", MONEY) != MONEY:
        yield Undrawable((*part.place, "x-unit"), f"must be {MONEY}, or be left out")
