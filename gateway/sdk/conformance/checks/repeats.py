"""Tests of each operation's declaration about a lost reply."""

from __future__ import annotations

from gateway.model.errors import InDoubt, Unavailable
from gateway.model.outcome import Absent, Found, Unknown
from gateway.model.service import Text
from gateway.sdk.conformance.check import check
from gateway.sdk.conformance.equipment.bad_replies import NO_ANSWERS
from gateway.sdk.conformance.equipment.stage import Stage, said
from gateway.sdk.conformance.subject import Subject
from gateway.sdk.conformance.texts import repeats as texts
from gateway.sdk.outcomes import unfit


class RepeatChecks(Subject):
    """The resend rule is true."""

    @check("safe", texts.REPEAT_HAS_ONE_EFFECT)
    async def test_repeat_has_one_effect(self, stage: Stage, operation: str) -> None:
        key = stage.key()
        first = await stage.end(operation, stage.call(operation, key))
        second = await stage.end(operation, stage.call(operation, key, attempt=2))
        await self._once(stage, key, texts.SENT_TWICE)
        if unfit(first, self.operation(operation)) or type(first) is not type(second) or first.reference != second.reference:
            stage.wrong(texts.OUTCOMES_DIFFER, first=said(first), second=said(second))

    @check("safe", texts.REPEAT_AFTER_A_LOST_REPLY_HAS_ONE_EFFECT)
    async def test_repeat_after_a_lost_reply_has_one_effect(self, stage: Stage, operation: str) -> None:
        key = stage.key()
        await stage.proxy_does("lose_reply", operation)
        await stage.must(InDoubt, operation, texts.LOST, call=stage.call(operation, key))
        await stage.proxy_does("pass")
        end = await stage.end(operation, stage.call(operation, key, attempt=2))
        await self._once(stage, key, texts.SENT_AGAIN)
        if (problem := unfit(end, self.operation(operation))) is not None:
            stage.wrong(texts.REPEAT_FAILED, end=said(end), problem=problem)

    @check("found", texts.FIND_SAYS_ABSENT_OF_WHAT_NEVER_ARRIVED)
    async def test_find_says_absent_of_what_never_arrived(self, stage: Stage, operation: str) -> None:
        stage.judged(Absent, await self._find(stage, operation, stage.key()), texts.NEVER_ARRIVED)

    @check("found", texts.FIND_KNOWS_WHAT_WAS_DONE)
    async def test_find_knows_what_was_done(self, stage: Stage, operation: str) -> None:
        key = stage.key()
        await stage.proxy_does("lose_reply", operation)
        await stage.end(operation, stage.call(operation, key))
        await stage.proxy_does("pass")
        found = stage.judged(Found, await self._find(stage, operation, key), texts.DONE_BUT_LOST)
        if (problem := unfit(found.outcome, self.operation(operation))) is not None:
            stage.wrong(texts.FOUND_UNFIT, problem=problem)
        effects = await stage.effects(key)
        if len(effects) != 1 or found.outcome.reference not in {None, effects[0].reference}:
            stage.wrong(texts.FOUND_ANOTHER)

    @check("found", texts.FIND_THAT_FAILS_IS_NEVER_ABSENT)
    async def test_find_that_fails_is_never_absent(self, stage: Stage, operation: str) -> None:
        key = stage.key()
        await stage.end(operation, stage.call(operation, key))
        for way, answer in NO_ANSWERS:
            await stage.proxy_does(way, answer=answer)
            end = await self._find(stage, operation, key)
            stage.judged((InDoubt, Unavailable, Unknown), end, texts.FIND_NOT_ANSWERED)

    @check("acting", texts.FRESH_CONNECTION_IS_FRESH)
    async def test_fresh_connection_is_fresh(self, stage: Stage, operation: str) -> None:
        await stage.end(operation)
        used = {seen.connection for seen in stage.proxy.seen}
        for _ in range(2):
            before = len(stage.proxy.seen)
            await stage.end(operation, stage.call(operation, fresh=True))
            on = {seen.connection for seen in stage.acting_requests(operation, before)}
            if on & used:
                stage.wrong(texts.CONNECTION_OF_ANOTHER)
            used |= on

    async def _once(self, stage: Stage, key: str, happened: Text) -> None:
        effects = len(await stage.effects(key))
        if effects != 1:
            stage.wrong(texts.EFFECTS, happened=happened, count=effects)

    async def _find(self, stage: Stage, operation: str, key: str) -> object:
        call = stage.call(operation, key)
        return await stage.end_of(lambda: stage.adapter.find(call, self.request(operation)))
