"""Sentences of the tests in :mod:`gateway.sdk.conformance.checks.tidiness`."""

from __future__ import annotations

from functools import partial

from gateway.model.service import Text
from gateway.sdk.conformance.texts import Demand

_away = partial(
    Demand,
    do_zh="等待自己启动的任务，让取消传播出去：不写 except BaseException，不用无人等待的 asyncio.create_task()。",
    do="await what was begun, and let a cancellation through: no `except BaseException`, no asyncio.create_task() that nobody awaits.",
)

CANCELLED_CALL_LEAVES_NOTHING = _away(
    zh="调用被取消后，不留下任务，也不留下连接。", en="A call that is cancelled ends at once and leaves no task and no connection."
)
FINISHED_CALL_LEAVES_NO_TASK = _away(zh="调用结束后，不留下任务。", en="A call that has ended leaves no task running.")
LOOP_IS_NEVER_BLOCKED = Demand(
    zh="适配器一次占用事件循环不超过 50 毫秒。",
    en="A call never holds the event loop for more than 50 ms at a time.",
    do_zh="使用异步客户端（不用 requests、time.sleep），把耗时的计算放进 asyncio.to_thread()。",
    do="use async clients (no requests, no time.sleep) and move long computing to asyncio.to_thread().",
)
CONCURRENT_CALLS_STAY_APART = Demand(
    zh="许多调用同时进行时互不混淆。",
    en="Many calls at once each get their own outcome.",
    do_zh="不要把一次调用的数据存放在适配器对象里：用参数传递。",
    do="keep nothing of a call in the adapter object: pass it on as arguments.",
)
OPENS_CLOSES_AND_OPENS_AGAIN = Demand(
    zh="open() 不建立连接；close() 关闭全部连接；之后可以再次 open()。",
    en="open() connects to nothing, close() closes every connection, and open() may follow again.",
    do_zh="open() 只创建会话而不连接，close() 关闭会话，再次 open() 时重新创建。",
    do="make sessions in open() without connecting, close them in close(), and let open() make new ones.",
)
EVERY_CLIENT_IS_CLOSED = Demand(
    zh="close() 关闭适配器用过的每一个客户端和会话，包括 query、find、poll、withdraw、probe 用的。",
    en="After every method was called close() leaves no connection open and no client behind.",
    do_zh="close() 中关闭所有创建过的客户端；只为一次调用创建的，用完即关。",
    do="close in close() every client that was made, whichever method made it; one made for a single call is closed with it.",
)

NOT_TO_BE_CANCELLED = Text(
    zh="部门还没有答复，调用却无法取消：它占住了事件循环，或没有等待答复。",
    en="the call could not be cancelled while the department was silent: it held the loop, or did not wait for the reply.",
)
CONNECTION_AFTER_CANCELLING = Text(zh="取消之后连接仍然开着。", en="a connection stayed open after the call was cancelled.")
OUTCOME_OF_ANOTHER = Text(zh="同时进行的调用得到了别的调用的结果。", en="a call got what belongs to another at the same time.")
OPEN_CONNECTS = Text(zh="open() 建立了到部门的连接。", en="open() connected to the department.")
CLOSE_FAILS = Text(zh="close() 之后连接仍然开着，或 close() 失败。", en="close() failed, or left a connection open.")
TASKS_AFTER_CANCELLING = Text(zh="取消之后仍有 {tasks} 个任务在运行。", en="{tasks} tasks still ran after the call was cancelled.")
TASKS_AFTER_ENDING = Text(zh="调用结束后仍有 {tasks} 个任务在运行。", en="{tasks} tasks still ran after the call had ended.")
LOOP_HELD = Text(
    zh="适配器每次都占用事件循环 {milliseconds:.0f} 毫秒以上，上限是 50 毫秒。",
    en="the adapter held the event loop for {milliseconds:.0f} ms or more each time; 50 ms is the most.",
)
CONCURRENT_FAILED = Text(
    zh="同时进行的 {calls} 个调用之一失败（{end}）。", en="one of {calls} calls at once failed: the adapter {problem} ({end})."
)
OPEN_FAILED = Text(zh="再次 open() 失败（{end}）。", en="open() after close() failed: {end}.")
CLIENTS_LEFT = Text(
    zh="close() 之后仍有连接开着，或有 {clients} 个客户端没有关闭。",
    en="close() left connections open, or {clients} clients that were never closed.",
)


def call_failed(opened: int, end: str) -> Text:
    return Text(zh=f"第{'一二'[opened - 1]}次 open() 之后的调用失败（{end}）。", en=f"a call after open() failed: {end}.")
