"""Each field of a request goes where the contract has it."""

from __future__ import annotations

import asyncio
from typing import Annotated
from urllib.parse import unquote

import pytest
from pydantic import Field

from gateway.model.errors import InDoubt
from gateway.sdk import Base64, Request
from gateway.sdk.contracts.parsed_bodies import parsed_body
from gateway.sdk.rest import RestClient
from gateway.sdk.rest_operation import Encoding, RestOperation, Xml
from tests.gateway.sdk.conftest import Listen, call, connection, http, read_request, replies


class Find(Request):
    """A request with something for every place."""

    permit_id: str = Field(serialization_alias="permit-id")
    parts: list[int] | None = None
    detailed: bool | None = None
    language: str | None = Field(None, serialization_alias="Accept-Language")
    name: str | None = None
    body: dict[str, int] | None = None


class Note(Request):
    """A request that is one text, or bytes."""

    text: str | None = None
    scan: Base64 | None = None
    tags: list[Annotated[str, Xml(name="tag")]] | None = None


async def sent(listen: Listen, operation: RestOperation, request: Request) -> bytes:
    seen: list[bytes] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await read_request(reader))
        writer.write(http(200, b"{}", "Content-Type: application/json"))

    async with RestClient(connection(await listen(script))) as client:
        await operation.send(client, call(), request, headers={"X-Key": "k"}, params={"key": "s"})
    return seen[0]


async def test_path_query_header_and_body_are_told_apart(listen: Listen) -> None:
    operation = RestOperation(
        method="POST",
        path="/permits/{permit-id}/parts",
        in_path=frozenset({"permit-id"}),
        in_query=frozenset({"parts", "detailed"}),
        in_header=frozenset({"Accept-Language"}),
        constant_headers={"Accept": "application/vnd.x+json"},
        body="fields",
    )
    request = Find(permit_id="a/b 甲", parts=[1, 2], detailed=True, language="zh-CN", name="测试甲")
    head, _, body = (await sent(listen, operation, request)).partition(b"\r\n\r\n")
    line, *headers = head.split(b"\r\n")
    path, _, query = line.split()[1].partition(b"?")
    assert path == b"/permits/a%2Fb%20%E7%94%B2/parts"
    assert sorted(query.split(b"&")) == [b"detailed=true", b"key=s", b"parts=1", b"parts=2"]
    assert {b"Accept: application/vnd.x+json", b"Accept-Language: zh-CN", b"X-Key: k"} <= set(headers)
    assert body == '{"name":"测试甲"}'.encode()


async def test_the_key_goes_where_the_contract_wants_it(listen: Listen) -> None:
    in_body = RestOperation(method="POST", path="/x", in_path=frozenset({"permit-id"}), key="requestKey", body="fields")
    assert f'{{"requestKey":"{call().key}"}}'.encode() in await sent(listen, in_body, Find(permit_id="1"))
    in_query = RestOperation(method="POST", path="/x", in_query=frozenset({"requestKey"}), key="requestKey")
    assert f"requestKey={call().key}".encode() in await sent(listen, in_query, Find(permit_id="1"))


async def test_one_field_can_be_the_whole_body_and_none_can_be_needed(listen: Listen) -> None:
    whole = RestOperation(method="PUT", path="/x", body="body")
    assert (await sent(listen, whole, Find(permit_id="1", body={"a": 1}))).endswith(b'\r\n\r\n{"a":1}')
    nothing = RestOperation(method="GET", path="/x")
    assert (await sent(listen, nothing, Find(permit_id="1"))).endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("how", "written"),
    [
        (None, {"parts=1", "parts=2", "parts=3"}),
        (Encoding(explode=False), {"parts=1,2,3"}),
        (Encoding(style="pipeDelimited"), {"parts=1%7C2%7C3"}),
        (Encoding(style="spaceDelimited"), {"parts=1+2+3"}),
        (Encoding(style="form"), {"parts=1", "parts=2", "parts=3"}),
    ],
)
async def test_a_list_goes_into_the_address_as_the_contract_says(listen: Listen, how: Encoding | None, written: set[str]) -> None:
    encoding = {} if how is None else {"parts": how}
    operation = RestOperation(method="GET", path="/x", in_query=frozenset({"parts"}), encoding=encoding)
    line = (await sent(listen, operation, Find(permit_id="1", parts=[1, 2, 3]))).split(b"\r\n")[0].decode()
    assert set(line.split()[1].partition("?")[2].removesuffix("&key=s").split("&")) == written


async def test_an_object_goes_into_the_address_as_the_contract_says(listen: Listen) -> None:
    for how, written in ((Encoding(style="deepObject"), {"body[a]=1", "body[b]=2"}), (Encoding(style="form"), {"a=1", "b=2"})):
        operation = RestOperation(method="GET", path="/x", in_query=frozenset({"body"}), encoding={"body": how})
        line = (await sent(listen, operation, Find(permit_id="1", body={"a": 1, "b": 2}))).split(b"\r\n")[0].decode()
        assert set(unquote(line.split()[1]).partition("?")[2].removesuffix("&key=s").split("&")) == written


@pytest.mark.parametrize(
    ("operation", "request_", "kind", "body"),
    [
        (
            RestOperation(method="POST", path="/x", body="text", media="text/plain; charset=GBK"),
            Note(text="张"),
            "text/plain; charset=GBK",
            "张".encode("gbk"),
        ),
        (RestOperation(method="POST", path="/x", body="scan", media="image/png"), Note(scan=b"\xff"), "image/png", b"\xff"),
        (
            RestOperation(method="POST", path="/x", body="fields", media="application/vnd.x+json"),
            Note(text="a"),
            "application/vnd.x+json",
            b'{"text":"a"}',
        ),
        (
            RestOperation(method="POST", path="/x", body="fields", media="application/x-www-form-urlencoded", key="requestKey"),
            Note(text="a", tags=["b", "c"]),
            "application/x-www-form-urlencoded",
            b"text=a&tags=b&tags=c&requestKey=key-1",
        ),
        (
            RestOperation(method="POST", path="/x", body="tags", media="text/xml", xml=Xml(name="all")),
            Note(tags=["b"]),
            "text/xml; charset=utf-8",
            b"<?xml version='1.0' encoding='utf-8'?>\n<all><tag>b</tag></all>",
        ),
        (
            RestOperation(method="POST", path="/x", body="fields", media="application/xml", key="requestKey", xml=Xml(name="note")),
            Note(text="a", scan=b"\xff"),
            "application/xml; charset=utf-8",
            b"<?xml version='1.0' encoding='utf-8'?>\n<note><text>a</text><scan>/w==</scan><requestKey>key-1</requestKey></note>",
        ),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
async def test_a_body_is_written_in_the_media_type_that_the_operation_names(
    listen: Listen, operation: RestOperation, request_: Request, kind: str, body: bytes
) -> None:
    head, _, content = (await sent(listen, operation, request_)).partition(b"\r\n\r\n")
    assert f"Content-Type: {kind}".encode() in head.split(b"\r\n")
    assert content == body


async def test_a_file_is_a_part(listen: Listen) -> None:
    operation = RestOperation(method="POST", path="/x", body="fields", media="multipart/form-data")
    head, _, content = (await sent(listen, operation, Note(text="a", scan=b"\xff"))).partition(b"\r\n\r\n")
    (kind,) = (line.partition(b": ")[2].decode() for line in head.split(b"\r\n") if line.startswith(b"Content-Type"))
    assert parsed_body(kind, content) == {"text": ["a"], "scan": [b"\xff"]}


@pytest.mark.parametrize(("body", "media"), [("fields", "text/plain"), ("fields", "application/xml"), ("text", "text/xml")])
def test_an_operation_that_cannot_be_written_says_so_when_it_is_made(body: str, media: str) -> None:
    with pytest.raises(ValueError, match="/x"):
        RestOperation(method="POST", path="/x", body=body, media=media)


@pytest.mark.parametrize(
    ("documented", "status", "body", "given"),
    [
        (200, 201, b"{}", True),
        (200, 202, b"{}", True),
        (201, 200, b"{}", True),
        (204, 201, b"", True),
        (200, 204, b"", True),
        (204, 200, b"", False),
        (200, 201, b"", True),
        (202, 202, b"", True),
        (200, 202, b"", False),
        (200, 203, b"{}", False),
        (200, 206, b"{}", False),
    ],
)
async def test_done_is_done_under_whichever_status(listen: Listen, documented: int, status: int, body: bytes, given: bool) -> None:  # noqa: FBT001  # a parameter of the test
    operation = RestOperation(method="POST", path="/x", accept=frozenset({documented}))
    reply = http(status, body, "Content-Type: application/json", "Location: /cases/1")
    async with RestClient(connection(await listen(replies(reply)))) as client:
        if given:
            assert (await operation.send(client, call(), Note())).headers["Location"] == "/cases/1"
        else:
            with pytest.raises(InDoubt, match=f"http_{status}"):
                await operation.send(client, call(), Note())


@pytest.mark.parametrize(("status", "given"), [(200, True), (201, False), (202, False), (204, False)])
async def test_exact_takes_no_other_status(listen: Listen, status: int, given: bool) -> None:  # noqa: FBT001  # as above
    operation = RestOperation(method="POST", path="/x", exact=True)
    reply = http(status, b"" if status == 204 else b"{}", "Content-Type: application/json")
    async with RestClient(connection(await listen(replies(reply)))) as client:
        if given:
            assert (await operation.send(client, call(), Note())).status == status
        else:
            with pytest.raises(InDoubt, match=f"http_{status}"):
                await operation.send(client, call(), Note())


async def test_values_may_come_by_the_contracts_names(listen: Listen) -> None:
    operation = RestOperation(method="POST", path="/x/{id}", in_path=frozenset({"id"}), key="requestKey", body="fields")
    seen: list[bytes] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await read_request(reader))
        writer.write(http(200, b"{}", "Content-Type: application/json"))

    values = {"id": 7, "list": ["a"]}
    async with RestClient(connection(await listen(script))) as client:
        await operation.send(client, call(), values)
    assert seen[0].startswith(b"POST /x/7 ")
    assert seen[0].endswith(b'\r\n\r\n{"list":["a"],"requestKey":"key-1"}')
    assert values == {"id": 7, "list": ["a"]}
