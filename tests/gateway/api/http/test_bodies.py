"""Bodies that are not as they should be."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.api.http.parts import ApiLimits
from gateway.model.identifiers import new_id
from tests.gateway.api.catalogue_stand_ins import SAMPLE
from tests.gateway.api.conftest import World

JSON = {"Content-Type": "application/json", "Idempotency-Key": "one"}


async def test_a_body_of_another_type_is_415(world: World) -> None:
    for media in ("text/plain", "application/xml", "application/json; charset=gbk", "multipart/form-data; boundary=x"):
        reply = await world.ask("POST", "/v1/applications", data=b"{}", headers={**JSON, "Content-Type": media})
        assert (reply.status, reply.json["type"]) == (415, "/problems/media-type"), media
    assert (
        await world.ask(
            "POST", "/v1/applications", data=json.dumps(SAMPLE), headers={**JSON, "Content-Type": "Application/JSON;charset=UTF-8"}
        )
    ).status == 202


async def test_a_compressed_body_is_415(world: World) -> None:
    bomb = gzip.compress(b" " * 10_000_000)
    reply = await world.ask("POST", "/v1/applications", data=bomb, headers={**JSON, "Content-Encoding": "gzip"})
    assert (reply.status, reply.json["type"]) == (415, "/problems/media-type")


async def test_a_body_over_the_limit_is_413_whether_it_says_its_length_or_not(world: World) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(17):
            yield b" " * 65_536

    for data in (io.BytesIO(b" " * (1024 * 1024 + 1)), chunks()):
        reply = await world.ask("POST", "/v1/applications", data=data, headers=JSON)
        assert (reply.status, reply.json["type"]) == (413, "/problems/too-large")
    assert world.intake.asked == []


@pytest.mark.parametrize("limits", [ApiLimits(body_seconds=0.3)])
async def test_a_body_that_drips_is_ended_by_a_deadline(world: World, limits: ApiLimits) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", world.listening.port)
    key = await world.key("front-end")
    head = f"POST /v1/applications HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nIdempotency-Key: k\r\n"
    writer.write(head.encode() + b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
    answer = await reader.readline()
    writer.close()
    await writer.wait_closed()

    assert answer == b"HTTP/1.1 408 Request Timeout\r\n"
    assert world.intake.asked == []


async def test_a_broken_transfer_encoding_is_400(world: World, limits: ApiLimits) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", world.listening.port)
    key = await world.key("front-end")
    head = f"POST /v1/applications HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nIdempotency-Key: k\r\n"
    writer.write(head.encode() + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz-500152199001010018\r\n")
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()

    assert b" 400 " in answer.splitlines()[0]
    assert b"500152" not in answer
    assert world.intake.asked == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b"", ""),
        (b"nonsense", ""),
        (b"[]", ""),
        (b'{"service": "a", "service": "b"}', "/service"),
        (b'{"data": "\\ud800"}', "/data"),
        (b'{"data": ' + b"[" * 50 + b"]" * 50 + b"}", ""),
        (b'{"data": 9007199254740993}', "/data"),
        (b'{"data": NaN}', "/data"),
        (b"\xff\xfe", ""),
    ],
)
async def test_what_is_no_acceptable_json_is_400_with_its_place(world: World, body: bytes, pointer: str) -> None:
    for path in ("/v1/applications", "/v1/applications/lookup"):
        reply = await world.ask("POST", path, data=body, headers=JSON)
        assert (reply.status, reply.json["type"]) == (400, "/problems/malformed")
        assert pointer in [error["pointer"] for error in reply.json["errors"]]
    assert world.intake.filed == {}


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, [("/happened", "is required"), ("/reason", "is required")]),
        ({"happened": "yes", "reason": ""}, [("/happened", "must be true or false"), ("/reason", "must have at least 1 characters")]),
        (
            {"happened": True, "reason": "r" * 501, "outcome": {"kind": "done", "500152199001010018": 1}},
            [
                ("/outcome", "holds a field that is not part of this form"),
                ("/outcome/kind", "must be one of: 'accepted', 'approved', 'rejected' or 'returned'"),
                ("/reason", "must have at most 500 characters"),
            ],
        ),
    ],
)
async def test_every_error_of_a_body_is_located_and_repeats_nothing(
    world: World, body: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    reply = await world.ask("POST", f"/v1/deliveries/{new_id()}/resolve", "operator", json=body)

    assert reply.status == 422
    assert sorted((error["pointer"], error["detail"]) for error in reply.json["errors"]) == errors
    assert b"500152" not in reply.body


async def test_so_many_errors_are_listed_and_how_many_more(world: World) -> None:
    body = b'{"a": [' + b",".join([b"1e999"] * 130) + b"]}"
    reply = await world.ask("POST", "/v1/applications/lookup", data=body, headers=JSON)
    assert (reply.status, len(reply.json["errors"]), reply.json["more_errors"]) == (400, 100, 30)

    query = "&".join(f"{chr(97 + number // 26)}{chr(97 + number % 26)}=1" for number in range(120))
    reply = await world.ask("GET", f"/v1/applications?{query}")
    assert (reply.status, len(reply.json["errors"]), reply.json["more_errors"]) == (400, 100, 20)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"x" * (256 * 1024 + 1), 413),
        (b'{"a": [' + b"1," * 30_000 + b"1]}", 400),
        (b'{"a": ' + b"[" * 100 + b"]" * 100 + b"}", 400),
        (b"<a>" + b"<b/>" * 60_000 + b"</a>", 400),
    ],
)
async def test_a_callback_that_holds_too_much_is_refused_before_its_adapter_sees_it(world: World, body: bytes, status: int) -> None:
    reply = await world.ask("POST", "/v1/departments/tax/callbacks", None, data=body, headers={"webhook-id": "m"})
    assert (reply.status, reply.json["type"]) == (status, "/problems/too-large" if status == 413 else "/problems/malformed")
