"""The behaviour of a simulated department: its words, its effects, its decisions, its hours and its quota, whatever it is steered to."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Collection, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import orjson
from aiohttp import ClientError, web
from pydantic import SecretStr

from gateway.model.department import SandboxSettings
from gateway.model.errors import Located
from gateway.sdk.sandbox.faults import Faults
from gateway.sdk.sandbox.ledger import Decision, Effect, Ledger
from gateway.sdk.sandbox.server import Listener
from gateway.sdk.sandbox.settings import CHINA, LiveSettings, Wait, next_day

_TELL_AGAIN_LONGEST = 5.0


def json_response(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Make a JSON reply of ``value`` (whatever orjson takes)."""
    return web.Response(body=orjson.dumps(value), status=status, content_type="application/json", charset="utf-8", headers=headers)


def problem_response(status: int, title: str, errors: Iterable[Located] = (), *, headers: Mapping[str, str] | None = None) -> web.Response:
    """Make an RFC 9457 problem, with every located error at once."""
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "errors": [{"pointer": error.pointer, "detail": error.detail} for error in errors],
    }
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/problem+json", headers=headers)


def come_back(status: int, title: str, seconds: float) -> web.Response:
    """Make a refusal that says when to come back (``Retry-After`` in whole seconds, rounded up)."""
    return problem_response(status, title, headers={"Retry-After": str(max(0, math.ceil(seconds)))})


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxContext:
    """The makings of a sandbox: its department's name, the folder of its ledger, the secrets and options that its adapter
    is given too (it must be able to check a signature), and how it starts.
    """

    name: str
    data: Path
    secrets: Mapping[str, SecretStr] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    settings: SandboxSettings = field(default_factory=SandboxSettings)
    host: str = "127.0.0.1"


class Behaviour:
    """All of a sandbox but its listening: what the control paths steer and the faults disturb."""

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

    # What a department's sandbox says about itself.

    @property
    def operations(self) -> Collection[str]:
        """The names a fault may be meant for. Empty means any."""
        return ()

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """The department's own paths. A route's ``name`` is its operation unless :meth:`operation_of` says otherwise."""
        raise NotImplementedError

    def operation_of(self, request: web.Request, body: bytes) -> str:  # for styles that name it in the body
        """Give the operation that a request asks for, "" when it cannot be told."""
        return request.match_info.route.name or ""

    def reference_for(self, operation: str, number: int) -> str:  # styles may count by operation
        """The department's own number of its ``number``-th effect (from 1)."""
        return f"{self.context.name.upper()}-{datetime.now(CHINA):%Y%m%d}-{number:06d}"

    def refusal(self, request: web.Request, operation: str, decision: Decision) -> web.StreamResponse:
        """The reply that says at once ``rejected`` or ``returned`` (naming ``decision.fields``), in the department's style."""
        raise NotImplementedError

    def unauthorized(self, request: web.Request) -> web.StreamResponse:  # styles may read the request
        """The reply to wrong credentials."""
        return problem_response(401, "The credentials are not accepted", headers={"WWW-Authenticate": "Signature"})

    def too_many(self, request: web.Request, seconds: float) -> web.StreamResponse:  # styles may read the request
        """The reply to too many requests."""
        return come_back(429, "Too many requests", seconds)

    def busy(self, request: web.Request, wait: Wait) -> web.StreamResponse:  # styles may read the request
        """The reply outside office hours or beyond the daily quota."""
        return come_back(503, f"Closed: {wait.why}", wait.seconds)

    def broke(self, request: web.Request, operation: str) -> web.StreamResponse:  # styles may look at them
        """The reply by which the department says that its own system failed: where its contract has a code or a flag for that, in it."""
        return problem_response(500, "The system has failed")

    async def on_decided(self, effect: Effect) -> bool:  # what to tell is the subclass's
        """Tell the caller what became of a case (``calls_back``). Gives True once that was acknowledged, else it is tried again."""
        return True

    # What a department's sandbox works with.

    async def effect(self, key: str, operation: str, memory: Mapping[str, Any] | None = None) -> Effect:
        """Do it: give the effect once it is on disk. A key that the style recognises gives its first effect."""
        known = next(iter(self.ledger.by_key.get(key, ())), None) if self.recognises is not None and self.settings.recognise_keys else None
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
        """Give the effect of a key, or None."""
        return next(iter(self.ledger.by_key.get(key, ())), None)

    def case(self, reference: str) -> Effect | None:
        """Give the effect under the department's own number, or None."""
        return self.ledger.by_reference.get(reference)

    def refused_now(self) -> Decision | None:
        """For departments that decide at once: the decision set by ``POST /_sandbox/decide`` when it is a refusal, else None."""
        return None if self.settings.decision.outcome == "approved" else self.settings.decision

    async def decide(self, effect: Effect, decision: Decision) -> bool:
        """Decide an open case now (``withdrawn`` takes it back). Gives False when it was decided before."""
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
        """Behave differently from now on. Open cases wait by the new time too."""
        self.settings = settings
        self._changed.set()

    def wait(self) -> Wait | None:
        """Give the reason why nothing is taken now, and how long still. None while the office is open and has quota left."""
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

    # For what steers and disturbs it.

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside the requests until the sandbox ends."""
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
