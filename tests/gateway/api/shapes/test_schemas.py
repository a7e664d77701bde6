"""JSON Schemas of others in the document: the same values fit, every object has a name, and texts for people are descriptions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from gateway.api.shapes.schemas import Schemas, described, pascal, typed

FORM: dict[str, Any] = {
    "type": "object",
    "title": "表单",
    "x-title-en": "Form",
    "properties": {
        "man": {"$ref": "#/$defs/person", "title": "男方", "x-title-en": "Husband"},
        "home": {
            "type": "object",
            "title": "住房",
            "x-title-en": "Home",
            "properties": {
                "owners": {"type": "array", "items": {"$ref": "#/$defs/person"}},
                "area": {"type": "string", "pattern": "^[0-9]+$"},
            },
            "required": ["area"],
        },
        "rooms": {"type": "array", "items": {"type": "object", "properties": {"kind": {"enum": ["bed", "bath"]}}, "required": ["kind"]}},
        "how": {"enum": ["post", "pick_up"]},
    },
    "if": {"properties": {"how": {"const": "post"}}, "required": ["how"]},
    "then": {"required": ["home"]},
    "$defs": {
        "person": {
            "type": "object",
            "properties": {"name": {"type": "string", "minLength": 1}, "parent": {"$ref": "#/$defs/person"}},
            "required": ["name"],
            "additionalProperties": False,
        }
    },
}
#: The same with a reference into its middle, which leaves it whole.
WHOLE = {**FORM, "properties": {**FORM["properties"], "other": {"$ref": "#/properties/home"}}}


def put(form: dict[str, Any], *taken: str) -> tuple[Schemas, Draft202012Validator]:
    schemas = Schemas("en", {*taken})
    name = schemas.put(form, "MoveData", "Move")
    schemas.name_enumerations()
    document = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas.made}}
    return schemas, Draft202012Validator(document)


people = st.recursive(
    st.fixed_dictionaries({"name": st.text(max_size=2)}),
    lambda inner: st.fixed_dictionaries({"name": st.text(max_size=2)}, optional={"parent": inner, "more": st.just(1)}),
    max_leaves=3,
)
homes = st.fixed_dictionaries({}, optional={"area": st.sampled_from(["1", "x", 1]), "owners": st.lists(people, max_size=2)})
forms = st.fixed_dictionaries(
    {},
    optional={
        "man": people,
        "home": homes,
        "other": homes,
        "rooms": st.lists(st.fixed_dictionaries({}, optional={"kind": st.sampled_from(["bed", "bath", "hall"])}), max_size=2),
        "how": st.sampled_from(["post", "pick_up", "carry", 1]),
    },
)


@pytest.mark.parametrize("form", [FORM, WHOLE], ids=["apart", "whole"])
@given(value=forms)
def test_the_same_values_fit_as_the_form_takes(form: dict[str, Any], value: Any) -> None:
    _, validator = put(form)
    assert validator.is_valid(value) == Draft202012Validator(form).is_valid(value)


def test_every_object_and_enumeration_has_a_name() -> None:
    schemas, _ = put(FORM)
    assert set(schemas.made) == {"MoveData", "MovePerson", "MoveHome", "MoveRoomsItem", "MoveRoomsItemKind", "MoveDataHow"}
    assert schemas.made["MoveData"]["properties"]["man"] == {"$ref": "#/components/schemas/MovePerson", "description": "Husband"}
    assert schemas.made["MoveDataHow"] == {"enum": ["post", "pick_up"], "type": "string", "title": "MoveDataHow"}
    assert all(schema["title"] == name for name, schema in schemas.made.items())
    assert "$defs" not in schemas.made["MoveData"]
    assert {"MoveData", "MoveDataHow"} == set(put(WHOLE)[0].made)


def test_a_name_that_is_taken_gets_a_number() -> None:
    schemas, validator = put(FORM, "MovePerson", "MoveData")
    assert {"MoveData2", "MovePerson2"} <= set(schemas.made)
    assert validator.is_valid({"man": {"name": "x"}})


def test_what_people_read_becomes_a_description_in_the_documents_language() -> None:
    field = {
        "enum": ["a", "b"],
        "title": "方式",
        "x-title-en": "How",
        "x-options": {"a": {"zh": "甲", "en": "first"}, "b": {"zh": "乙", "en": "second"}},
        "x-hint-en": "one of two",
        "default": None,
    }
    assert described(field, "en") == {"enum": ["a", "b"], "description": "How. one of two. `a` first; `b` second"}
    assert described(field, "zh-CN") == {"enum": ["a", "b"], "description": "方式。`a` 甲；`b` 乙"}
    assert described({"type": "string"}, "en") == {"type": "string"}


def test_small_things() -> None:
    assert (pascal("house-transfer"), pascal("real_estate"), pascal("employeesItem")) == ("HouseTransfer", "RealEstate", "EmployeesItem")
    assert typed({"const": "x"}) == {"const": "x", "type": "string"}
    assert typed({"enum": ["x", 1]}) == {"enum": ["x", 1]}
