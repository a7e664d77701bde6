"""The stage of one test: the opened adapter in front of the proxy, and all that comes of a call."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, NoReturn, TypeVar

from gateway.model.errors import CallbackRefused, DepartmentError
from gateway.model.service import Text
from gateway.sdk.conformance import texts
from gateway.sdk.conformance.check import Check, fail
from gateway.sdk.conformance.equipment.backend import Backend
from gateway.sdk.conformance.equipment.proxy import SeenRequest, Way
from gateway.sdk.conformance.subject import Subject
from gateway.sdk.conformance.texts import filled
from gateway.sdk.department import Call, Connection, Department, Pending, Request
from gateway.sdk.sandbox import Decision, Effect, Fault

T = TypeVar("T")

#: Seconds that an ordinary call may take, and seconds after which one that hangs must have ended by itself.
DEADLINE, SHORT_DEADLINE = 5.0, 0.3
#: Seconds that an adapter gets beyond its deadline: twice the gateway's grace, for machines that are busy with other tests too.
GRACE = 2.0
#: Decoded bytes that a reply may have.
MAX_REPLY_BYTES = 256 * 1024


class NotEnded(Exception):  # an end among the others, never raised
    """The end of a call that did not end."""


class Stage:
    """One test of one adapter. ``operation`` is the one that it is about, if any."""

    deadline, grace = DEADLINE, GRACE

    def __init__(self, subject: type[Subject], backend: Backend, check: Check, operation: str | None) -> None:
        self.subject, self.backend, self.check, self.operation = subject, backend, check, operation
        self.proxy = backend.proxy
        self.adapter = self.made(self.proxy.url)
        self._keys = (f"{secrets.token_hex(16)}-{number}" for number in itertools.count(1))

    # The adapter and its calls.

    def made(self, endpoint: str, *, other_secrets: bool = False) -> Department:
        """Make another adapter, not opened."""
        subject = self.subject
        connection = Connection(
            name=subject.adapter.adapter,
            endpoint=endpoint,
            secrets=subject.held_secrets(other=other_secrets),
            options=subject.options,
            deadline=self.deadline,
            max_reply_bytes=MAX_REPLY_BYTES,
            concurrency=32,
        )
        return subject.adapter(connection)

    @asynccontextmanager
    async def opened(self, endpoint: str) -> AsyncIterator[Department]:
        """Make another adapter and keep it open until the block ends."""
        adapter = self.made(endpoint)
        await adapter.open()
        try:
            yield adapter
        finally:
            await adapter.close()

    def key(self) -> str:
        """Make a delivery's key that no other has."""
        return next(self._keys)

    def call(self, operation: str, key: str | None = None, *, deadline: float | None = None, attempt: int = 1, fresh: bool = False) -> Call:
        """Make a call as the router does."""
        return Call(
            operation=operation,
            key=key or self.key(),
            attempt=attempt,
            deadline=deadline or self.deadline,
            traceparent=f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01",
            callback_url=self.backend.inbox.url,
            fresh_connection=fresh,
        )

    async def end(
        self, operation: str, call: Call | None = None, *, request: Request | None = None, adapter: Department | None = None
    ) -> Any:  # noqa: ANN401  # adapters may give anything
        """Submit or ask, and give what the adapter returned or raised, or :class:`NotEnded`."""
        department, call = adapter or self.adapter, call or self.call(operation)
        asked = request or self.subject.request(operation)
        method = department.query if self.subject.operation(operation).read_only else department.submit
        return await self.end_of(lambda: method(call, asked), call.deadline)

    async def end_of(self, do: Callable[[], Awaitable[object]], deadline: float | None = None) -> Any:  # noqa: ANN401  # as in end()
        """Await an adapter's method for a little longer than it may take, and give its end."""
        loop, deadline, grace = asyncio.get_running_loop(), deadline or self.deadline, self.grace
        let_go = self.backend.let_go_in(deadline + 2 * grace)
        began = loop.time()
        task = asyncio.create_task(_end(do))
        try:
            await asyncio.wait({task}, timeout=deadline + grace)
            if not task.done():
                task.cancel()
                await asyncio.wait({task}, timeout=grace)
                return NotEnded()
            return NotEnded() if loop.time() - began > deadline + grace else task.result()
        except asyncio.CancelledError:
            task.cancel()
            raise
        finally:
            let_go.cancel()

    async def asks_about(self, operation: str, adapter: Department | None = None) -> dict[str, Callable[[], Awaitable[object]]]:
        """Give the questions that the adapter can ask about a case, which is filed first: find(), poll(), withdraw(), by their names."""
        adapter, call, asks = adapter or self.adapter, self.call(operation), dict[str, Callable[[], Awaitable[object]]]()
        if not self.subject.acts(operation) or not (adapter.can_find or adapter.can_poll or adapter.can_withdraw):
            return asks
        await self.end(operation, call, adapter=adapter)
        reference = next((effect.reference for effect in await self.effects(call.key)), "")
        pending = Pending(key=call.key, reference=reference, operation=operation)
        if adapter.can_find:
            asks["find"] = lambda: adapter.find(call, self.subject.request(operation))
        if self.subject.expects(operation) == "accepted":
            asks |= {"poll": lambda: adapter.poll(call, [pending])} if adapter.can_poll else {}
            asks |= {"withdraw": lambda: adapter.withdraw(call, reference)} if adapter.can_withdraw else {}
        return asks

    async def must(self, kind: type[T] | tuple[type[T], ...], operation: str, happened: Text, **given: Any) -> T:  # noqa: ANN401  # as end() takes it
        """Give the end of a call, which must be of this kind after what happened."""
        return self.judged(kind, await self.end(operation, **given), happened)

    def judged(self, kind: type[T] | tuple[type[T], ...], end: object, happened: Text) -> T:
        """Give the end when it is of this kind, else fail the test."""
        kinds = kind if isinstance(kind, tuple) else (kind,)
        if not isinstance(end, kinds):
            self.wrong(texts.unlike(happened, _told(end), [one.__name__ for one in kinds]))
        return end

    def wrong(self, what: Text, **values: object) -> NoReturn:
        """Fail the test, through the adapter's fault."""
        fail(self.check, self.operation, what, **values)

    # The department.

    async def fault(self, name: str, operation: str | None = None, **more: object) -> None:
        """Switch on a fault of the sandbox, for one operation or for all."""
        fault = Fault.model_validate({"fault": name, "operation": operation and self._theirs(operation), **more})
        await self.backend.do(lambda: self.backend.sandbox.faults.switch(fault))

    async def no_fault(self) -> None:
        """Make the sandbox honest again."""
        await self.backend.do(self.backend.sandbox.faults.clear)

    async def proxy_does(self, way: Way, operation: str | None = None, **more: Any) -> None:  # noqa: ANN401  # as FaultProxy.order takes it
        """Make the proxy treat the request of ``operation`` that acts, and all after it, in this way."""
        after = self.subject.sample(operation).requests_before if operation else 0
        await self.backend.do(lambda: self.proxy.order(way, after=after, **more))

    async def there(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine at the department's side."""
        return await self.backend.there(work)

    async def effects(self, key: str) -> list[Effect]:
        """Give the department's effects under a key."""
        return [effect for effect in self.backend.sandbox.ledger.effects if effect.key == key]

    async def decide(self, key: str, outcome: str, reason: str | None = None) -> None:
        """Have the department decide a case now."""
        (effect,) = await self.effects(key)
        names = tuple(self.subject.sample(effect_operation(self.subject, effect)).returned_fields) if outcome == "returned" else ()
        decision = Decision.model_validate({"outcome": outcome, "fields": names, "reason": reason})
        await self.there(self.backend.sandbox.decide(effect, decision))

    def acting_requests(self, operation: str, since: int = 0) -> list[SeenRequest]:
        """Give the requests that are to act in calls of ``operation``, without those that go before."""
        return self.proxy.seen[since + self.subject.sample(operation).requests_before :]

    def _theirs(self, operation: str) -> str:
        return self.subject.sample(operation).sandbox_operation or operation


def effect_operation(subject: type[Subject], effect: Effect) -> str:
    """Give our name of an effect's operation."""
    for name, sample in subject.samples.items():
        if (sample.sandbox_operation or name) == effect.operation:
            return name
    return effect.operation


async def _end(do: Callable[[], Awaitable[object]]) -> object:
    try:
        return await do()
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        return error
    except (Exception, SystemExit) as error:  # noqa: BLE001  # how it ended is judged by the test
        return error


def said(end: object) -> str:
    """Name an end, with its code when it has one but never with its text, which may be personal."""
    code = f" ({end.code})" if isinstance(end, DepartmentError | CallbackRefused) else ""
    return f"{type(end).__name__}{code}"


def _told(end: object) -> Text:
    if isinstance(end, NotEnded):
        return texts.NOT_ENDED
    return filled(texts.RAISED, error=said(end)) if isinstance(end, BaseException) else filled(texts.GAVE, answer=said(end))
