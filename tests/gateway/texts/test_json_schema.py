"""The declarations of a schema about one field."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

import pytest
from pydantic import BaseModel

from gateway.texts.json_schema import ALL_TYPES, SchemaFields

FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "ref": {"$ref": "#/$defs/person"},
        "list": {"type": "array", "items": {"$ref": "#/$defs/person"}},
        "both": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "free": True,
        "code": {"enum": ["1", "2"]},
        "loop": {"$ref": "#/$defs/loop"},
        "self": {"$ref": "#/$defs/self"},
    },
    "allOf": [{"properties": {"extra": {"type": "integer"}}}],
    "oneOf": [{"properties": {"way": {"const": "a"}}}, {"properties": {"way": {"const": 2}}}],
    "then": {"properties": {"later": {"type": "boolean"}}},
    "$defs": {
        "person": {"type": "object", "properties": {"name": {"type": "string", "format": "date"}}, "required": ["name"]},
        "loop": {"properties": {"next": {"$ref": "#/$defs/loop"}}},
        "self": {"$ref": "#/$defs/self"},
    },
}


@pytest.mark.parametrize(
    ("path", "types"),
    [
        ("ref.name", {"string"}),
        ("list.[].name", {"string"}),
        ("both", {"string", "null"}),
        ("free", ALL_TYPES),
        ("code", {"string"}),
        ("extra", {"integer"}),
        ("way", {"string", "integer"}),
        ("later", {"boolean"}),
        ("loop.next.next.next", ALL_TYPES),
        ("self", ALL_TYPES),
    ],
)
def test_types(path: str, types: set[str]) -> None:
    fields = SchemaFields(FORM)
    schema = fields.at(path.split("."))
    assert schema is not None
    assert fields.types(schema) == types


@pytest.mark.parametrize("path", ["nothing", "ref.age", "list.name", "code.[]", "self.name"])
def test_what_is_not_declared_is_not_there(path: str) -> None:
    assert SchemaFields(FORM).at(path.split(".")) is None


def test_values_formats_and_required_follow_references() -> None:
    fields = SchemaFields(FORM)
    assert fields.values(fields.at(["code"]) or {}) == ["1", "2"]
    assert fields.values(fields.at(["way"]) or {}) == ["a", 2]
    assert fields.values(fields.at(["both"]) or {}) is None
    assert fields.named(fields.at(["ref", "name"]) or {}, "format") == {"date"}
    assert fields.required(fields.at(["ref"]) or {}) == {"name"}


class Model(BaseModel):
    """Fields whose JSON types differ from their Python ones."""

    day: date | None = None
    price: Decimal
    kind: Literal["a", "b"] | None = None
    count: int


def test_pydantic_models_are_read_as_they_validate_and_as_they_serialise() -> None:
    takes = SchemaFields(Model.model_json_schema())
    gives = SchemaFields(Model.model_json_schema(mode="serialization"))
    assert takes.types(takes.at(["price"]) or {}) == {"number", "integer", "string"}
    assert gives.types(gives.at(["price"]) or {}) == {"string"}
    assert takes.named(takes.at(["day"]) or {}, "format") == {"date"}
    assert takes.values(takes.at(["kind"]) or {}) == ["a", "b"]
    assert takes.required(takes.root) == {"price", "count"}
