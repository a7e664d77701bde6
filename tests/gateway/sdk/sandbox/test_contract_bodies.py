"""What an adapter writes as a form, a multipart or XML, a sandbox reads by the contract: the same values, held to the same schema."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Annotated, Any

import pytest
from aiohttp import web
from pydantic import Field

from gateway.model.errors import Invalid
from gateway.sdk import Base64, Request
from gateway.sdk.rest import RestClient, read_json
from gateway.sdk.rest_operation import Encoding, File, RestOperation, Xml
from gateway.sdk.sandbox import Decision, RestSandbox, SandboxContext, json_response, serve_sandboxes
from tests.gateway.sdk.conftest import call, connection

CONTRACT = """
openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /form:
    post:
      operationId: form
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema: {$ref: "#/components/schemas/Thing"}
            encoding:
              codes: {style: pipeDelimited}
              address: {style: deepObject}
              period: {style: form}
  /multipart:
    post:
      operationId: multipart
      requestBody:
        content:
          multipart/form-data:
            schema:
              allOf:
                - {$ref: "#/components/schemas/Thing"}
                - type: object
                  required: [photo]
                  properties:
                    photo: {type: string, format: binary}
                    scans: {type: array, maxItems: 2, items: {type: string, format: binary}}
            encoding: {photo: {contentType: image/png}}
  /xml:
    post:
      operationId: xml
      requestBody:
        content:
          application/xml:
            schema: {$ref: "#/components/schemas/Thing"}
          application/json:
            schema: {$ref: "#/components/schemas/Thing"}
  /text:
    post:
      operationId: text
      requestBody: {content: {"text/*": {schema: {type: string, maxLength: 3}}}}
components:
  schemas:
    Thing:
      type: object
      required: [name, count, sure]
      xml: {name: thing, namespace: "urn:t"}
      properties:
        name: {type: string, maxLength: 20, xml: {attribute: true}}
        count: {type: integer, xml: {name: n}}
        sure: {type: boolean}
        tags: {type: array, items: {type: string, xml: {name: tag}}, xml: {name: tagList, wrapped: true}}
        codes: {type: array, maxItems: 3, items: {type: integer, xml: {name: code}}}
        address: {$ref: "#/components/schemas/Address"}
        period: {type: object, required: [first], properties: {first: {type: string, format: date}, last: {type: string}}}
        others: {type: array, items: {$ref: "#/components/schemas/Address"}, xml: {wrapped: true}}
    Address:
      type: object
      additionalProperties: false
      required: [city]
      xml: {name: addr}
      properties:
        city: {type: string, xml: {namespace: "urn:c", prefix: c}}
        floor: {type: integer}
        within: {$ref: "#/components/schemas/Address"}
"""


class Address(Request):
    """Somewhere, which may be within another."""

    city: Annotated[str, Xml(namespace="urn:c", prefix="c")]
    floor: int | None = None
    within: Annotated[Address, Xml(name="addr")] | None = None


class Period(Request):
    """From a day on."""

    first: str
    last: str | None = None


class Thing(Request):
    """What the contract has."""

    name: Annotated[str, Xml(attribute=True)]
    number: Annotated[int, Xml(name="n")] = Field(serialization_alias="count")
    sure: bool
    tags: Annotated[list[Annotated[str, Xml(name="tag")]], Xml(name="tagList", wrapped=True)] | None = None
    codes: list[Annotated[int, Xml(name="code")]] | None = None
    address: Annotated[Address, Xml(name="addr")] | None = None
    period: Period | None = None
    others: Annotated[list[Annotated[Address, Xml(name="addr")]], Xml(wrapped=True)] | None = None


class WithFiles(Thing):
    """The same, with files."""

    photo: Base64
    scans: list[File] | None = None


class Text(Request):
    """A text that is the whole."""

    text: str


FORM = RestOperation(
    method="POST",
    path="/form",
    body="fields",
    media="application/x-www-form-urlencoded",
    encoding={
        "codes": Encoding(style="pipeDelimited"),
        "address": Encoding(style="deepObject"),
        "period": Encoding(style="form"),
    },
)
MULTIPART = RestOperation(
    method="POST", path="/multipart", body="fields", media="multipart/form-data", encoding={"photo": Encoding(content_type="image/png")}
)
XML = RestOperation(method="POST", path="/xml", body="fields", media="application/xml", xml=Xml(name="thing", namespace="urn:t"))
THING = {
    "name": "测试 甲&<",
    "number": 7,
    "sure": True,
    "tags": ["a,b", ""],
    "codes": [1, 2],
    "address": {"city": "北京", "floor": 3, "within": {"city": "x"}},
    "period": {"first": "2026-01-02"},
    "others": [{"city": "a"}, {"city": "b", "floor": 2}],
}
VALUE = {name if name != "number" else "count": value for name, value in THING.items()}
PHOTO = b"\x89PNG\r\n\x00--\xff"


class Echo(RestSandbox):
    """Answers with what it read."""

    adapter = "echo"

    async def answer(self, request: web.Request, operation: str, body: Any) -> web.StreamResponse:
        return json_response(body)

    def refusal(self, request: web.Request, operation: str, decision: Decision) -> web.StreamResponse:
        return json_response(decision.outcome)


async def read(folder: Path, operation: RestOperation, request: Request) -> Any:
    """What the sandbox read of a request."""
    (folder / "contract.yaml").write_text(CONTRACT)
    sandbox_type = type("EchoOfThis", (Echo,), {"contract_file": folder / "contract.yaml"})
    sandbox = sandbox_type(SandboxContext(name="echo", data=folder))
    async with serve_sandboxes([(sandbox, 0)]), RestClient(connection(sandbox.url)) as client:
        return read_json(await operation.send(client, call(), request))


async def test_a_form_is_read_by_the_contracts_encoding(tmp_path: Path) -> None:
    assert await read(tmp_path, FORM, Thing.model_validate(THING)) == VALUE


async def test_a_multipart_is_read_with_its_files(tmp_path: Path) -> None:
    scan = {"name": "扫描.pdf", "content_type": "application/pdf", "content": "AAE="}
    request = WithFiles.model_validate({**THING, "photo": base64.b64encode(PHOTO).decode(), "scans": [scan, scan]})
    photo = base64.b64encode(PHOTO).decode()
    assert await read(tmp_path, MULTIPART, request) == {**VALUE, "photo": photo, "scans": ["AAE=", "AAE="]}


async def test_xml_is_read_by_the_contracts_hints(tmp_path: Path) -> None:
    assert await read(tmp_path, XML, Thing.model_validate(THING)) == VALUE


async def test_a_text_is_read_as_it_is(tmp_path: Path) -> None:
    text = RestOperation(method="POST", path="/text", body="text", media="text/plain; charset=utf-8")
    assert await read(tmp_path, text, Text(text="张 1")) == "张 1"


@pytest.mark.parametrize("operation", [FORM, XML, MULTIPART], ids=lambda one: one.path)
async def test_what_breaks_the_contract_is_named_with_its_place(tmp_path: Path, operation: RestOperation) -> None:
    request = WithFiles.model_validate({**THING, "name": "x" * 21, "codes": [1, 2, 3, 4], "period": {"first": "soon"}, "photo": "AA=="})
    with pytest.raises(Invalid) as refused:
        await read(
            tmp_path, operation, request if operation is MULTIPART else Thing.model_validate(request.model_dump(exclude={"photo", "scans"}))
        )
    assert set(str(refused.value).rpartition(": ")[2].split(", ")) == {"/name", "/codes", "/period/first"}


async def test_another_root_or_a_media_type_that_there_is_not_is_refused(tmp_path: Path) -> None:
    other = RestOperation(method="POST", path="/xml", body="fields", media="application/xml", xml=Xml(name="thing"))
    with pytest.raises(Invalid):
        await read(tmp_path, other, Thing.model_validate(THING))
    json = RestOperation(method="POST", path="/form", body="fields")
    with pytest.raises(Invalid):
        await read(tmp_path, json, Thing.model_validate(THING))
