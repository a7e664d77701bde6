"""What a contract document says of a request."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from aiohttp.test_utils import make_mocked_request

from gateway.sdk.sandbox import Contract


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
