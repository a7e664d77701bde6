"""Tests of polling for later decisions, and of withdrawing a case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gateway.model.errors import InDoubt, Unavailable
from gateway.model.outcome import Accepted, Approved, Kept, Rejected, Returned, Withdrawn
from gateway.sdk.conformance.check import check
from gateway.sdk.conformance.equipment.bad_replies import NO_ANSWERS
from gateway.sdk.conformance.equipment.stage import Stage, said
from gateway.sdk.conformance.subject import Subject
from gateway.sdk.department import Pending
from gateway.sdk.outcomes import unfit

_DECISIONS: dict[str, type[Any]] = {"approved": Approved, "rejected": Rejected, "returned": Returned}
_POLL = "let poll() give the decided cases by reference, with the right outcome of each, and leave out those that are still open."
_POLL_ZH = "poll() 按受理编号给出已决定的办件及其结果，尚未决定的不列出。"


class DecidingChecks(Subject):
    """Later decisions are fetched as they are."""

    @check("polled", "poll() 一次问多件：已决定的给出各自的结果，未决定的不列出。", do=_POLL, do_zh=_POLL_ZH)
    async def test_poll_tells_what_is_decided(self, stage: Stage, operation: str) -> None:
        """poll() asked about many gives each decision by its reference, and leaves out what is still open."""
        pending = {wanted: await self._filed(stage, operation) for wanted in (*_DECISIONS, "open")}
        for wanted in _DECISIONS:
            await stage.decide(pending[wanted].key, wanted)
        said_ = stage.judged(
            dict, await self._poll(stage, *pending.values()), zh="部门决定了三件", en="the department had decided three cases"
        )
        for wanted, kind in _DECISIONS.items():
            outcome = said_.get(pending[wanted].reference)
            if not isinstance(outcome, kind) or unfit(outcome, self.operation(operation)):
                stage.wrong(
                    zh=f"决定是 {wanted}，poll() 却给出 {said(outcome)}。",
                    en=f"the decision was '{wanted}', but poll() gave {said(outcome)}.",
                )
        open_still = said_.get(pending["open"].reference)
        if open_still is not None and not isinstance(open_still, Accepted):
            stage.wrong(zh="poll() 为尚未决定的办件给出了决定。", en="poll() gave a decision of a case that is still open.")
        if strange := set(said_) - {one.reference for one in pending.values()}:
            stage.wrong(
                zh=f"poll() 给出了 {len(strange)} 件没有问到的。", en=f"poll() gave {len(strange)} cases that it was not asked about."
            )

    @check(
        "polled",
        "poll() 按受理编号取结果：次序不同或夹有部门不认识的编号时，每件仍是自己的结果。",
        do="read each decision by the reference that stands in it, never by its position in the reply.",
        do_zh="按答复中的受理编号读取每件的结果，不要按次序对应。",
    )
    async def test_poll_goes_by_the_reference(self, stage: Stage, operation: str) -> None:
        """poll() gives each case its own decision, also in another order and beside a reference that the department does not know."""
        approved, rejected = await self._filed(stage, operation), await self._filed(stage, operation)
        await stage.decide(approved.key, "approved")
        await stage.decide(rejected.key, "rejected")
        digits = "999" if not approved.reference.endswith("999") else "998"
        unknown = replace(approved, key=stage.key(), reference=approved.reference[:-3] + digits)
        for asked in ((rejected, approved), (unknown, rejected, approved)):
            found = await self._poll(stage, *asked)
            if not isinstance(found, dict):  # a department may refuse to answer about what it does not know
                continue
            for pending, kind in ((approved, Approved), (rejected, Rejected)):
                outcome = found.get(pending.reference)
                if outcome is not None and not isinstance(outcome, kind):
                    stage.wrong(
                        zh=f"决定是 {kind.__name__}，poll() 却给出 {said(outcome)}：是另一件的。",
                        en=f"the decision was {kind.__name__}, but poll() gave {said(outcome)}, which is another case's.",
                    )
            if isinstance(found.get(unknown.reference), Approved | Returned):
                stage.wrong(zh="poll() 为部门不认识的编号给出了决定。", en="poll() gave a decision of a reference that nobody knows.")

    @check(
        "polled",
        "poll() 没有得到有效答复时抛出 InDoubt 或 Unavailable，绝不给出决定。",
        do="let the client's errors through poll(); a page or a lost reply is no decision.",
        do_zh="poll() 中不要吞掉客户端的错误：网页或丢失的答复不是决定。",
    )
    async def test_poll_that_fails_decides_nothing(self, stage: Stage, operation: str) -> None:
        """poll() that gets no valid reply raises InDoubt or Unavailable and decides nothing."""
        pending = await self._filed(stage, operation)
        await stage.decide(pending.key, "approved")
        for way, answer in NO_ANSWERS:
            await stage.proxy_does(way, answer=answer)
            stage.judged(
                (InDoubt, Unavailable), await self._poll(stage, pending), zh="poll() 没有得到有效答复", en="poll() got no valid reply"
            )

    @check(
        "withdrawn",
        "withdraw() 撤回未决定的办件（再撤一次结果相同），已决定的给出 Kept。",
        do="give Withdrawn when the department took it back (also when it says that it was taken back before), else Kept(code=…).",
        do_zh="部门已撤回（包括先前已撤回）时给出 Withdrawn，否则给出 Kept(code=…)。",
    )
    async def test_withdraw_takes_back_what_is_open(self, stage: Stage, operation: str) -> None:
        """withdraw() takes an open case back, says the same when asked again, and Kept of one that is decided."""
        for wanted, kind in ((None, Withdrawn), ("approved", Kept)):
            pending = await self._filed(stage, operation)
            if wanted is not None:
                await stage.decide(pending.key, wanted)
            for attempt in (1, 2):
                end = await self._withdraw(stage, pending, attempt)
                stage.judged(
                    kind,
                    end,
                    zh=f"撤回{'未决定' if wanted is None else '已决定'}的办件（第 {attempt} 次）",
                    en=f"a case that was {wanted or 'open'} was to be withdrawn",
                )
            (effect,) = await stage.effects(pending.key)
            if effect.decision is None or effect.decision.outcome != (wanted or "withdrawn"):
                stage.wrong(zh="部门那里的状态与适配器所说的不符。", en="the case at the department does not stand as the adapter says.")

    @check(
        "withdrawn",
        "withdraw() 没有得到有效答复时抛出 InDoubt 或 Unavailable，绝不说已撤回。",
        do="let the client's errors through withdraw(); only the department's own word says that a case was taken back.",
        do_zh="withdraw() 中不要吞掉客户端的错误：只有部门明确答复才算已撤回。",
    )
    async def test_withdraw_that_fails_says_nothing(self, stage: Stage, operation: str) -> None:
        """withdraw() that gets no valid reply raises InDoubt or Unavailable, and says neither Withdrawn nor Kept."""
        pending = await self._filed(stage, operation)
        for way, answer in NO_ANSWERS:
            await stage.proxy_does(way, answer=answer)
            end = await self._withdraw(stage, pending)
            stage.judged((InDoubt, Unavailable), end, zh="withdraw() 没有得到有效答复", en="withdraw() got no valid reply")

    async def _withdraw(self, stage: Stage, pending: Pending, attempt: int = 1) -> object:
        call = stage.call(pending.operation, pending.key, attempt=attempt)
        return await stage.end_of(lambda: stage.adapter.withdraw(call, pending.reference))

    async def _filed(self, stage: Stage, operation: str) -> Pending:
        call = stage.call(operation)
        accepted = await stage.must(Accepted, operation, call=call, zh="部门受理了申请", en="the department accepted the application")
        return Pending(key=call.key, reference=accepted.reference, operation=operation)

    async def _poll(self, stage: Stage, *pending: Pending) -> object:
        call = stage.call(pending[0].operation)
        return await stage.end_of(lambda: stage.adapter.poll(call, pending))
