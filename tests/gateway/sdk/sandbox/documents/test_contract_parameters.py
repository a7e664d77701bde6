"""A parameter is read as its schema wants it, however its list is written."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from aiohttp.test_utils import make_mocked_request

from gateway.sdk.sandbox.documents.contract_parameters import ContractParameter

NUMBERS = {"type": "array", "items": {"type": "integer"}, "minItems": 2}


def errors(query: str, schema: dict[str, Any], *, delimiters: tuple[str, ...] = (), required: bool = False) -> list[str]:
    validator = jsonschema_rs.Draft202012Validator(schema)
    parameter = ContractParameter(name="q", place="query", found_as="q", required=required, validator=validator, delimiters=delimiters)
    return [error.pointer for error in parameter.errors(make_mocked_request("GET", f"/a{query}"))]


@pytest.mark.parametrize(
    ("query", "schema", "delimiters"),
    [
        ("?q=1&q=2", NUMBERS, ()),
        ("?q=1%7C2", NUMBERS, ("|",)),
        ("?q=1", {"anyOf": [{"type": "integer"}, {"type": "null"}]}, ()),
        ("?q=1", {"type": "string"}, ()),
        ("?q=true", {"allOf": [{"type": "boolean"}]}, ()),
        ("?q=x", True, ()),
        ("", NUMBERS, ()),
    ],
)
def test_what_the_schema_takes(query: str, schema: dict[str, Any], delimiters: tuple[str, ...]) -> None:
    assert errors(query, schema, delimiters=delimiters) == []


@pytest.mark.parametrize(
    ("query", "delimiters"), [("?q=1,2", ()), ("?q=1%7C2", (",",)), ("?q=a&q=b", ()), ("?q=1", ()), ("?q=1&q=2", (",",))]
)
def test_what_it_does_not_take(query: str, delimiters: tuple[str, ...]) -> None:
    assert errors(query, NUMBERS, delimiters=delimiters)


@pytest.mark.parametrize(
    ("query", "wrong"),
    [("?q[a]=x&q[n]=1", 0), ("?q[n]=1", 1), ("?q[a]=7&q[n]=x", 1), ("?q=x", 1), ("?a=x&n=1", 1)],
)
def test_an_object_is_read_from_parameters_of_its_fields(query: str, wrong: int) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}, "n": {"type": "integer"}}, "required": ["a"]}
    validator = jsonschema_rs.Draft202012Validator(schema)
    parameter = ContractParameter(name="q", place="query", found_as="q", required=True, validator=validator, is_deep=True)
    assert len(parameter.errors(make_mocked_request("GET", f"/a{query}"))) == wrong


def test_one_that_must_be_there_is_missed() -> None:
    assert errors("", NUMBERS, required=True) == ["/query/q"]
