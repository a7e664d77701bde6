"""What a contract document says of a request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest
from aiohttp.test_utils import make_mocked_request

from gateway.sdk.sandbox import Contract
from gateway.sdk.sandbox.contract import ContractParameter


def test_reads_the_operations(file: Path) -> None:
    operations = Contract(file).operations
    assert {name: (one.method, one.path) for name, one in operations.items()} == {
        "put_thing": ("PUT", "/things/{number}"),
        "get_thing": ("GET", "/things/{number}"),
    }


@pytest.mark.parametrize("content_type", ["text/plain", "application/json"])
def test_names_every_error_with_its_place(file: Path, content_type: str) -> None:
    request = make_mocked_request("PUT", "/things/0?page=x", headers={"Content-Type": content_type}, match_info={"number": "0"})
    body = {"day": "2026-02-30", "people": []}
    value, errors = Contract(file).errors("put_thing", request, orjson.dumps(body))
    if content_type == "application/json":
        assert value == body
        assert [error.pointer for error in errors] == ["/path/number", "/query/page", "/day"]
        assert "2026-02-30" not in str(errors)
    else:
        assert value is None
        assert errors[-1].detail == "the body must be application/json"


def test_a_required_parameter_is_missed(file: Path) -> None:
    _, errors = Contract(file).errors("get_thing", make_mocked_request("GET", "/things/"), b"")
    assert [(error.pointer, error.detail) for error in errors] == [("/path/number", "is required")]


def test_a_file_that_is_no_contract_says_so(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("openapi: 3.1.0\n")
    with pytest.raises(ValueError, match="paths"):
        Contract(tmp_path / "x.yaml")


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
