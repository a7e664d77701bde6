"""A small gateway of the tests' own, whose pages and streams weigh, move and come as a test says."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

STYLE = b"main { color: black }" * 100


@dataclass
class Small:
    """Its ``html`` is the page, also at a counter, where each form leads on unless it ``refuses`` it.

    Once it is still, each stream gets another state that long after a filing (None: never).
    """

    base: str = ""
    html: str = ""
    shows_when_still: float | None = 0.0
    is_still: bool = False
    ends: bool = False
    filed: int = 0
    asked: int = 0
    sent: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    refuses: str = ""
    _streams: list[asyncio.Queue[str]] = field(default_factory=list)

    async def page(self, request: web.Request) -> web.StreamResponse:
        if "text/event-stream" not in request.headers["Accept"]:
            self.asked += 1
            return web.Response(text=self.html, content_type="text/html")
        queue: asyncio.Queue[str] = asyncio.Queue()
        self._streams.append(queue)
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)
        await answer.write(b"event: alive\ndata: 1\n\n")
        while not self.ends and (case := await queue.get()):
            await answer.write(b"event: alive\ndata: 2\n\n" + f"data: {'x' * 100_000}\ndata: {case}\n\n".encode())
        return answer

    async def take(self, request: web.Request) -> web.Response:
        self.sent.append((request.path, {name: str(value) for name, value in (await request.post()).items()}))
        leads_on = request.path != self.refuses
        return web.Response(status=303, headers={"Location": "/counter/d1/applicant"}) if leads_on else web.Response(status=422)

    async def still(self) -> None:
        self.is_still = True

    def close(self) -> None:
        """End every stream."""
        for queue in self._streams:
            queue.put_nowait("")

    async def file(self, request: web.Request) -> web.Response:
        await request.read()
        self.filed += 1
        case = f"case-{self.filed:06}"
        if self.is_still and self.shows_when_still is not None:
            for queue in self._streams:
                asyncio.get_running_loop().call_later(self.shows_when_still, queue.put_nowait, case)
        return web.json_response({"id": case, "state": "approved"})


@pytest.fixture
async def small() -> AsyncIterator[Small]:
    small = Small()
    app = web.Application()

    async def style(_: web.Request) -> web.Response:
        return web.Response(body=gzip.compress(STYLE), headers={"Content-Encoding": "gzip", "Content-Type": "text/css"})

    async def away(_: web.Request) -> web.Response:
        raise web.HTTPSeeOther("/sign-in")

    app.router.add_get("/page", small.page)
    app.router.add_get("/counter{rest:.*}", small.page)
    app.router.add_post("/counter{rest:.*}", small.take)
    app.router.add_get("/static/{name}", style)
    app.router.add_get("/closed", away)
    app.router.add_post("/v1/applications", small.file)
    runner = web.AppRunner(app, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    small.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield small
    small.close()
    await runner.cleanup()
