"""The base of every sandbox, with faults, ledger, control paths, decisions, hours and quota. A department's style is the subclass's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

from aiohttp import web
from aiohttp.typedefs import Handler

from gateway.sdk.sandbox.behaviour import Behaviour
from gateway.sdk.sandbox.control import CONTROL, control_routes
from gateway.sdk.sandbox.faults import Fault
from gateway.sdk.sandbox.ledger import Ledger
from gateway.sdk.sandbox.misbehave import misbehave


class Sandbox(Behaviour):
    """A simulated department. Override :meth:`routes`, :meth:`operation_of`, :meth:`refusal` and the replies of the style.

    Every request but those to the control paths first meets the faults, then the office hours and the quota, then its route. A handler
    checks the request against the contract, calls :meth:`effect` and answers from the effect.
    """

    _running = False

    @property
    def running(self) -> bool:
        """Tell whether the sandbox is started."""
        return self._running

    @property
    def port(self) -> int:
        """Give the port on which it listens (once started)."""
        return self._listener.port

    @property
    def url(self) -> str:
        """Give the sandbox's address without a trailing slash, as an adapter's ``endpoint``."""
        return f"http://{self.context.host}:{self.port}"

    async def start(self, port: int = 0) -> None:
        """Read the effects of earlier processes, then listen on ``port`` (0: a free one).

        Raises OSError when the port is taken or another process has the ledger.
        """
        self.ledger = Ledger(self.context.data, self.context.name).open()
        app = web.Application(middlewares=[self._meet], client_max_size=16 * 2**20)
        app.add_routes([*control_routes(self), *self.routes()])
        try:
            await self._listener.start(app, port)
        except BaseException:
            await self.ledger.close()
            raise
        self._running = True
        for effect in self.ledger.effects:
            if effect.operation not in self.deferred:
                continue
            if effect.decision is None:
                self._undecided[effect.reference] = effect
            elif self.calls_back and not effect.told and effect.decision.outcome != "withdrawn":
                self.spawn(self._tell(effect))
        if self.deferred:
            self.spawn(self._decide_when_due())

    async def stop(self) -> None:
        """Stop listening, end all tasks, and close the ledger. ``start`` may follow and remembers everything."""
        self._running = False
        await self._listener.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._undecided.clear()
        await self.ledger.close()

    @web.middleware
    async def _meet(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Apply the faults first, then office hours and quota, then the department's own handler."""
        if request.path.startswith(CONTROL):
            return await handler(request)
        operation = self.operation_of(request, await request.read())

        async def serve() -> web.StreamResponse:
            if operation not in self.always_open and (wait := self.wait()):
                return self.busy(request, wait)
            return await handler(request)

        fault: Fault | None = self.faults.take(operation)
        return await serve() if fault is None else await misbehave(self, fault, request, operation, serve)

    async def _decide_when_due(self) -> None:
        """Decide every case once its time has come. All wait equally long, so the oldest is always the next."""
        while True:
            self._changed.clear()
            effect = next(iter(self._undecided.values()), None)
            if effect is None:
                await self._changed.wait()
                continue
            left = self.settings.decide_after_seconds - (datetime.now(UTC) - effect.at).total_seconds()
            if left <= 0:
                await self.decide(effect, self.settings.decision)
                continue
            try:
                async with asyncio.timeout(left):
                    await self._changed.wait()
            except TimeoutError:
                continue  # it is due


@asynccontextmanager
async def serve_sandboxes(sandboxes: Sequence[tuple[Sandbox, int]]) -> AsyncIterator[list[Sandbox]]:
    """Run several sandboxes in this loop, each on its port (0: a free one), until the block ends.

    All or none: when one cannot start (port taken, ledger in use) the others are stopped and its OSError is raised.
    """
    async with AsyncExitStack() as stack:
        for sandbox, port in sandboxes:
            await sandbox.start(port)
            stack.push_async_callback(sandbox.stop)
        yield [sandbox for sandbox, _ in sandboxes]
