"""Tests of callbacks about later decisions: each must be the department's, fresh, and the same however often it comes."""

from __future__ import annotations

import time
from typing import Any

import time_machine

from gateway.model.errors import CallbackRefused, CallbackUnfit
from gateway.model.outcome import Accepted, Approved, Rejected, Returned
from gateway.sdk.conformance.check import check
from gateway.sdk.conformance.equipment.inbox import Arrived
from gateway.sdk.conformance.equipment.stage import Stage, said
from gateway.sdk.conformance.subject import Subject
from gateway.sdk.department import Callback, Department
from gateway.sdk.outcomes import fits, unfit

_DECISIONS: dict[str, type[Any]] = {"approved": Approved, "rejected": Rejected, "returned": Returned}
_DAY = 86_400
_VERIFY = "verify the signature over the whole body before reading any of it, in constant time, and raise CallbackRefused."
_VERIFY_ZH = "先用固定时间的比较验证整个报文的签名，再读取内容；不符时抛出 CallbackRefused。"


class CallbackChecks(Subject):
    """A callback is believed only when it is the department's own."""

    @check(
        "called_back",
        "部门的回调被读成它所表示的结果，并指明是哪一件（key 或 reference）。",
        do="read the callback into Callback(id=…, outcome=…, key=… or reference=…, reply=…).",
        do_zh="把回调读成 Callback(id=…, outcome=…, key=… 或 reference=…, reply=…)。",
    )
    async def test_callback_tells_the_decision(self, stage: Stage, operation: str) -> None:
        """A callback becomes the outcome that it tells, and names its case."""
        for wanted, kind in _DECISIONS.items():
            key, arrived = await self._called_back(stage, operation, wanted)
            callback = stage.judged(Callback, parsed(stage.adapter, arrived), zh=f"回调说的是 {wanted}", en=f"a callback said '{wanted}'")
            if not isinstance(callback.outcome, kind) or unfit(callback.outcome, self.operation(operation)):
                stage.wrong(
                    zh=f"决定是 {wanted}，回调却读成 {said(callback.outcome)}。",
                    en=f"the decision was '{wanted}', but it was read as {said(callback.outcome)}.",
                )
            (effect,) = await stage.effects(key)
            if key != callback.key and effect.reference != callback.reference:
                stage.wrong(zh="回调没有指明是哪一件。", en="the callback does not name its case by key or reference.")
            if not callback.id or not fits(callback.id) or not 200 <= callback.reply.status < 300:
                stage.wrong(zh="回调没有自己的标识，或没有确认。", en="the callback has no id of its own, or is not acknowledged.")

    @check("called_back", "伪造或被改动的回调抛出 CallbackRefused。", do=_VERIFY, do_zh=_VERIFY_ZH)
    async def test_forged_callback_is_refused(self, stage: Stage, operation: str) -> None:
        """A callback that is forged or was changed on its way is CallbackRefused."""
        _, (headers, body) = await self._called_back(stage, operation, "approved")
        bare = {name: value for name, value in headers.items() if name in {"content-type", "content-length", "host"}}
        for forged in ((headers, body + b" "), (headers, body.replace(b"approved", b"rejected") + b"\n"), (bare, body), (headers, b"")):
            self._refused(stage, parsed(stage.adapter, forged), zh="回调是伪造的", en="the callback was forged")

    @check(
        "called_back",
        "过期的回调（一天前签名）抛出 CallbackRefused。",
        do="refuse a callback whose signed time is more than some minutes off; gateway.sdk.webhooks does.",
        do_zh="拒绝签名时间相差数分钟以上的回调；gateway.sdk.webhooks 已如此处理。",
    )
    async def test_stale_callback_is_refused(self, stage: Stage, operation: str) -> None:
        """A callback that was signed a day ago is CallbackRefused."""
        _, arrived = await self._called_back(stage, operation, "approved")
        with time_machine.travel(time.time() + _DAY, tick=True):
            end = parsed(stage.adapter, arrived)
        self._refused(stage, end, zh="回调是一天前签名的", en="the callback was signed a day ago")

    @check(
        "called_back",
        "用别的部门的密钥签名的回调抛出 CallbackRefused。",
        do="verify with this department's own secret; give the test class `other_secrets` of the same form.",
        do_zh="用本部门自己的密钥验证；在测试类中给出同样格式的 other_secrets。",
    )
    async def test_callback_of_another_is_refused(self, stage: Stage, operation: str) -> None:
        """A callback signed with another department's secret is CallbackRefused."""
        if not self.other_secrets:
            stage.wrong(zh="测试类没有给出 other_secrets。", en="the test class gives no `other_secrets`.")
        _, arrived = await self._called_back(stage, operation, "approved")
        end = parsed(stage.made(stage.proxy.url, other_secrets=True), arrived)
        self._refused(stage, end, zh="回调用别的部门的密钥签名", en="the callback was signed with another department's secret")

    @check(
        "called_back",
        "同一回调再次到来时，读出的标识和结果都相同。",
        do="take Callback.id from the message itself (not a new one, not the time), and keep nothing between callbacks.",
        do_zh="Callback.id 取自报文本身（不要新生成，也不要用时间），回调之间不保留任何内容。",
    )
    async def test_callback_twice_is_the_same(self, stage: Stage, operation: str) -> None:
        """A callback that comes again has the same id and says the same."""

        async def refuse_once() -> None:
            stage.backend.inbox.refuse = 1

        await stage.there(refuse_once())
        _, first = await self._called_back(stage, operation, "approved")
        again = await stage.there(stage.backend.inbox.take())
        ends = [parsed(stage.adapter, one) for one in (first, first, again or first)]
        one, *others = [stage.judged(Callback, end, zh="回调到来", en="a callback came") for end in ends]
        if any((other.id, other.outcome, other.key, other.reference) != (one.id, one.outcome, one.key, one.reference) for other in others):
            stage.wrong(zh="同一回调再次到来时读出了不同的内容。", en="the same callback was read as something else when it came again.")

    async def _called_back(self, stage: Stage, operation: str, outcome: str) -> tuple[str, Arrived]:
        """File a case, have it decided, and give its key with the callback that came."""
        call = stage.call(operation)
        await stage.must(Accepted, operation, call=call, zh="部门受理了申请", en="the department accepted the application")
        await stage.decide(call.key, outcome)
        arrived = await stage.there(stage.backend.inbox.take())
        if arrived is None:
            stage.wrong(
                zh="部门作出了决定，call.callback_url 却没有收到回调。",
                en="the department decided, but no callback came to call.callback_url.",
            )
        return call.key, arrived

    def _refused(self, stage: Stage, end: object, *, zh: str, en: str) -> None:
        if isinstance(end, CallbackUnfit):
            stage.wrong(
                zh=f"{zh}，适配器却先读了内容（CallbackUnfit）。", en=f"{en}, but the adapter read it before verifying it (CallbackUnfit)."
            )
        stage.judged(CallbackRefused, end, zh=zh, en=en)


def parsed(adapter: Department, arrived: Arrived) -> object:
    """Give the callback that an adapter reads, or the error that it raises."""
    try:
        return adapter.parse_callback(*arrived)
    except Exception as error:  # noqa: BLE001  # how it ended is judged by the test
        return error
