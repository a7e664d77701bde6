"""The place of this installation, and its gateway: the running one, or one made for a command."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TypeVar

import orjson

from gateway.cli.terminal.client import Client, over_socket
from gateway.installation.settings import Settings, load_settings
from gateway.model import JsonObject

T = TypeVar("T")

#: Seconds between two looks for a starting gateway's socket: nothing tells when it listens.
_LOOK_AGAIN = 0.1


def ask(method: str, path: str, *, body: object = None, params: Mapping[str, str] | None = None, wait: float = 0) -> JsonObject:
    """Give the JSON object that the gateway answers. ``body`` is sent as JSON, ``wait`` are seconds that it may take beyond the usual.

    Raises Answered for a status of 400 and more, and what ``with_gateway`` raises.
    """
    sent = None if body is None else orjson.dumps(body)
    return speak(lambda client: client.call(method, path, body=sent, params=params, wait=wait))


def speak(say: Callable[[Client], Awaitable[T]]) -> T:
    """Give what is learnt of the gateway by more than one question. Raises what ``with_gateway`` raises."""

    async def spoken() -> T:
        async with with_gateway() as client:
            return await say(client)

    return asyncio.run(spoken())


@asynccontextmanager
async def with_gateway() -> AsyncIterator[Client]:
    """Speak to the gateway that runs on this data, or else to one in this process that sends nothing to departments.

    A gateway that is starting or stopping, or another command, gets a few seconds to be ready or gone. Raises DatabaseRefused
    (``locked``) when that is not enough, ConfigError when none runs and the configuration is wrong.
    """
    settings = load_settings()
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(over_socket(await _door(settings, stack)))


async def _door(settings: Settings, stack: AsyncExitStack) -> Path:
    """Give the socket to speak through: that of the running gateway, or of one made here, which the stack ends."""
    if await listens(settings.socket):
        return settings.socket
    from gateway.assembly.app import install, running
    from gateway.journal.store.refused import DatabaseRefused
    from gateway.telemetry.logs import configure_logs

    stack.callback(configure_logs(settings.log_format, "warning", stream=sys.stderr).close)
    installation, own = install(settings), settings.data / f"{os.getpid()}.sock"
    until = time.monotonic() + settings.lock_seconds
    while True:
        try:
            await stack.enter_async_context(running(installation, dispatch=False, serve=False, socket=own))
        except DatabaseRefused as refused:
            if refused.code != "locked" or time.monotonic() > until:
                raise
        else:
            return own
        await asyncio.sleep(_LOOK_AGAIN)
        if await listens(settings.socket):
            return settings.socket


async def listens(socket: Path) -> bool:
    """Tell whether somebody listens on a unix socket."""
    try:
        _, writer = await asyncio.open_unix_connection(str(socket))
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True
