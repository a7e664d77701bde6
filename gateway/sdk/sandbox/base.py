"""The base of every sandbox, with faults, ledger, control paths, decisions, hours and quota. A department's style is the subclass's."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from aiohttp import ClientError, web
from aiohttp.typedefs import Handler
from pydantic import SecretStr

from gateway.model.department import SandboxSettings
from gateway.sdk.sandbox.answers import come_back, problem_response
from gateway.sdk.sandbox.control import CONTROL, control_routes
from gateway.sdk.sandbox.faults import Fault, Faults
from gateway.sdk.sandbox.ledger import Decision, Effect, Ledger
from gateway.sdk.sandbox.misbehave import misbehave
from gateway.sdk.sandbox.server import Listener
from gateway.sdk.sandbox.settings import CHINA, LiveSettings, Wait, next_day

_TELL_AGAIN_LONGEST = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxContext:
    """The setting of one sandbox: its department's name, the folder of its ledger, and its first settings.

    Its secrets and options are its adapter's, because it must be able to check a signature.
    """

    name: str
    data: Path
    secrets: Mapping[str, SecretStr] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    settings: SandboxSettings = field(default_factory=SandboxSettings)
    host: str = "127.0.0.1"


class Sandbox:
    """A simulated department. Override :meth:`routes`, :meth:`operation_of`, :meth:`refusal` and the replies of the style.

    Every request but those to the control paths first meets the faults, then the office hours and the quota, then its route. A handler
    checks the request against the contract, calls :meth:`effect` and answers from the effect.
    """

    #: The adapter that talks to this sandbox.
    adapter: ClassVar[str]
    #: The time for which a repeated key gives the first effect again. None: every submission has its own effect, as if there were no key.
    recognises: ClassVar[timedelta | None] = None
    #: Operations that are accepted now and decided later. All others are decided with their effect.
    deferred: ClassVar[frozenset[str]] = frozenset()
    #: Operations that are answered outside office hours and beyond the quota too (queries, progress).
    always_open: ClassVar[frozenset[str]] = frozenset()
    #: True if :meth:`on_decided` tells the caller of a decision.
    calls_back: ClassVar[bool] = False

    def __init__(self, context: SandboxContext) -> None:
        self.context = context
        self.settings = LiveSettings.model_validate(context.settings.model_dump())
        self.faults = Faults()
        self.ledger = Ledger(context.data, context.name)
        self._listener = Listener(context.host)
        self._undecided: dict[str, Effect] = {}
        self._changed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._running = False

    # The department's own contract and style.

    @property
    def operations(self) -> Collection[str]:
        """Give the operations for which a fault may be meant. Empty: any."""
        return ()

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """Give the department's own paths. A route's ``name`` is its operation unless :meth:`operation_of` says otherwise."""
        raise NotImplementedError

    def operation_of(self, request: web.Request, body: bytes) -> str:
        """Give the operation that a request asks for, or "" when it cannot be told."""
        return request.match_info.route.name or ""

    def reference_for(self, operation: str, number: int) -> str:
        """Make the department's own number of its ``number``-th effect (from 1)."""
        return f"{self.context.name.upper()}-{datetime.now(CHINA):%Y%m%d}-{number:06d}"

    def refusal(self, request: web.Request, operation: str, decision: Decision) -> web.StreamResponse:
        """Make the reply that says ``rejected`` or ``returned`` at once (naming ``decision.fields``), in the department's style."""
        raise NotImplementedError

    def unauthorized(self, request: web.Request) -> web.StreamResponse:
        """Make the reply to wrong credentials."""
        return problem_response(401, "The credentials are not accepted", headers={"WWW-Authenticate": "Signature"})

    def too_many(self, request: web.Request, seconds: float) -> web.StreamResponse:
        """Make the reply to too many requests."""
        return come_back(429, "Too many requests", seconds)

    def busy(self, request: web.Request, wait: Wait) -> web.StreamResponse:
        """Make the reply outside office hours or beyond the daily quota."""
        return come_back(503, f"Closed: {wait.why}", wait.seconds)

    def broke(self, request: web.Request, operation: str) -> web.StreamResponse:
        """Make the reply by which the department says that its own system failed, with the code or flag that its contract has for that."""
        return problem_response(500, "The system has failed")

    async def on_decided(self, effect: Effect) -> bool:
        """Tell the caller of a decision (``calls_back``), and return True once it is acknowledged. Until then it is tried again."""
        return True

    # The tools of a department's handlers.

    async def effect(self, key: str, operation: str, memory: Mapping[str, Any] | None = None) -> Effect:
        """Carry out a request, and give its effect once that is on disk. A key that the style recognises gives its first effect."""
        known = self.ledger.by_key(key) if self.recognises is not None and self.settings.recognise_keys else None
        if known is not None and self.recognises and datetime.now(UTC) - known.at <= self.recognises:
            await self.ledger.settled()
            return known
        effect = Effect(
            key=key,
            operation=operation,
            reference=self.reference_for(operation, len(self.ledger.effects) + 1),
            at=datetime.now(UTC),
            memory=dict(memory or {}),
        )
        if operation in self.deferred:
            self._undecided[effect.reference] = effect
            self._changed.set()
        await self.ledger.record(effect)
        return effect

    def find(self, key: str) -> Effect | None:
        """Give the effect under a key, or None."""
        return self.ledger.by_key(key)

    def case(self, reference: str) -> Effect | None:
        """Give the effect under the department's own number, or None."""
        return self.ledger.by_reference(reference)

    def refused_now(self) -> Decision | None:
        """Give the decision set by ``POST /_sandbox/decide`` if it is a refusal, else None. It is for departments that decide at once."""
        return None if self.settings.decision.outcome == "approved" else self.settings.decision

    async def decide(self, effect: Effect, decision: Decision) -> bool:
        """Decide an open case now (``withdrawn`` takes it back), and return False when it was decided before."""
        if effect.decision is not None or self._undecided.pop(effect.reference, None) is None:
            return False
        await self.ledger.decide(effect, decision.model_copy(update={"at": datetime.now(UTC)}))
        if self.calls_back and decision.outcome != "withdrawn":
            self.spawn(self._tell(effect))
        return True

    def undecided(self) -> list[Effect]:
        """Give the open cases, oldest first."""
        return list(self._undecided.values())

    def change(self, settings: LiveSettings) -> None:
        """Change the settings from now on, also the waiting time of open cases."""
        self.settings = settings
        self._changed.set()

    def wait(self) -> Wait | None:
        """Say why nothing is taken now and for how long, or give None when the office is open and the quota is not used up."""
        now = datetime.now(UTC)
        if closed := self.settings.wait_for_office(now):
            return closed
        quota = self.settings.daily_quota
        if quota is None:
            return None
        today = now.astimezone(CHINA).date()
        taken = 0
        for effect in reversed(self.ledger.effects):
            if taken >= quota or effect.at.astimezone(CHINA).date() != today:
                break
            taken += 1
        return Wait("daily_quota", next_day(now)) if taken >= quota else None

    # Starting and stopping.

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

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine beside the requests. It ends with the sandbox."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def refuse(self, seconds: float) -> None:
        """Close the port for so many seconds, so that every connection is refused, to the control paths too."""
        await self._listener.refuse()

        async def reopen() -> None:
            await asyncio.sleep(seconds)
            await self._listener.listen_again()

        self.spawn(reopen())

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

    async def _tell(self, effect: Effect) -> None:
        """Call back until it is acknowledged, waiting longer each time."""
        wait = 0.1
        while True:
            try:
                if await self.on_decided(effect):
                    await self.ledger.tell(effect)
                    return
            except (ClientError, OSError):  # nobody there (yet), or a timeout, which is an OSError too
                pass
            await asyncio.sleep(wait)
            wait = min(wait * 2, _TELL_AGAIN_LONGEST)
