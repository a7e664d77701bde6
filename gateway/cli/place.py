"""Where this installation is, and the gateway of it: the running one, or one made for a command."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from gateway.cli.client import Client, over_socket
from gateway.settings import Settings, load_settings


@asynccontextmanager
async def with_gateway(settings: Settings | None = None) -> AsyncIterator[Client]:
    """Speak to the gateway that runs on this data; when none does, to one in this process that sends nothing to departments.

    Raises DatabaseRefused (``locked``) when a gateway has the data but does not listen (it is starting or stopping), ConfigError
    when none runs and the configuration is wrong.
    """
    settings = settings or load_settings()
    if await listens(settings.socket):
        async with over_socket(settings.socket) as client:
            yield client
        return
    from gateway.app import install, running  # noqa: PLC0415  # loads all of the gateway, which a running one has done already
    from gateway.logs import configure_logs  # noqa: PLC0415  # as above

    sink = configure_logs(settings.log_format, "warning", stream=sys.stderr)
    try:
        async with running(install(settings), dispatch=False, serve=False), over_socket(settings.socket) as client:
            yield client
    finally:
        sink.close()


async def is_running(settings: Settings | None = None) -> bool:
    """Whether a gateway runs on this data and takes commands."""
    return await listens((settings or load_settings()).socket)


async def listens(socket: Path) -> bool:
    """Whether somebody listens on a unix socket."""
    try:
        _, writer = await asyncio.open_unix_connection(str(socket))
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True
