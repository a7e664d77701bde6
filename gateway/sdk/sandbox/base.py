"""The base of every sandbox: faults, ledger, control paths, decisions, hours and quota are all here, styles are not."""

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
    """What a sandbox is made from: its department's name, the folder of its ledger, the secrets and options that its adapter
    is given too (it must be able to check a signature), and how it starts.
    """

    name: str
    data: Path
    secrets: Mapping[str, SecretStr] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    settings: SandboxSettings = field(default_factory=SandboxSettings)
    host: str = "127.0.0.1"


class Sandbox:
    """A simulated department. Override :meth:`routes`, :meth:`operation_of`, :meth:`refusal` and the replies of the style.

    Every request but those to the control paths first meets the faults, then the office hours and the quota, then its route.
    A handler checks the request against the contract, calls :meth:`effect` and answers from what that gives.
    """

    #: The adapter whose other side it is.
    adapter: ClassVar[str]
    #: How long a repeated key gives the first effect again; None: every submission has its own effect, as if there were no key.
    recognises: ClassVar[timedelta | None] = None
    #: Operations that are accepted now and decided later; all others are decided with their effect.
    deferred: ClassVar[frozenset[str]] = frozenset()
    #: Operations that are answered outside office hours and beyond the quota too (queries, progress).
    always_open: ClassVar[frozenset[str]] = frozenset()
    #: Whether :meth:`on_decided` tells the caller of a decision.
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

    # What a department's sandbox says about itself.

    @property
    def operations(self) -> Collection[str]:
        """The names a fault may be meant for; empty: any."""
        return ()

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """The department's own paths; a route's ``name`` is its operation unless :meth:`operation_of` says otherwise."""
        raise NotImplementedError

    def operation_of(self, request: web.Request, body: bytes) -> str:
        """The operation that a request asks for; "" when it cannot be told."""
        return request.match_info.route.name or ""

    def reference_for(self, operation: str, number: int) -> str:
        """The department's own number of its ``number``-th effect (from 1)."""
        return f"{self.context.name.upper()}-{datetime.now(CHINA):%Y%m%d}-{number:06d}"

    def refusal(self, request: web.Request, operation: str, decision: Decision) -> web.StreamResponse:
        """The reply that says at once ``rejected`` or ``returned`` (naming ``decision.fields``), in the department's style."""
        raise NotImplementedError

    def unauthorized(self, request: web.Request) -> web.StreamResponse:
        """The reply to wrong credentials."""
        return problem_response(401, "The credentials are not accepted", headers={"WWW-Authenticate": "Signature"})

    def too_many(self, request: web.Request, seconds: float) -> web.StreamResponse:
        """The reply to too many requests."""
        return come_back(429, "Too many requests", seconds)

    def busy(self, request: web.Request, wait: Wait) -> web.StreamResponse:
        """The reply outside office hours or beyond the daily quota."""
        return come_back(503, f"Closed: {wait.why}", wait.seconds)

    def broke(self, request: web.Request, operation: str) -> web.StreamResponse:
        """The reply by which the department says that its own system failed: where its contract has a code or a flag for that, in it."""
        return problem_response(500, "The system has failed")

    async def on_decided(self, effect: Effect) -> bool:
        """Tell the caller what became of a case (``calls_back``); True once that was acknowledged, else it is tried again."""
        return True

    # What a department's sandbox works with.

    async def effect(self, key: str, operation: str, memory: Mapping[str, Any] | None = None) -> Effect:
        """Do it: give the effect once it is on disk. A key that the style recognises gives its first effect."""
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
        """What was done under a key, or None."""
        return self.ledger.by_key(key)

    def case(self, reference: str) -> Effect | None:
        """What was done under the department's own number, or None."""
        return self.ledger.by_reference(reference)

    def refused_now(self) -> Decision | None:
        """For departments that decide at once: the decision set by ``POST /_sandbox/decide`` when it is a refusal, else None."""
        return None if self.settings.decision.outcome == "approved" else self.settings.decision

    async def decide(self, effect: Effect, decision: Decision) -> bool:
        """Decide an open case now (``withdrawn`` takes it back); False when it was decided before."""
        if effect.decision is not None or self._undecided.pop(effect.reference, None) is None:
            return False
        await self.ledger.decide(effect, decision.model_copy(update={"at": datetime.now(UTC)}))
        if self.calls_back and decision.outcome != "withdrawn":
            self.spawn(self._tell(effect))
        return True

    def undecided(self) -> list[Effect]:
        """The open cases, oldest first."""
        return list(self._undecided.values())

    def change(self, settings: LiveSettings) -> None:
        """Behave differently from now on; open cases wait by the new time too."""
        self.settings = settings
        self._changed.set()

    def wait(self) -> Wait | None:
        """Why nothing is taken now, and how long still; None when the office is open and the quota is not used up."""
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

    # Running.

    @property
    def running(self) -> bool:
        """Whether it was started and not stopped since."""
        return self._running

    @property
    def port(self) -> int:
        """Where it listens (once started)."""
        return self._listener.port

    @property
    def url(self) -> str:
        """Its address without a trailing slash: an adapter's ``endpoint``."""
        return f"http://{self.context.host}:{self.port}"

    async def start(self, port: int = 0) -> None:
        """Remember what an earlier process did, then listen on ``port`` (0: a free one).

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
        """Stop listening, end what runs, close the ledger; ``start`` may follow and remembers everything."""
        self._running = False
        await self._listener.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._undecided.clear()
        await self.ledger.close()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside the requests; it ends with the sandbox."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def refuse(self, seconds: float) -> None:
        """Refuse every connection for so long (the control paths too: it is the port that is closed)."""
        await self._listener.refuse()

        async def reopen() -> None:
            await asyncio.sleep(seconds)
            await self._listener.listen_again()

        self.spawn(reopen())

    @web.middleware
    async def _meet(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Faults first, then office hours and quota, then the department's own handler."""
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
        """Decide every case once its time has come; all wait equally long, so the oldest is always the next."""
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
            except (ClientError, OSError):  # nobody there (yet); a TimeoutError is an OSError
                pass
            await asyncio.sleep(wait)
            wait = min(wait * 2, _TELL_AGAIN_LONGEST)
