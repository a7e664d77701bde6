"""Connections that speak no HTTP at all."""

from __future__ import annotations

import asyncio

import orjson
import pytest
import structlog

from tests.gateway.api.conftest import World


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /livez HTTP/1.1\r\nX-Number\x01: 500152199001010018\r\n\r\n",
        b"GET /v1/500152199001010018 HTTP/9.9\r\n\r\n",
        b"500152199001010018\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nX-Long: " + b"500152199001010018" * 1000 + b"\r\n\r\n",
        b"POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n500152199001010018",
    ],
)
async def test_it_is_400_as_a_problem_and_never_repeated(world: World, sent: bytes, caplog: pytest.LogCaptureFixture) -> None:
    with structlog.testing.capture_logs() as logs:
        reader, writer = await asyncio.open_connection("127.0.0.1", world.listening.port)
        writer.write(sent)
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()

    head, _, body = answer.partition(b"\r\n\r\n")
    assert b" 400 " in head.splitlines()[0]
    assert b"application/problem+json" in head
    assert orjson.loads(body)["type"] == "/problems/malformed"
    assert {line["event"] for line in logs} == {"connection_failed"}
    assert "500152199001010018" not in f"{logs}{caplog.text}{answer!r}"
