"""Serve the interface: on TCP, and on a unix socket that only its owner can open."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from gateway.api.connection import Runner
from gateway.api.http.parts import ApiLimits

if TYPE_CHECKING:
    from pathlib import Path

#: Seconds that requests under way are given at shutdown.
GRACE = 10.0
#: Seconds that an unread body may go on after its answer.
_LINGER = 2.0
_BACKLOG = 1024


@dataclass(frozen=True, slots=True)
class Listening:
    """The sockets that it listens on. ``close`` ends streams and waits, finishes requests, and closes the sockets."""

    runner: web.AppRunner
    port: int | None
    socket: Path | None

    async def close(self) -> None:
        """Stop: take no new request, and give those under way ``GRACE`` seconds."""
        await self.runner.cleanup()
        if self.socket is not None:
            self.socket.unlink(missing_ok=True)


async def listen(app: web.Application, *, host: str, port: int | None, socket_path: Path | None, limits: ApiLimits) -> Listening:
    """Start serving. ``port`` 0 takes a free one, none serves no TCP. ``socket_path`` none makes no unix socket.

    A connection that does not bring a request's head within ``limits.idle_seconds`` is closed. Raises OSError when the port or
    the path is taken.
    """
    runner = Runner(
        app,
        access_log=None,
        keepalive_timeout=limits.idle_seconds,
        lingering_time=_LINGER,
        auto_decompress=False,
        shutdown_timeout=GRACE,
        handle_signals=False,
    )
    await runner.setup()
    try:
        found = None
        if port is not None:
            await web.TCPSite(runner, host, port, backlog=_BACKLOG).start()
            found = next(address[1] for address in runner.addresses if isinstance(address, tuple))
        if socket_path is not None:
            await web.SockSite(runner, _unix(socket_path), backlog=_BACKLOG).start()
    except BaseException:
        await runner.cleanup()
        raise
    return Listening(runner, found, socket_path)


def _unix(path: Path) -> socket.socket:
    """Make a unix socket at ``path``, mode 0600 from its first moment. A killed process's socket goes: the data's lock is ours."""
    path.unlink(missing_ok=True)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        before = os.umask(0o177)
        try:
            bound.bind(str(path))
        finally:
            os.umask(before)
    except BaseException:
        bound.close()
        raise
    bound.setblocking(False)
    return bound
