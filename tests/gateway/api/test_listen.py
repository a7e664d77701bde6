"""Sockets: access to them, and the life of a silent one."""

from __future__ import annotations

import asyncio
import stat

import pytest
from aiohttp import web

from gateway.api.http.parts import ApiLimits
from gateway.api.listen import listen
from tests.gateway.api.conftest import World
from tests.patience import within


@pytest.fixture
def limits() -> ApiLimits:
    """Set limits that soon give up a connection that brings nothing."""
    return ApiLimits(body_seconds=0.3, idle_seconds=0.5, heartbeat_seconds=0.2, streams=2)


@pytest.mark.parametrize("sent", [b"", b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: "])
async def test_a_connection_that_brings_no_whole_head_is_closed(world: World, sent: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", world.listening.port)
    writer.write(sent)
    async with within():
        assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()


async def test_a_kept_connection_is_closed_when_it_drips_its_next_head(world: World) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", world.listening.port)
    writer.write(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\nGET /livez HT")
    async with within():
        answers = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answers.count(b"HTTP/1.1 200") == 1


async def test_the_unix_socket_is_its_owners_alone_and_everything_is_allowed_there(world: World) -> None:
    assert stat.S_IMODE(world.socket.stat().st_mode) == 0o600
    assert (await world.ask("GET", "/v1/keys", "local")).status == 200
    await world.listening.close()
    assert not world.socket.exists()


async def test_what_a_killed_process_left_is_taken_over_and_a_taken_port_is_told(world: World) -> None:
    left = world.socket.with_name("left.sock")
    left.touch()
    app = web.Application()
    listening = await listen(app, host="127.0.0.1", port=0, socket_path=left, limits=ApiLimits())
    assert left.is_socket()
    await listening.close()

    with pytest.raises(OSError, match="address already in use"):
        await listen(web.Application(), host="127.0.0.1", port=world.listening.port, socket_path=None, limits=ApiLimits())
