"""Tests that an adapter spares the loop that it shares with every other department."""

from __future__ import annotations

import asyncio
import gc
import time
import warnings
from collections.abc import Awaitable, Callable, Generator
from typing import Any

from gateway.model.outcome import Accepted, Approved
from gateway.sdk.conformance import texts
from gateway.sdk.conformance.check import check
from gateway.sdk.conformance.equipment.stage import Stage, said
from gateway.sdk.conformance.subject import Subject
from gateway.sdk.outcomes import unfit

#: Seconds that an adapter may hold the loop at a time. The best of several runs counts, since other processes take slices of time too.
_LONGEST_STEP = 0.05
_MEASURED = 4
_SLOW = 0.1
_AT_ONCE = 20


class TidinessChecks(Subject):
    """An adapter blocks nothing, leaves nothing behind and keeps its calls apart."""

    @check("each")
    async def test_cancelled_call_leaves_nothing(self, stage: Stage, operation: str) -> None:
        await stage.proxy_does("hang", operation)
        before = asyncio.all_tasks()
        seen = len(stage.proxy.seen) + self.sample(operation).requests_before + 1
        began = asyncio.get_running_loop().time()
        ends = asyncio.create_task(stage.end(operation, stage.call(operation)))
        if not await _within(stage.there(stage.proxy.until_seen(seen)), 2 * stage.deadline):
            stage.wrong(texts.NOT_SENT)
        if ends.done() or asyncio.get_running_loop().time() - began > stage.deadline:  # the loop came too late to cancel it
            stage.wrong(texts.NOT_TO_BE_CANCELLED)
        ends.cancel()
        await asyncio.wait({ends}, timeout=stage.grace)
        if left := await _left(before, stage.grace):
            stage.wrong(texts.TASKS_AFTER_CANCELLING, tasks=left)
        if not await _within(stage.there(stage.proxy.until_closed(stage.proxy.seen[-1].connection)), stage.grace):
            stage.wrong(texts.CONNECTION_AFTER_CANCELLING)

    @check("each")
    async def test_finished_call_leaves_no_task(self, stage: Stage, operation: str) -> None:
        before = asyncio.all_tasks()
        await stage.end(operation)
        if left := await _left(before, stage.grace):
            stage.wrong(texts.TASKS_AFTER_ENDING, tasks=left)

    @check("each")
    async def test_loop_is_never_blocked(self, stage: Stage, operation: str) -> None:
        department, request = stage.adapter, self.request(operation)
        method = department.query if self.operation(operation).read_only else department.submit
        await stage.fault("slow", operation, seconds=_SLOW)  # an adapter that waits in the loop holds it for so long
        shortest = float("inf")
        for _ in range(_MEASURED):
            call = stage.call(operation)
            steps = _Steps(lambda call=call: method(call, request))  # type: ignore[misc]  # mypy does not infer defaults of lambdas
            await stage.end_of(steps.run)
            shortest = min(shortest, steps.longest)
            if shortest <= _LONGEST_STEP:
                return
        stage.wrong(texts.LOOP_HELD, milliseconds=shortest * 1000)

    @check("each")
    async def test_concurrent_calls_stay_apart(self, stage: Stage, operation: str) -> None:
        calls = [stage.call(operation) for _ in range(_AT_ONCE)]
        ends = await asyncio.gather(*(stage.end(operation, call) for call in calls))
        for call, end in zip(calls, ends, strict=True):
            if (problem := unfit(end, self.operation(operation))) is not None:
                stage.wrong(texts.CONCURRENT_FAILED, calls=_AT_ONCE, problem=problem, end=said(end))
            effects = await stage.effects(call.key)
            if self.acts(operation) and (len(effects) != 1 or end.reference not in {None, effects[0].reference}):
                stage.wrong(texts.OUTCOME_OF_ANOTHER)

    @check("once")
    async def test_opens_closes_and_opens_again(self, stage: Stage) -> None:
        if stage.proxy.connections:
            stage.wrong(texts.OPEN_CONNECTS)
        name = self.adapter.operations[0].name
        for opened_times in (1, 2):
            end = await stage.end(name)
            if not isinstance(end, Accepted | Approved) and self.expects(name) in {"accepted", "approved"}:
                stage.wrong(texts.call_failed(opened_times, said(end)))
            closed = await stage.end_of(stage.adapter.close)
            if closed is not None or not await _within(stage.there(stage.proxy.until_closed()), stage.grace):
                stage.wrong(texts.CLOSE_FAILS)
            if (opened := await stage.end_of(stage.adapter.open)) is not None:
                stage.wrong(texts.OPEN_FAILED, end=said(opened))

    @check("once")
    async def test_every_client_is_closed(self, stage: Stage) -> None:
        hidden = gc.get_freeze_count() > 0  # by the run of tests itself, which goes on without what it has hidden
        if hidden:
            gc.collect()
        gc.freeze()  # objects that others left are not this adapter's, and are not looked through
        loop = asyncio.get_running_loop()
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always", ResourceWarning)
            await self._use_everything(stage)
            closed = await _within(stage.there(stage.proxy.until_closed()), stage.grace)
            gc.collect()
        if not hidden:
            gc.unfreeze()
        left = [one for one in told if getattr(one.source, "_loop", None) is loop]
        if not closed or left:
            stage.wrong(texts.CLIENTS_LEFT, clients=len(left))

    async def _use_everything(self, stage: Stage) -> None:
        """Open an adapter, call each of its methods, close it, and keep no reference to it."""
        async with stage.opened(stage.proxy.url) as adapter:
            for operation in adapter.operations:
                await stage.end(operation.name, adapter=adapter)
                for ask in (await stage.asks_about(operation.name, adapter)).values():
                    await stage.end_of(ask)
            await stage.end_of(adapter.probe)


class _Steps:
    """A coroutine run that measures each step between two awaits, during which it holds the loop."""

    def __init__(self, do: Callable[[], Awaitable[object]]) -> None:
        self._do = do
        self.longest = 0.0

    async def run(self) -> object:
        return await self

    def __await__(self) -> Generator[Any, Any, object]:
        steps = self._do().__await__()
        sent: Any = None
        thrown: BaseException | None = None
        while True:
            began = time.perf_counter()
            try:
                waited_for = next(steps) if thrown is None and sent is None else steps.send(sent) if thrown is None else steps.throw(thrown)
            except StopIteration as end:
                return end.value
            finally:
                self.longest = max(self.longest, time.perf_counter() - began)
            thrown = None
            try:
                sent = yield waited_for
            except BaseException as error:  # noqa: BLE001  # thrown on into the coroutine
                thrown = error


async def _left(before: set[asyncio.Task[Any]], grace: float) -> int:
    """Count the tasks that were not there before, once those that are about to end have had their time."""
    left = asyncio.all_tasks() - before
    if left:
        await asyncio.wait(left, timeout=grace)
    alive = [task for task in left if not task.done()]
    for task in alive:
        task.cancel()
    return len(alive)


async def _within(work: Awaitable[object], seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await work
    except TimeoutError:
        return False
    return True
