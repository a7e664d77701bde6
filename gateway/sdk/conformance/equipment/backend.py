"""The department's side of a test: sandbox, proxy and the address for callbacks, in a thread and a loop of their own.

An adapter that blocks its loop therefore blocks nobody here, and the time it costs the loop is its own and not the sandbox's.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, SecretStr

from gateway.model.department import SandboxSettings
from gateway.sdk.conformance.equipment.inbox import Inbox
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

    def let_go_in(self, seconds: float, let_go: Callable[[], None] | None = None) -> Alarm:
        """Cut every connection after so many seconds, or call ``let_go``, whatever the test's loop does meanwhile.

        The alarm that it gives can be cancelled in time.
        """
        return Alarm(self._loop, seconds, let_go or self.proxy.let_go)


class Alarm:
    """A timer of another thread's loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float, ring: Callable[[], None]) -> None:
        self._loop, self._seconds, self._ring = loop, seconds, ring
        self._timer: asyncio.TimerHandle | None = None
        loop.call_soon_threadsafe(self._set)

    def cancel(self) -> None:
        """Cancel the timer."""
        self._loop.call_soon_threadsafe(self._unset)

    def _set(self) -> None:
        self._timer = self._loop.call_later(self._seconds, self._ring)

    def _unset(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
