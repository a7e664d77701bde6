"""The address for a department's callbacks during a test, which keeps them unread, as they came."""

from __future__ import annotations

import asyncio

from aiohttp import web

_PATIENCE = 10.0

#: Header names in lower case, and the body.
Arrived = tuple[dict[str, str], bytes]


class Inbox:
    """An address for callbacks. The next ``refuse`` ones are answered with 500, so that they come again."""

    def __init__(self) -> None:
        self._runner: web.AppRunner | None = None
        self._arrived: asyncio.Queue[Arrived] = asyncio.Queue()
        self.refuse = 0
        self.url = ""

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application()
        app.router.add_route("*", "/callbacks", self._receive)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/callbacks"

    async def stop(self) -> None:
        """Close the port."""
        if self._runner is not None:
            await self._runner.cleanup()

    def clear(self) -> None:
        """Forget the callbacks of an earlier test."""
        self._arrived = asyncio.Queue()
        self.refuse = 0

    async def take(self) -> Arrived | None:
        """Give the next callback, or None when none comes in ten seconds."""
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._arrived.get()
        except TimeoutError:
            return None

    async def _receive(self, request: web.Request) -> web.Response:
        self._arrived.put_nowait(({name.lower(): value for name, value in request.headers.items()}, await request.read()))
        if self.refuse > 0:
            self.refuse -= 1
            return web.Response(status=500)
        return web.json_response({"code": "0"})
