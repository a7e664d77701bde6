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
from gateway.sdk.conformance.texts import deciding as texts
from gateway.sdk.conformance.texts import filled, suite
from gateway.sdk.department import Pending
from gateway.sdk.outcomes import unfit

_DECISIONS: dict[str, type[Any]] = {"approved": Approved, "rejected": Rejected, "returned": Returned}


class DecidingChecks(Subject):
    """Later decisions are fetched as they are."""

    @check("polled", texts.POLL_TELLS_WHAT_IS_DECIDED)
    async def test_poll_tells_what_is_decided(self, stage: Stage, operation: str) -> None:
        pending = {wanted: await self._filed(stage, operation) for wanted in (*_DECISIONS, "open")}
        for wanted in _DECISIONS:
            await stage.decide(pending[wanted].key, wanted)
        said_ = stage.judged(dict, await self._poll(stage, *pending.values()), texts.THREE_DECIDED)
        for wanted, kind in _DECISIONS.items():
            outcome = said_.get(pending[wanted].reference)
            if not isinstance(outcome, kind) or unfit(outcome, self.operation(operation)):
                stage.wrong(texts.MISREAD, decision=wanted, read=said(outcome))
        open_still = said_.get(pending["open"].reference)
        if open_still is not None and not isinstance(open_still, Accepted):
            stage.wrong(texts.OPEN_IS_DECIDED)
        if strange := set(said_) - {one.reference for one in pending.values()}:
            stage.wrong(texts.NOT_ASKED_ABOUT, cases=len(strange))

    @check("polled", texts.POLL_GOES_BY_THE_REFERENCE)
    async def test_poll_goes_by_the_reference(self, stage: Stage, operation: str) -> None:
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
                    stage.wrong(texts.OF_ANOTHER, decision=kind.__name__, read=said(outcome))
            if isinstance(found.get(unknown.reference), Approved | Returned):
                stage.wrong(texts.UNKNOWN_IS_DECIDED)

    @check("polled", texts.POLL_THAT_FAILS_DECIDES_NOTHING)
    async def test_poll_that_fails_decides_nothing(self, stage: Stage, operation: str) -> None:
        pending = await self._filed(stage, operation)
        await stage.decide(pending.key, "approved")
        for way, answer in NO_ANSWERS:
            await stage.proxy_does(way, answer=answer)
            stage.judged((InDoubt, Unavailable), await self._poll(stage, pending), texts.POLL_NOT_ANSWERED)

    @check("withdrawn", texts.WITHDRAW_TAKES_BACK_WHAT_IS_OPEN)
    async def test_withdraw_takes_back_what_is_open(self, stage: Stage, operation: str) -> None:
        for wanted, kind, stands in ((None, Withdrawn, texts.OPEN), ("approved", Kept, texts.APPROVED)):
            pending = await self._filed(stage, operation)
            if wanted is not None:
                await stage.decide(pending.key, wanted)
            for attempt in (1, 2):
                end = await self._withdraw(stage, pending, attempt)
                stage.judged(kind, end, filled(texts.TO_BE_WITHDRAWN, decision=stands, attempt=attempt))
            (effect,) = await stage.effects(pending.key)
            if effect.decision is None or effect.decision.outcome != (wanted or "withdrawn"):
                stage.wrong(texts.STANDS_OTHERWISE)

    @check("withdrawn", texts.WITHDRAW_THAT_FAILS_SAYS_NOTHING)
    async def test_withdraw_that_fails_says_nothing(self, stage: Stage, operation: str) -> None:
        pending = await self._filed(stage, operation)
        for way, answer in NO_ANSWERS:
            await stage.proxy_does(way, answer=answer)
            end = await self._withdraw(stage, pending)
            stage.judged((InDoubt, Unavailable), end, texts.WITHDRAW_NOT_ANSWERED)

    async def _withdraw(self, stage: Stage, pending: Pending, attempt: int = 1) -> object:
        call = stage.call(pending.operation, pending.key, attempt=attempt)
        return await stage.end_of(lambda: stage.adapter.withdraw(call, pending.reference))

    async def _filed(self, stage: Stage, operation: str) -> Pending:
        call = stage.call(operation)
        accepted = await stage.must(Accepted, operation, suite.ACCEPTED, call=call)
        return Pending(key=call.key, reference=accepted.reference, operation=operation)

    async def _poll(self, stage: Stage, *pending: Pending) -> object:
        call = stage.call(pending[0].operation)
        return await stage.end_of(lambda: stage.adapter.poll(call, pending))
