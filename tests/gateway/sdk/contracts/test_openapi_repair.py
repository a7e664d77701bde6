"""What a document should not say is set right or left out, and told by its place; the operations that are left can be called."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.sdk.contracts.openapi_document import modern, operations
from gateway.sdk.contracts.openapi_repair import Oddity, is_token


def settled(paths: dict[str, Any]) -> tuple[list[tuple[str, Any]], list[str]]:
    """The operations that are left, with their parameters, and what was told."""
    told: list[Oddity] = []
    document = modern({"openapi": "3.1.0", "paths": paths}, told)
    left = [(name, [(one["in"], one["name"]) for one in found["parameters"]]) for name, _, _, _, found in operations(document)]
    return left, [str(one) for one in told]


def one(path: str = "/a", **operation: Any) -> dict[str, Any]:
    return {path: {"get": {"operationId": "a", **operation}}}


QUERY = {"name": "q", "in": "query", "schema": {"type": "string"}}


@pytest.mark.parametrize(
    ("paths", "left", "told"),
    [
        (one("/a/{id}"), [("a", [("path", "id")])], "/paths/~1a~1{id}/get: its path has {id}, which is declared nowhere"),
        (one(parameters=[{"name": "id", "in": "path"}]), [("a", [])], "/paths/~1a/get/parameters/0: the path has no {id}"),
        (one(parameters=[{"in": "query"}]), [("a", [])], "/get/parameters/0: a parameter must be an object that says its name"),
        (one(parameters=[{"name": "b", "in": "body"}]), [("a", [])], "/get/parameters/0: a parameter must be"),
        (one(parameters=[{"name": "X Y", "in": "header"}]), [("a", [])], "'X Y' cannot be the name of a header"),
        (one("/a?b=c"), [], "/paths/~1a?b=c: it is no path that a request can have"),
        (one("a"), [], "/paths/a: it is no path"),
        (one("/{a}/{a}"), [], "it is no path"),
        (one(operationId=7), [("GET /a", [])], "/get/operationId: it must be a text"),
        (one(servers=[{"url": "http://other"}]), [("a", [])], "/get/servers: its own servers are left out"),
        ({**one(), **one("/b")}, [("a", []), ("GET /b", [])], "/paths/~1b/get/operationId: another operation has it"),
        ({**one("/{x}"), **one("/{y}", operationId="b")}, [("a", [("path", "x")])], "another path of the same form comes before it"),
    ],
)
def test_what_is_odd_is_told_by_its_place(paths: dict[str, Any], left: list[Any], told: str) -> None:
    found, warnings = settled(paths)
    assert found == left
    assert any(told in warning for warning in warnings), warnings


def test_a_parameter_of_an_operation_counts_before_that_of_its_path() -> None:
    item = {"parameters": [QUERY, {**QUERY, "name": "r"}], "get": {"operationId": "a", "parameters": [{**QUERY, "required": True}]}}
    document = modern({"openapi": "3.1.0", "paths": {"/a": item}})
    (_, _, _, _, found) = next(iter(operations(document)))
    assert [(parameter["name"], parameter.get("required")) for parameter in found["parameters"]] == [("q", True), ("r", None)]


@pytest.mark.parametrize(
    ("schema", "kept"),
    [
        ({"description": None, "type": "string"}, {"type": "string"}),
        ({"title": 404}, {}),
        ({"minLength": "5"}, {}),
        ({"multipleOf": 0}, {}),
        ({"enum": []}, {}),
        ({"properties": {"a": None}}, {"properties": {"a": {}}}),
        ({"allOf": [None, {"type": "string"}]}, {"allOf": [{}, {"type": "string"}]}),
        ({"discriminator": "kind"}, {}),
        ({"$ref": 7}, {}),
        ({"type": "string", "enum": [["a", "b"], "c"]}, {"type": "string", "enum": ["a", "b", "c"]}),
        (
            {"type": "array", "items": {"type": "string"}, "enum": ["a"]},
            {"type": "array", "items": {"enum": ["a"], "type": "string"}},
        ),
        ({"type": "array", "enum": [["a"]]}, {"type": "array", "enum": [["a"]]}),
        ({"enum": [["a"], "b"]}, {"enum": [["a"], "b"]}),
    ],
)
def test_no_keyword_makes_the_whole_unusable(schema: Any, kept: Any) -> None:
    assert modern({"openapi": "3.1.0", "components": {"schemas": {"X": schema}}})["components"]["schemas"]["X"] == kept


def test_a_name_of_a_header_is_a_token() -> None:
    assert is_token("X-Api-Key")
    assert not any(is_token(name) for name in ("", "X Key", "头", "a:b"))
