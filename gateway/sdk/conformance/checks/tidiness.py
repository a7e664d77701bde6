"""Tests that an adapter spares the loop that it shares with every other department."""

from __future__ import annotations

import asyncio
import gc
import time
import warnings
from collections.abc import Awaitable, Callable, Generator
from typing import Any

from gateway.model.outcome import Accepted, Approved
from gateway.sdk.conformance.check import check
from gateway.sdk.conformance.equipment.stage import Stage, said
from gateway.sdk.conformance.subject import Subject
from gateway.sdk.outcomes import unfit

#: Seconds that an adapter may hold the loop at a time. The best of several runs counts, since other processes take slices of time too.
_LONGEST_STEP = 0.05
_MEASURED = 4
_SLOW = 0.1
_AT_ONCE = 20
_AWAY = "await what was begun, and let a cancellation through: no `except BaseException`, no asyncio.create_task() that nobody awaits."
_AWAY_ZH = "等待自己启动的任务，让取消传播出去：不写 except BaseException，不用无人等待的 asyncio.create_task()。"


class TidinessChecks(Subject):
    """An adapter blocks nothing, leaves nothing behind and keeps its calls apart."""

    @check("each", "调用被取消后，不留下任务，也不留下连接。", do=_AWAY, do_zh=_AWAY_ZH)
    async def test_cancelled_call_leaves_nothing(self, stage: Stage, operation: str) -> None:
        """A call that is cancelled ends at once and leaves no task and no connection."""
        await stage.proxy_does("hang", operation)
        before = asyncio.all_tasks()
        seen = len(stage.proxy.seen) + self.sample(operation).requests_before + 1
        began = asyncio.get_running_loop().time()
        ends = asyncio.create_task(stage.end(operation, stage.call(operation)))
        if not await _within(stage.there(stage.proxy.until_seen(seen)), 2 * stage.deadline):
            stage.wrong(zh="请求没有发出。", en="the request was not sent.")
        if ends.done() or asyncio.get_running_loop().time() - began > stage.deadline:  # the loop came too late to cancel it
            stage.wrong(
                zh="部门还没有答复，调用却无法取消：它占住了事件循环，或没有等待答复。",
                en="the call could not be cancelled while the department was silent: it held the loop, or did not wait for the reply.",
            )
        ends.cancel()
        await asyncio.wait({ends}, timeout=stage.grace)
        if left := await _left(before, stage.grace):
            stage.wrong(zh=f"取消之后仍有 {left} 个任务在运行。", en=f"{left} tasks still ran after the call was cancelled.")
        if not await _within(stage.there(stage.proxy.until_closed(stage.proxy.seen[-1].connection)), stage.grace):
            stage.wrong(zh="取消之后连接仍然开着。", en="a connection stayed open after the call was cancelled.")

    @check("each", "调用结束后，不留下任务。", do=_AWAY, do_zh=_AWAY_ZH)
    async def test_finished_call_leaves_no_task(self, stage: Stage, operation: str) -> None:
        """A call that has ended leaves no task running."""
        before = asyncio.all_tasks()
        await stage.end(operation)
        if left := await _left(before, stage.grace):
            stage.wrong(zh=f"调用结束后仍有 {left} 个任务在运行。", en=f"{left} tasks still ran after the call had ended.")

    @check(
        "each",
        "适配器一次占用事件循环不超过 50 毫秒。",
        do="use async clients (no requests, no time.sleep) and move long computing to asyncio.to_thread().",
        do_zh="使用异步客户端（不用 requests、time.sleep），把耗时的计算放进 asyncio.to_thread()。",
    )
    async def test_loop_is_never_blocked(self, stage: Stage, operation: str) -> None:
        """A call never holds the event loop for more than 50 ms at a time."""
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
        stage.wrong(
            zh=f"适配器每次都占用事件循环 {shortest * 1000:.0f} 毫秒以上，上限是 50 毫秒。",
            en=f"the adapter held the event loop for {shortest * 1000:.0f} ms or more each time; 50 ms is the most.",
        )

    @check(
        "each",
        "许多调用同时进行时互不混淆。",
        do="keep nothing of a call in the adapter object: pass it on as arguments.",
        do_zh="不要把一次调用的数据存放在适配器对象里：用参数传递。",
    )
    async def test_concurrent_calls_stay_apart(self, stage: Stage, operation: str) -> None:
        """Many calls at once each get their own outcome."""
        calls = [stage.call(operation) for _ in range(_AT_ONCE)]
        ends = await asyncio.gather(*(stage.end(operation, call) for call in calls))
        for call, end in zip(calls, ends, strict=True):
            if (problem := unfit(end, self.operation(operation))) is not None:
                stage.wrong(
                    zh=f"同时进行的 {_AT_ONCE} 个调用之一失败（{said(end)}）。",
                    en=f"one of {_AT_ONCE} calls at once failed: the adapter {problem} ({said(end)}).",
                )
            effects = await stage.effects(call.key)
            if self.acts(operation) and (len(effects) != 1 or end.reference not in {None, effects[0].reference}):
                stage.wrong(zh="同时进行的调用得到了别的调用的结果。", en="a call got what belongs to another at the same time.")

    @check(
        "once",
        "open() 不建立连接；close() 关闭全部连接；之后可以再次 open()。",
        do="make sessions in open() without connecting, close them in close(), and let open() make new ones.",
        do_zh="open() 只创建会话而不连接，close() 关闭会话，再次 open() 时重新创建。",
    )
    async def test_opens_closes_and_opens_again(self, stage: Stage) -> None:
        """open() connects to nothing, close() closes every connection, and open() may follow again."""
        if stage.proxy.connections:
            stage.wrong(zh="open() 建立了到部门的连接。", en="open() connected to the department.")
        name = self.adapter.operations[0].name
        for time_ in ("第一次", "第二次"):
            end = await stage.end(name)
            if not isinstance(end, Accepted | Approved) and self.expects(name) in {"accepted", "approved"}:
                stage.wrong(zh=f"{time_} open() 之后的调用失败（{said(end)}）。", en=f"a call after open() failed: {said(end)}.")
            closed = await stage.end_of(stage.adapter.close)
            if closed is not None or not await _within(stage.there(stage.proxy.until_closed()), stage.grace):
                stage.wrong(zh="close() 之后连接仍然开着，或 close() 失败。", en="close() failed, or left a connection open.")
            if (opened := await stage.end_of(stage.adapter.open)) is not None:
                stage.wrong(zh=f"再次 open() 失败（{said(opened)}）。", en=f"open() after close() failed: {said(opened)}.")

    @check(
        "once",
        "close() 关闭适配器用过的每一个客户端和会话，包括 query、find、poll、withdraw、probe 用的。",
        do="close in close() every client that was made, whichever method made it; one made for a single call is closed with it.",
        do_zh="close() 中关闭所有创建过的客户端；只为一次调用创建的，用完即关。",
    )
    async def test_every_client_is_closed(self, stage: Stage) -> None:
        """After every method was called close() leaves no connection open and no client behind."""
        gc.freeze()  # objects that others left are not this adapter's, and are not looked through
        loop = asyncio.get_running_loop()
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always", ResourceWarning)
            await self._use_everything(stage)
            closed = await _within(stage.there(stage.proxy.until_closed()), stage.grace)
            gc.collect()
        gc.unfreeze()
        left = [one for one in told if getattr(one.source, "_loop", None) is loop]
        if not closed or left:
            stage.wrong(
                zh=f"close() 之后仍有连接开着，或有 {len(left)} 个客户端没有关闭。",
                en=f"close() left connections open, or {len(left)} clients that were never closed.",
            )

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
