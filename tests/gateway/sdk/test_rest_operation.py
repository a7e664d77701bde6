"""Each field of a request goes where the contract has it."""

from __future__ import annotations

import asyncio

from pydantic import Field

from gateway.sdk import Request
from gateway.sdk.rest import RestClient
from gateway.sdk.rest_operation import RestOperation
from tests.gateway.sdk.conftest import Listen, call, connection, http, read_request


class Find(Request):
    """A request with something for every place."""

    permit_id: str = Field(serialization_alias="permit-id")
    parts: list[int] | None = None
    detailed: bool | None = None
    language: str | None = Field(None, serialization_alias="Accept-Language")
    name: str | None = None
    body: dict[str, int] | None = None


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
