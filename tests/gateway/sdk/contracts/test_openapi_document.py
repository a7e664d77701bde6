"""A document of OpenAPI 3.0 says as one of 3.1 what it says; what breaks the rules is taken out and told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.sdk.contracts.openapi_document import for_requests, json_schema, modern, operations, parse_document
from gateway.sdk.contracts.openapi_references import resolved
from gateway.sdk.contracts.openapi_repair import Oddity


def schema(value: object, version: str = "3.0.3") -> tuple[object, list[str]]:
    warnings: list[Oddity] = []
    made = modern({"openapi": version, "components": {"schemas": {"X": value}}}, warnings)
    return made["components"]["schemas"]["X"], [str(one) for one in warnings]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "nullable": True, "enum": ["a"]}, {"type": ["string", "null"], "enum": ["a", None]}),
        ({"allOf": [{"type": "string"}], "nullable": True}, {"anyOf": [{"allOf": [{"type": "string"}]}, {"type": "null"}]}),
        ({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}),
        ({"maximum": 1, "exclusiveMaximum": False}, {"maximum": 1}),
        ({"properties": {"nullable": {"type": "boolean"}}}, {"properties": {"nullable": {"type": "boolean"}}}),
        ({"example": {"nullable": True, "type": "x"}}, {"example": {"nullable": True, "type": "x"}}),
    ],
)
def test_what_3_0_says_in_a_way_of_its_own(old: object, new: object) -> None:
    assert schema(old) == (new, [])


@pytest.mark.parametrize(
    ("broken", "kept", "told"),
    [
        ({"type": "date"}, {}, "/components/schemas/X/type: "),
        ({"properties": {"a": {"type": "string", "required": True}}}, {"properties": {"a": {"type": "string"}}}, "/a/required: "),
        ({"type": "string", "pattern": "["}, {"type": "string"}, "/components/schemas/X/pattern: "),
        ({"$ref": "#/components/schemas/Y"}, {}, "/components/schemas/X/$ref: "),
        ({"$ref": "other.yaml#/X"}, {}, "other.yaml#/X"),
        ({"$ref": "#/components/schemas/X"}, {}, "#/components/schemas/X leads to itself alone"),
        ({"$ref": "other.yaml#/X"}, {}, "other.yaml#/X is outside of the document"),
        ({"properties": ["a"]}, {}, "/components/schemas/X/properties: it must be an object"),
        ({"allOf": {"type": "string"}}, {}, "/components/schemas/X/allOf: it must be a list"),
        ({"items": "string"}, {}, "/components/schemas/X/items: it must be an object or true or false"),
        ({"required": "a"}, {}, "/components/schemas/X/required: "),
    ],
)
def test_what_breaks_the_rules_is_taken_out_and_told(broken: object, kept: object, told: str) -> None:
    made, warnings = schema(broken, "3.1.0")
    assert made == kept
    assert len(warnings) == 1
    assert told in warnings[0]


def test_security_schemes_have_types_of_their_own() -> None:
    warnings: list[Oddity] = []
    modern({"openapi": "3.1.0", "components": {"securitySchemes": {"x": {"type": "apiKey"}}}}, warnings)
    assert warnings == []


@pytest.mark.parametrize("document", [{}, {"swagger": "2.0"}, {"openapi": 3}])
def test_another_kind_of_document_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"3\.1 is wanted"):
        modern(document)


def test_what_the_department_gives_need_not_be_in_a_request() -> None:
    whole = {"required": ["id", "name"], "properties": {"id": {"readOnly": True}, "name": {}}}
    assert for_requests([whole])[0]["required"] == ["name"]


def test_operations_have_a_name_always() -> None:
    document = {"paths": {"/x": {"get": {"operationId": "a"}, "post": {}, "summary": "s"}, "/y": None}}
    assert [(name, method) for name, method, *_ in operations(document)] == [("a", "GET"), ("POST /x", "POST")]


def test_references_are_followed_and_dead_ends_named() -> None:
    document = {"a": {"b/c": [{"$ref": "#/d"}]}, "d": {"e": 1}, "circle": {"$ref": "#/circle"}}
    assert resolved(document, {"$ref": "#/a/b~1c/0"}) == {"e": 1}
    for nowhere in ("#/a/x", "#/a/b~1c/7", "#/circle", "x.yaml"):
        with pytest.raises(KeyError, match=nowhere.split("/")[-1]):
            resolved(document, {"$ref": nowhere})


def test_json_is_found_among_media_types() -> None:
    assert json_schema({"text/plain": {}, "application/vnd.x+json; v=1": {"schema": True}}) == ("application/vnd.x+json", {"schema": True})
    assert json_schema({"text/plain": {}}) is None


def test_names_of_yaml_1_1_are_texts_and_numbers_can_be_names() -> None:
    assert parse_document(b"on: no\ny: true\n") == {"on": "no", "y": True}
    made = modern({"openapi": "3.1.0", "paths": {"/x": {"get": {"responses": {200: {"description": "x"}}}}}})
    assert made["paths"]["/x"]["get"]["responses"] == {"200": {"description": "x"}}


def test_days_are_texts_as_in_json() -> None:
    assert parse_document(b"a: 2026-01-01\nb: 2026-01-01T00:00:00Z") == {"a": "2026-01-01", "b": "2026-01-01T00:00:00Z"}


_KEYWORDS = st.sampled_from(
    ["type", "required", "pattern", "$ref", "nullable", "minimum", "exclusiveMinimum", "properties", "enum", "allOf", "x"]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYWORDS, inner, max_size=4),
    max_leaves=14,
)


@given(_JSON, st.sampled_from(["3.0.0", "3.1.0"]))
def test_no_document_makes_it_fail(value: object, version: str) -> None:
    schema(value, version)


def test_headers_may_say_that_they_are_required() -> None:
    warnings: list[Oddity] = []
    header = {"required": True, "schema": {"type": "string"}}
    modern({"openapi": "3.0.3", "components": {"responses": {"R": {"description": "", "headers": {"X-A": header}}}}}, warnings)
    assert warnings == []


@pytest.mark.parametrize(
    ("part", "place"),
    [
        ({"paths": ["/a"]}, "#/paths must be an object"),
        ({"components": 5}, "#/components must be an object"),
        ({"components": {"schemas": []}}, "#/components/schemas must be an object"),
        ({"servers": {"url": "x"}}, "#/servers must be a list of objects"),
        ({"paths": {"/a": 5}}, "#/paths/~1a must be an object"),
        ({"paths": {"/a": {"parameters": {}}}}, "#/paths/~1a/parameters must be a list of objects"),
        ({"paths": {"/a": {"get": {"responses": []}}}}, "#/paths/~1a/get/responses must be an object"),
        ({"paths": {"/a": {"get": {"responses": {"200": 5}}}}}, "#/paths/~1a/get/responses/200 must be an object"),
        ({"paths": {"/a": {"post": {"requestBody": {"content": []}}}}}, "#/paths/~1a/post/requestBody/content must be an object"),
    ],
)
def test_what_holds_the_operations_together_must_be_what_it_is(part: dict[str, object], place: str) -> None:
    with pytest.raises(ValueError, match="must be") as error:
        modern({"openapi": "3.1.0", **part})
    assert str(error.value) == place


def test_a_path_item_may_stand_among_the_components() -> None:
    document = modern(
        {
            "openapi": "3.1.0",
            "paths": {"/a": {"$ref": "#/components/pathItems/A"}},
            "components": {"pathItems": {"A": {"get": {"operationId": "a"}}}},
        }
    )
    assert [(name, path) for name, _, path, _, _ in operations(document)] == [("a", "/a")]
