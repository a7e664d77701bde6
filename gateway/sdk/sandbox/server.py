"""The listening side of a sandbox: a port that can be refused for a while."""

from __future__ import annotations

import asyncio
import errno
import socket

from aiohttp import web


class Listener:
    """A server of one application on one port, which it keeps even while it refuses connections there."""

    def __init__(self, host: str) -> None:
        self._host = host
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._site: web.SockSite | None = None
        self._closed: socket.socket | None = None

    async def start(self, app: web.Application, port: int) -> None:
        """Listen on ``port`` (0: a free one). Raises OSError when it is taken."""
        bound = self._bind(port)
        self.port = bound.getsockname()[1]
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5, keepalive_timeout=75)
        await self._runner.setup()
        await self._listen(bound)

    async def stop(self) -> None:
        """Close the port and every connection."""
        if self._closed is not None:
            self._closed.close()
            self._closed = None
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = self._site = None

    async def refuse(self) -> None:
        """Close the port, so that new connections are refused and open ones are cut.

        The port stays bound without listening, so that nobody else gets it meanwhile.
        """
        if self._runner is None or self._site is None:
            return
        await self._site.stop()
        self._site = None
        # The loop closes the listening socket in one of its next turns, and until then the port cannot be bound again.
        while self._closed is None:
            try:
                self._closed = self._bind(self.port)
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                await asyncio.sleep(0.001)
        if self._runner.server is not None:
            for connection in self._runner.server.connections:
                if connection.transport is not None:
                    connection.transport.abort()

    async def listen_again(self) -> None:
        """End what :meth:`refuse` began."""
        bound, self._closed = self._closed, None
        if bound is not None and self._runner is not None:
            await self._listen(bound)

    async def _listen(self, bound: socket.socket) -> None:
        if self._runner is None:
            raise RuntimeError("start() comes first")
        self._site = web.SockSite(self._runner, bound, backlog=1024)
        await self._site.start()

    def _bind(self, port: int) -> socket.socket:
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind((self._host, port))
            bound.setblocking(False)
        except BaseException:
            bound.close()
            raise
        return bound
