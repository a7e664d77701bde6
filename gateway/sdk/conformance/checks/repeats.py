"""Tests of each operation's declaration about a lost reply."""

from __future__ import annotations

from gateway.model.errors import InDoubt, Unavailable
from gateway.model.outcome import Absent, Found, Unknown
from gateway.sdk.conformance.check import check
from gateway.sdk.conformance.equipment.bad_replies import NO_ANSWERS
from gateway.sdk.conformance.equipment.stage import Stage, said
from gateway.sdk.conformance.subject import Subject
from gateway.sdk.outcomes import unfit

_SAFE = "declare Safe only if the department recognises call.key, and send the key so that it can; else declare Ask or Never."
_SAFE_ZH = "只有部门能识别 call.key 时才声明 Safe，并把 key 送到部门识别的位置；否则声明 Ask 或 Never。"
_FIND = "let find() ask by call.key and give Found, Absent or Unknown; Absent only when the department says that it has no such key."
_FIND_ZH = "find() 按 call.key 查询，给出 Found、Absent 或 Unknown；只有部门明确表示没有该 key 时才是 Absent。"


class RepeatChecks(Subject):
    """The resend rule is true."""

    @check("safe", "声明为 Safe 的操作以同一个 key 调用两次，部门只办理一次，两次结果相同。", do=_SAFE, do_zh=_SAFE_ZH)
    async def test_repeat_has_one_effect(self, stage: Stage, operation: str) -> None:
        """A safe operation sent twice with one key has one effect at the department, and the same outcome."""
        key = stage.key()
        first = await stage.end(operation, stage.call(operation, key))
        second = await stage.end(operation, stage.call(operation, key, attempt=2))
        await self._once(stage, key, "同一个 key 调用两次", "one key was sent twice")
        if unfit(first, self.operation(operation)) or type(first) is not type(second) or first.reference != second.reference:
            stage.wrong(
                zh=f"两次结果不同：{said(first)}、{said(second)}。",
                en=f"the two outcomes are not the same: {said(first)} and {said(second)}, or by reference.",
            )

    @check("safe", "声明为 Safe 的操作在答复丢失后重发，部门只办理一次。", do=_SAFE, do_zh=_SAFE_ZH)
    async def test_repeat_after_a_lost_reply_has_one_effect(self, stage: Stage, operation: str) -> None:
        """A safe operation sent again after its reply was lost has one effect at the department."""
        key = stage.key()
        await stage.proxy_does("lose_reply", operation)
        await stage.must(InDoubt, operation, call=stage.call(operation, key), zh="答复丢失", en="the reply was lost")
        await stage.proxy_does("pass")
        end = await stage.end(operation, stage.call(operation, key, attempt=2))
        await self._once(stage, key, "答复丢失后重发", "it was sent again after a lost reply")
        if (problem := unfit(end, self.operation(operation))) is not None:
            stage.wrong(zh=f"重发后没有得到结果（{said(end)}）。", en=f"the repeat gave no outcome: the adapter {problem} ({said(end)}).")

    @check("found", "部门没有收到过的 key，find() 给出 Absent。", do=_FIND, do_zh=_FIND_ZH)
    async def test_find_says_absent_of_what_never_arrived(self, stage: Stage, operation: str) -> None:
        """find() says Absent of a key that the department never got."""
        stage.judged(
            Absent, await self._find(stage, operation, stage.key()), zh="部门从未收到过该 key", en="the department never got the key"
        )

    @check("found", "答复丢失后，find() 按 key 找到部门已办理的那一件。", do=_FIND, do_zh=_FIND_ZH)
    async def test_find_knows_what_was_done(self, stage: Stage, operation: str) -> None:
        """After a lost reply find() finds by its key what the department did."""
        key = stage.key()
        await stage.proxy_does("lose_reply", operation)
        await stage.end(operation, stage.call(operation, key))
        await stage.proxy_does("pass")
        found = stage.judged(
            Found,
            await self._find(stage, operation, key),
            zh="部门已办理，答复丢失",
            en="the department had done it and the reply was lost",
        )
        if (problem := unfit(found.outcome, self.operation(operation))) is not None:
            stage.wrong(zh=f"Found 中的结果不合规格：{problem}。", en=f"the outcome in Found does not fit: the adapter {problem}.")
        effects = await stage.effects(key)
        if len(effects) != 1 or found.outcome.reference not in {None, effects[0].reference}:
            stage.wrong(zh="find() 给出的不是该 key 的那一件。", en="what find() gives is not what was done under the key.")

    @check("found", "部门答不上来时，find() 抛出错误或给出 Unknown，绝不能是 Absent。", do=_FIND, do_zh=_FIND_ZH)
    async def test_find_that_fails_is_never_absent(self, stage: Stage, operation: str) -> None:
        """find() that gets no valid answer raises InDoubt or Unavailable or says Unknown, never Absent: Absent sends it again."""
        key = stage.key()
        await stage.end(operation, stage.call(operation, key))
        for way, answer in NO_ANSWERS:
            await stage.proxy_does(way, answer=answer)
            end = await self._find(stage, operation, key)
            stage.judged((InDoubt, Unavailable, Unknown), end, zh="find() 没有得到有效答复", en="find() got no valid reply")

    @check(
        "acting",
        "要求新连接（fresh_connection）的调用不使用别的调用用过的连接。",
        do="open a connection of its own for a call with call.fresh_connection; RestClient and SoapClient do.",
        do_zh="call.fresh_connection 为真时另建连接；RestClient 和 SoapClient 已如此处理。",
    )
    async def test_fresh_connection_is_fresh(self, stage: Stage, operation: str) -> None:
        """A call that asks for a fresh connection is sent on one that no other call has used."""
        await stage.end(operation)
        used = {seen.connection for seen in stage.proxy.seen}
        for _ in range(2):
            before = len(stage.proxy.seen)
            await stage.end(operation, stage.call(operation, fresh=True))
            on = {seen.connection for seen in stage.acting_requests(operation, before)}
            if on & used:
                stage.wrong(zh="请求走了别的调用用过的连接。", en="the request went out on a connection that another call had used.")
            used |= on

    async def _once(self, stage: Stage, key: str, zh: str, en: str) -> None:
        effects = len(await stage.effects(key))
        if effects != 1:
            stage.wrong(
                zh=f"{zh}，部门台账中有 {effects} 条记录，应为 1 条。",
                en=f"{en}, and the department's ledger has {effects} effects; it must be 1.",
            )

    async def _find(self, stage: Stage, operation: str, key: str) -> object:
        call = stage.call(operation, key)
        return await stage.end_of(lambda: stage.adapter.find(call, self.request(operation)))
