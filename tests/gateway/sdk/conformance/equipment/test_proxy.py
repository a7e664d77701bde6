"""The fault proxy passes on what it should, and spoils what it was ordered to, byte by byte."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from gateway.sdk.conformance.equipment.proxy import HUGE, FaultProxy, field_of
from tests.patience import within

REQUEST = b"POST /do HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\n"
REPLY = HEAD + b"0123456789"


class Department:
    """Answers every request alike, and counts them."""

    def __init__(self) -> None:
        self.reply = REPLY
        self.closes = False
        self.got = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readexactly(len(REQUEST))
            self.got += 1
            writer.write(self.reply)
            await writer.drain()
            if not self.closes:
                await reader.read()
        writer.close()


@pytest.fixture
async def department() -> AsyncIterator[tuple[Department, FaultProxy]]:
    """A department and the proxy before it."""
    one = Department()
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    proxy = FaultProxy(server.sockets[0].getsockname()[1])
    await proxy.start()
    yield one, proxy
    await proxy.stop()
    server.close()


async def send(proxy: FaultProxy, request: bytes = REQUEST) -> bytes:
    """Send one request and read to the end of the connection. A reset raises ConnectionError."""
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    try:
        writer.write(request)
        return await reader.read()
    finally:
        writer.close()


async def test_an_honest_proxy_passes_both_ways_and_keeps_the_connection(department: tuple[Department, FaultProxy]) -> None:
    one, proxy = department
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    for _ in range(2):
        writer.write(REQUEST)
        assert await reader.readexactly(len(REPLY)) == REPLY
    assert [(seen.connection, seen.head + seen.body) for seen in proxy.seen] == [(1, REQUEST), (1, REQUEST)]
    assert one.got == 2
    writer.close()
    async with within():
        await proxy.until_closed()


@pytest.mark.parametrize(
    "body",
    [b"Transfer-Encoding: chunked\r\n\r\n4\r\n0123\r\n6;x=1\r\n456789\r\n0\r\n\r\n", b"\r\n0123456789"],
    ids=["chunked", "to the end of the connection"],
)
async def test_a_reply_ends_where_it_says(department: tuple[Department, FaultProxy], body: bytes) -> None:
    one, proxy = department
    one.closes = True
    one.reply = b"HTTP/1.1 200 OK\r\nConnection: close\r\n" + body
    assert await send(proxy) == one.reply


async def test_a_reset_before_and_after_the_department_has_it(department: tuple[Department, FaultProxy]) -> None:
    one, proxy = department
    proxy.order("cut_request")
    with pytest.raises(ConnectionError):
        await send(proxy)
    assert one.got == 0
    proxy.order("lose_reply")
    with pytest.raises(ConnectionError):
        await send(proxy)
    assert one.got == 1


async def test_a_hung_request_is_let_go(department: tuple[Department, FaultProxy]) -> None:
    one, proxy = department
    proxy.order("hang")
    waiting = asyncio.create_task(send(proxy))
    async with within():
        await proxy.until_seen(1)
        proxy.let_go()
        with pytest.raises(ConnectionError):
            await waiting
        await proxy.until_closed(1)
    assert one.got == 0


async def test_half_a_reply_a_dripped_one_and_another(department: tuple[Department, FaultProxy]) -> None:
    one, proxy = department
    proxy.order("cut_reply")
    assert await send(proxy) == HEAD + b"01234"
    proxy.order("drip", seconds=0)
    assert await send(proxy) == REPLY
    proxy.order("answer", answer=b"something else")
    assert await send(proxy) == b"something else"
    assert one.got == 3
    proxy.order("answer", answer=b"something else", forward=False)
    assert await send(proxy) == b"something else"
    assert one.got == 3


async def test_the_first_requests_are_spared(department: tuple[Department, FaultProxy]) -> None:
    _, proxy = department
    proxy.order("answer", answer=b"something else", after=1)
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(REQUEST)
    assert await reader.readexactly(len(REPLY)) == REPLY
    writer.write(REQUEST)
    assert await reader.read() == b"something else"
    writer.close()


async def test_a_bomb_is_small_until_it_is_unpacked(department: tuple[Department, FaultProxy]) -> None:
    _, proxy = department
    proxy.order("bomb")
    head, _, body = (await send(proxy)).partition(b"\r\n\r\n")
    assert field_of(head, b"content-encoding") == b"gzip"
    assert field_of(head, b"content-type") == b"text/plain"
    assert len(body) < HUGE // 500
    assert len(gzip.decompress(body)) == HUGE


async def test_a_flood_goes_on_for_as_long_as_it_is_read(department: tuple[Department, FaultProxy]) -> None:
    _, proxy = department
    proxy.order("flood")
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(REQUEST)
    assert len(await reader.readexactly(2**20)) == 2**20
    writer.transport.abort()
    async with within():
        await proxy.until_closed()
