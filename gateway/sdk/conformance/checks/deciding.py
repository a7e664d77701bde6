"""Tests of later decisions: polled for, told by callbacks, and of cases withdrawn before one."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import time_machine

from gateway.model.errors import CallbackRefused, CallbackUnfit, InDoubt, Unavailable
from gateway.model.outcome import Accepted, Approved, Kept, Rejected, Returned, Withdrawn
from gateway.model.service import Text
from gateway.sdk.conformance import texts
from gateway.sdk.conformance.check import check
from gateway.sdk.conformance.equipment.backend import Arrived
from gateway.sdk.conformance.equipment.bad_replies import NO_ANSWERS
from gateway.sdk.conformance.equipment.stage import Stage, said
from gateway.sdk.conformance.subject import Subject
from gateway.sdk.conformance.texts import filled
from gateway.sdk.department import Callback, Department, Pending
from gateway.sdk.outcomes import fits, unfit


class DecidingChecks(Subject):
    """Later decisions are fetched as they are."""

    @check("polled")
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

    @check("polled")
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
                    stage.wrong(texts.DECISION_OF_ANOTHER, decision=kind.__name__, read=said(outcome))
            if isinstance(found.get(unknown.reference), Approved | Returned):
                stage.wrong(texts.UNKNOWN_IS_DECIDED)

    @check("polled")
    async def test_poll_that_fails_decides_nothing(self, stage: Stage, operation: str) -> None:
        pending = await self._filed(stage, operation)
        await stage.decide(pending.key, "approved")
        for way, answer in NO_ANSWERS:
            await stage.proxy_does(way, answer=answer)
            stage.judged((InDoubt, Unavailable), await self._poll(stage, pending), texts.POLL_NOT_ANSWERED)

    @check("withdrawn")
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

    @check("withdrawn")
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
        accepted = await stage.must(Accepted, operation, texts.ACCEPTED, call=call)
        return Pending(key=call.key, reference=accepted.reference, operation=operation)

    async def _poll(self, stage: Stage, *pending: Pending) -> object:
        call = stage.call(pending[0].operation)
        return await stage.end_of(lambda: stage.adapter.poll(call, pending))


_DECISIONS: dict[str, type[Any]] = {"approved": Approved, "rejected": Rejected, "returned": Returned}
_DAY = 86_400


class CallbacksChecks(Subject):
    """A callback is believed only when it is the department's own."""

    @check("called_back")
    async def test_callback_tells_the_decision(self, stage: Stage, operation: str) -> None:
        for wanted, kind in _DECISIONS.items():
            key, arrived = await self._called_back(stage, operation, wanted)
            callback = stage.judged(Callback, parsed(stage.adapter, arrived), filled(texts.CALLED_BACK, decision=wanted))
            if not isinstance(callback.outcome, kind) or unfit(callback.outcome, self.operation(operation)):
                stage.wrong(texts.CALLBACK_MISREAD, decision=wanted, read=said(callback.outcome))
            (effect,) = await stage.effects(key)
            if key != callback.key and effect.reference != callback.reference:
                stage.wrong(texts.NAMES_NO_CASE)
            if not callback.id or not fits(callback.id) or not 200 <= callback.reply.status < 300:
                stage.wrong(texts.NOT_TO_BE_ACKNOWLEDGED)

    @check("called_back")
    async def test_forged_callback_is_refused(self, stage: Stage, operation: str) -> None:
        _, (headers, body) = await self._called_back(stage, operation, "approved")
        bare = {name: value for name, value in headers.items() if name in {"content-type", "content-length", "host"}}
        for forged in ((headers, body + b" "), (headers, body.replace(b"approved", b"rejected") + b"\n"), (bare, body), (headers, b"")):
            self._refused(stage, parsed(stage.adapter, forged), texts.FORGED)

    @check("called_back")
    async def test_stale_callback_is_refused(self, stage: Stage, operation: str) -> None:
        _, arrived = await self._called_back(stage, operation, "approved")
        with time_machine.travel(time.time() + _DAY, tick=True):
            end = parsed(stage.adapter, arrived)
        self._refused(stage, end, texts.SIGNED_A_DAY_AGO)

    @check("called_back")
    async def test_callback_of_another_is_refused(self, stage: Stage, operation: str) -> None:
        if not self.other_secrets:
            stage.wrong(texts.NO_OTHER_SECRETS)
        _, arrived = await self._called_back(stage, operation, "approved")
        end = parsed(stage.made(stage.proxy.url, other_secrets=True), arrived)
        self._refused(stage, end, texts.SIGNED_BY_ANOTHER)

    @check("called_back")
    async def test_callback_twice_is_the_same(self, stage: Stage, operation: str) -> None:
        stage.backend.inbox.refuse = 1
        _, first = await self._called_back(stage, operation, "approved")
        again = await stage.there(stage.backend.inbox.take())
        ends = [parsed(stage.adapter, one) for one in (first, first, again or first)]
        one, *others = [stage.judged(Callback, end, texts.CAME) for end in ends]
        if any((other.id, other.outcome, other.key, other.reference) != (one.id, one.outcome, one.key, one.reference) for other in others):
            stage.wrong(texts.READ_OTHERWISE)

    async def _called_back(self, stage: Stage, operation: str, outcome: str) -> tuple[str, Arrived]:
        """File a case, have it decided, and give its key with the callback that came."""
        call = stage.call(operation)
        await stage.must(Accepted, operation, texts.ACCEPTED, call=call)
        await stage.decide(call.key, outcome)
        arrived = await stage.there(stage.backend.inbox.take())
        if arrived is None:
            stage.wrong(texts.DID_NOT_COME)
        return call.key, arrived

    def _refused(self, stage: Stage, end: object, happened: Text) -> None:
        if isinstance(end, CallbackUnfit):
            stage.wrong(texts.READ_UNVERIFIED, happened=happened)
        stage.judged(CallbackRefused, end, happened)


def parsed(adapter: Department, arrived: Arrived) -> object:
    """Give the callback that an adapter reads, or the error that it raises."""
    try:
        return adapter.parse_callback(*arrived)
    except Exception as error:  # noqa: BLE001  # how it ended is judged by the test
        return error
