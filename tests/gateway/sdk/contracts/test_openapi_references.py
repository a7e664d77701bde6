"""A reference leads where its author meant, escaped as a URI or not."""

from __future__ import annotations

import jsonschema_rs
import pytest

from gateway.sdk.contracts.openapi_references import at, canonical, escaped, name_in, parts

SCHEMAS = {name: {"const": name} for name in ("Page«User»", "Map[String,Int]", "a/b", "a~b", "100%", "%7B", "", "用户", "a b", '"', "^")}
DOCUMENT = {"components": {"schemas": SCHEMAS}}


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_name_is_found_as_it_is_and_as_a_uri_has_it(name: str) -> None:
    written = f"#/components/schemas/{escaped(name)}"
    uri = canonical(DOCUMENT, written)
    assert uri.isascii()
    assert (at(DOCUMENT, written), at(DOCUMENT, uri)) == (SCHEMAS[name], SCHEMAS[name])
    assert (canonical(DOCUMENT, uri), name_in(uri)) == (uri, name)
    assert jsonschema_rs.Draft202012Validator({"allOf": [{"$ref": uri}], **DOCUMENT}).is_valid(name)


def test_a_pointer_has_its_parts() -> None:
    assert parts(f"/a/{escaped('b/c~d')}/0") == ["a", "b/c~d", "0"]
