"""The fault proxy makes each fault on the right side, and counts them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from tests.faults.proxy import Kind, Proxy, Trouble
from tests.patience import within


class Echo:
    """A server that answers each line with ``answer <line>`` and keeps all lines."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.heard = asyncio.Event()
        self.serving: set[asyncio.Task[None] | None] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.serving.add(asyncio.current_task())
        try:
            while line := await reader.readline():
                self.got.append(line)
                self.heard.set()
                writer.write(b"answer " + line)
                await writer.drain()
        except ConnectionError:
            pass  # the proxy cut it
        finally:
            await _end(writer)


@asynccontextmanager
async def between(seed: int = 1) -> AsyncIterator[tuple[Proxy, Echo]]:
    echo = Echo()
    server = await asyncio.start_server(echo.serve, "127.0.0.1", 0)
    async with Proxy(server.sockets[0].getsockname()[1], seed=seed) as proxy:
        yield proxy, echo
    server.close()
    await asyncio.gather(*(task for task in echo.serving if task is not None))


async def _say(proxy: Proxy, *lines: bytes) -> list[bytes]:
    """Say lines on one connection, each after the answer to the one before. Gives the answers ("" at an end)."""
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    answers = []
    try:
        for line in lines:
            writer.write(line)
            async with within():
                answers.append(await reader.readline())
    finally:
        await _end(writer)
    return answers


async def _end(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()


async def test_nothing_is_spoilt_unless_it_is_switched_on() -> None:
    async with between() as (proxy, echo):
        assert await _say(proxy, b"one\n", b"two\n") == [b"answer one\n", b"answer two\n"]
        assert echo.got == [b"one\n", b"two\n"]
        assert proxy.done == {"exchange": 2}


@pytest.mark.parametrize(("kind", "arrives", "answer"), [("lose_reply", 2, b""), ("cut_reply", 2, b"answe"), ("refuse", 1, b"")])
async def test_the_second_exchange_alone_is_spoilt(kind: Kind, arrives: int, answer: bytes) -> None:
    async with between() as (proxy, echo):
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(b"one\n")
        assert await reader.readline() == b"answer one\n"
        proxy.switch(Trouble(kind=kind, times=1))
        writer.write(b"two\n")
        try:
            async with within():
                rest = await reader.read()
        except ConnectionResetError:
            rest = b""
        assert rest == answer
        assert len(echo.got) == arrives
        assert await _say(proxy, b"three\n") == [b"answer three\n"]  # the fault was for one exchange
        assert proxy.done[kind] == 1
        await _end(writer)


async def test_a_reset_is_a_reset_and_the_request_arrived() -> None:
    async with between() as (proxy, echo):
        proxy.switch(Trouble(kind="reset"))
        with pytest.raises(ConnectionResetError):
            await _say(proxy, b"one\n")
        assert echo.got == [b"one\n"]


async def test_a_black_hole_swallows_and_says_nothing() -> None:
    async with between() as (proxy, echo):
        proxy.switch(Trouble(kind="black_hole"))
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(b"one\n")
        with pytest.raises(TimeoutError):
            async with within(0.2):
                await reader.read(1)
        assert echo.got == []
        await _end(writer)


@pytest.mark.parametrize("kind", ["delay", "drip"])
async def test_late_and_slow_replies_are_whole(kind: Kind) -> None:
    async with between() as (proxy, echo):
        proxy.switch(Trouble(kind=kind, seconds=0.05))
        saying = asyncio.create_task(_say(proxy, b"one\n"))
        await echo.heard.wait()
        assert not saying.done()
        assert await saying == [b"answer one\n"]


async def test_the_same_seed_spoils_the_same_exchanges() -> None:
    async def spoilt(seed: int) -> list[bool]:
        async with between(seed) as (proxy, _):
            proxy.switch(Trouble(kind="cut_reply", probability=0.3))
            return [await _say(proxy, b"one\n") != [b"answer one\n"] for _ in range(40)]

    first, again, other = await spoilt(1), await spoilt(1), await spoilt(2)
    assert first == again
    assert first != other
    assert 4 <= sum(first) <= 22


async def test_nobody_behind_it_looks_like_nobody() -> None:
    async with Proxy(1) as proxy:
        with suppress(ConnectionResetError):
            assert await _say(proxy, b"one\n") == [b""]
