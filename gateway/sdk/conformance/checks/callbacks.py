"""Tests of callbacks about later decisions: each must be the department's, fresh, and the same however often it comes."""

from __future__ import annotations

import time
from typing import Any

import time_machine

from gateway.model.errors import CallbackRefused, CallbackUnfit
from gateway.model.outcome import Accepted, Approved, Rejected, Returned
from gateway.model.service import Text
from gateway.sdk.conformance.check import check
from gateway.sdk.conformance.equipment.inbox import Arrived
from gateway.sdk.conformance.equipment.stage import Stage, said
from gateway.sdk.conformance.subject import Subject
from gateway.sdk.conformance.texts import callbacks as texts
from gateway.sdk.conformance.texts import filled, suite
from gateway.sdk.department import Callback, Department
from gateway.sdk.outcomes import fits, unfit

_DECISIONS: dict[str, type[Any]] = {"approved": Approved, "rejected": Rejected, "returned": Returned}
_DAY = 86_400


class CallbackChecks(Subject):
    """A callback is believed only when it is the department's own."""

    @check("called_back", texts.CALLBACK_TELLS_THE_DECISION)
    async def test_callback_tells_the_decision(self, stage: Stage, operation: str) -> None:
        for wanted, kind in _DECISIONS.items():
            key, arrived = await self._called_back(stage, operation, wanted)
            callback = stage.judged(Callback, parsed(stage.adapter, arrived), filled(texts.CALLED_BACK, decision=wanted))
            if not isinstance(callback.outcome, kind) or unfit(callback.outcome, self.operation(operation)):
                stage.wrong(texts.MISREAD, decision=wanted, read=said(callback.outcome))
            (effect,) = await stage.effects(key)
            if key != callback.key and effect.reference != callback.reference:
                stage.wrong(texts.NAMES_NO_CASE)
            if not callback.id or not fits(callback.id) or not 200 <= callback.reply.status < 300:
                stage.wrong(texts.NOT_TO_BE_ACKNOWLEDGED)

    @check("called_back", texts.FORGED_CALLBACK_IS_REFUSED)
    async def test_forged_callback_is_refused(self, stage: Stage, operation: str) -> None:
        _, (headers, body) = await self._called_back(stage, operation, "approved")
        bare = {name: value for name, value in headers.items() if name in {"content-type", "content-length", "host"}}
        for forged in ((headers, body + b" "), (headers, body.replace(b"approved", b"rejected") + b"\n"), (bare, body), (headers, b"")):
            self._refused(stage, parsed(stage.adapter, forged), texts.FORGED)

    @check("called_back", texts.STALE_CALLBACK_IS_REFUSED)
    async def test_stale_callback_is_refused(self, stage: Stage, operation: str) -> None:
        _, arrived = await self._called_back(stage, operation, "approved")
        with time_machine.travel(time.time() + _DAY, tick=True):
            end = parsed(stage.adapter, arrived)
        self._refused(stage, end, texts.SIGNED_A_DAY_AGO)

    @check("called_back", texts.CALLBACK_OF_ANOTHER_IS_REFUSED)
    async def test_callback_of_another_is_refused(self, stage: Stage, operation: str) -> None:
        if not self.other_secrets:
            stage.wrong(texts.NO_OTHER_SECRETS)
        _, arrived = await self._called_back(stage, operation, "approved")
        end = parsed(stage.made(stage.proxy.url, other_secrets=True), arrived)
        self._refused(stage, end, texts.SIGNED_BY_ANOTHER)

    @check("called_back", texts.CALLBACK_TWICE_IS_THE_SAME)
    async def test_callback_twice_is_the_same(self, stage: Stage, operation: str) -> None:

        async def refuse_once() -> None:
            stage.backend.inbox.refuse = 1

        await stage.there(refuse_once())
        _, first = await self._called_back(stage, operation, "approved")
        again = await stage.there(stage.backend.inbox.take())
        ends = [parsed(stage.adapter, one) for one in (first, first, again or first)]
        one, *others = [stage.judged(Callback, end, texts.CAME) for end in ends]
        if any((other.id, other.outcome, other.key, other.reference) != (one.id, one.outcome, one.key, one.reference) for other in others):
            stage.wrong(texts.READ_OTHERWISE)

    async def _called_back(self, stage: Stage, operation: str, outcome: str) -> tuple[str, Arrived]:
        """File a case, have it decided, and give its key with the callback that came."""
        call = stage.call(operation)
        await stage.must(Accepted, operation, suite.ACCEPTED, call=call)
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
