"""Every answer has room for new members, no request has, and what names a member that the document lacks is found all the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from gateway.api.document.openness import open_answers, reached
from gateway.api.http.route import JSON
from tests.gateway.api.conftest import World
from tests.gateway.api.contract import Contract, Reply


def closed(schemas: dict[str, Any], node: object) -> set[str]:
    """Give the names of the closed schemas that a node leads to, and its own place where it holds a closed one itself."""
    found = {name for name in reached(schemas, node) if _shuts(schemas[name])}
    return found | {"here"} if _shuts(node) else found


def _shuts(node: object) -> bool:
    if isinstance(node, dict):
        return node.get("additionalProperties") is False or any(_shuts(child) for child in node.values())
    return isinstance(node, list) and any(_shuts(child) for child in node)


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield f"{method} {path}", operation


def test_every_answer_of_every_route_is_open(world: World) -> None:
    document = world.contract.document
    schemas, responses = document["components"]["schemas"], document["components"]["responses"]
    judged = 0
    for name, operation in _operations(document):
        for status, response in operation["responses"].items():
            shown = responses[response["$ref"].rpartition("/")[2]] if "$ref" in response else response
            assert closed(schemas, shown) == set(), f"{name} {status}"
            judged += 1
    assert judged > 100
    shut = next(name for name, schema in schemas.items() if "properties" in schema and name in reached(schemas, responses))
    spoilt = {**schemas, shut: {**schemas[shut], "additionalProperties": False}}
    assert closed(spoilt, responses) == {shut}  # the control


def test_every_request_of_every_route_is_closed(world: World) -> None:
    document = world.contract.document
    schemas = document["components"]["schemas"]
    for name, operation in _operations(document):
        body = operation.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema")
        for one in reached(schemas, body):
            schema = schemas[one]
            assert "properties" not in schema or schema.get("additionalProperties") is False, f"{name}: {one}"
    assert "additionalProperties" in schemas["WantedKey"]


def test_what_only_requests_lead_to_stays_and_what_answers_lead_to_is_opened_whatever_is_in_between() -> None:
    shut = {"additionalProperties": False}
    schemas: dict[str, Any] = {
        "Asked": {"properties": {}, **shut},
        "Answer": {"properties": {"parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}}}, **shut},
        "Part": {"properties": {"up": {"$ref": "#/components/schemas/Answer"}, "in": {"properties": {}, **shut}}, **shut},
        "Free": {"additionalProperties": {"type": "string"}},
    }
    open_answers(schemas, [{"$ref": "#/components/schemas/Answer"}, {"$ref": "#/components/schemas/Free"}])
    assert closed(schemas, [{"$ref": f"#/components/schemas/{name}"} for name in schemas]) == {"Asked"}
    assert schemas["Free"] == {"additionalProperties": {"type": "string"}}


async def test_a_member_that_the_document_does_not_name_is_found_in_our_own_answers(world: World) -> None:
    answer = await world.ask("GET", "/v1/services")
    first, *rest = answer.json["items"]
    more = Reply(answer.status, answer.headers, orjson.dumps({"items": [{**first, "undeclared": 1}, *rest]}))
    with pytest.raises(AssertionError, match="undeclared"):
        Contract(orjson.dumps(world.contract.document)).prove("GET", "/v1/services", more)
