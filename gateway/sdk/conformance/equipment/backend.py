"""The department's side of a test: sandbox, proxy and the address for callbacks, in a thread and a loop of their own.

An adapter that blocks its loop therefore blocks nobody here, and the time it costs the loop is its own and not the sandbox's.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, SecretStr

from gateway.model.department import SandboxSettings
from gateway.sdk.conformance.equipment.proxy import FaultProxy
from gateway.sdk.sandbox import Sandbox, SandboxContext

T = TypeVar("T")

#: Long enough that no case is decided by itself during a test.
_DECIDE_AFTER_SECONDS = 86_400.0
_LONGEST = 60.0


class Backend:
    """One sandbox for the tests of one class. Each test has a proxy of its own in front of it."""

    def __init__(self, sandbox: type[Sandbox], folder: Path, secrets: Mapping[str, SecretStr], options: BaseModel) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="department", daemon=True)
        self.sandbox = sandbox(
            SandboxContext(
                name=sandbox.adapter,
                data=folder,
                secrets=secrets,
                options=options.model_dump(),
                settings=SandboxSettings(decide_after_seconds=_DECIDE_AFTER_SECONDS),
            )
        )
        self._settings = self.sandbox.settings
        self.proxy = FaultProxy(0)
        self.inbox = Inbox()

    def start(self) -> None:
        """Start the thread, and the sandbox in it."""
        self._thread.start()
        self.run(self.sandbox.start())
        self.run(self.inbox.start())

    def stop(self) -> None:
        """Stop the sandbox and the thread."""
        try:
            self.run(self.inbox.stop())
            self.run(self.sandbox.stop())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine there and wait, outside any loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_LONGEST)

    async def there(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine there, awaited from the test's loop."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    async def begin(self) -> None:
        """Set up an honest department and a new proxy."""

        async def begin() -> None:
            self.sandbox.faults.clear()
            self.sandbox.change(self._settings)
            self.inbox.clear()
            self.proxy = FaultProxy(self.sandbox.port)
            await self.proxy.start()

        await self.there(begin())

    async def end(self) -> None:
        """Stop the proxy, which lasts as long as its test."""
        await self.there(self.proxy.stop())

    async def do(self, work: Callable[[], object]) -> None:
        """Call something there that is no coroutine."""

        async def call() -> None:
            work()

        await self.there(call())

    def let_go_in(self, seconds: float, let_go: Callable[[], None] | None = None) -> Future[None]:
        """Cut every connection after so many seconds, or call ``let_go``, whatever the test's loop does meanwhile. It can be cancelled."""

        async def ring() -> None:
            await asyncio.sleep(seconds)
            (let_go or self.proxy.let_go)()

        return asyncio.run_coroutine_threadsafe(ring(), self._loop)


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


class DeadPort:
    """A local port of our own where nobody serves.

    A ``silent`` one does not even refuse. Its listener takes no more connections and lets the next one wait, just as a firewall does that
    drops packets.
    """

    def __init__(self, *, silent: bool = False) -> None:
        self._bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._bound.bind(("127.0.0.1", 0))
        self._fill: list[socket.socket] = []
        if silent:
            self._bound.listen(0)
            for _ in range(4):
                waiting = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
                waiting.setblocking(False)
                waiting.connect_ex(self._bound.getsockname())
                self._fill.append(waiting)

    @property
    def url(self) -> str:
        """Give the address as an adapter's ``endpoint``."""
        return f"http://127.0.0.1:{self._bound.getsockname()[1]}"

    def close(self) -> None:
        """Free the port. A client that still waits for a connection is refused at its next try."""
        for one in (*self._fill, self._bound):
            one.close()
