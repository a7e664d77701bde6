"""Servers that do exactly as they are told, byte by byte, for the tests of what the SDK makes of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from gateway.sdk import Call, Connection, Options
from tests.patience import PATIENCE

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Listen = Callable[[Script], Awaitable[str]]


@pytest.fixture
async def listen() -> AsyncIterator[Listen]:
    """Starts a TCP server that runs the script on each connection; gives its address as an endpoint."""
    async with AsyncExitStack() as stack:

        async def start(script: Script) -> str:
            async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                try:
                    await script(reader, writer)
                except (ConnectionError, asyncio.IncompleteReadError):
                    pass  # the client has gone, as many of these tests want
                finally:
                    writer.close()

            server = await asyncio.start_server(guarded, "127.0.0.1", 0)
            stack.callback(server.close)
            return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

        yield start


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """A whole request: head and as many bytes of body as it declares."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    return head + await reader.readexactly(length)


def replies(*raw: bytes) -> Script:
    """A script that answers each request of a connection with the next of these, then closes."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for one in raw:
            await read_request(reader)
            writer.write(one)
            await writer.drain()

    return script


def http(status: int, body: bytes = b"", *headers: str) -> bytes:
    """A reply with a length."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def connection(endpoint: str, *, max_reply_bytes: int = 64 * 1024) -> Connection:
    return Connection(
        name="somewhere",
        endpoint=endpoint,
        secrets={},
        options=Options(),
        deadline=PATIENCE,
        max_reply_bytes=max_reply_bytes,
        concurrency=8,
    )


def call(**more: Any) -> Call:
    return Call(
        **{
            "operation": "do",
            "key": "key-1",
            "attempt": 1,
            "deadline": 2.0,
            "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            **more,
        }
    )
