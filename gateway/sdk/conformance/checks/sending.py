"""Tests of the question on which everything depends, whether the department may have got the request, and of sending it again."""

from __future__ import annotations

from contextlib import closing

from gateway.model.errors import InDoubt, Unavailable
from gateway.model.outcome import Absent, Found, Unknown
from gateway.model.service import Text
from gateway.sdk.conformance import texts
from gateway.sdk.conformance.check import check
from gateway.sdk.conformance.equipment.backend import DeadPort
from gateway.sdk.conformance.equipment.bad_replies import NO_ANSWERS, http
from gateway.sdk.conformance.equipment.stage import SHORT_DEADLINE, Stage, said
from gateway.sdk.conformance.subject import Subject
from gateway.sdk.outcomes import unfit

#: Statuses after which adapters like to try again by themselves.
_FAILED = (408, 409, 429, 500, 502, 503, 504)


class SendingChecks(Subject):
    """A request refused before sending is Unavailable, one lost after sending is InDoubt, never the other way round."""

    @check("each")
    async def test_refused_before_sending_is_unavailable(self, stage: Stage, operation: str) -> None:
        with closing(DeadPort()) as port:
            async with stage.opened(port.url) as adapter:
                await stage.must(Unavailable, operation, texts.CONNECTION_REFUSED, adapter=adapter)

    @check("each")
    async def test_no_connection_in_time_is_unavailable(self, stage: Stage, operation: str) -> None:
        with closing(DeadPort(silent=True)) as port:
            let_go = stage.backend.let_go_in(SHORT_DEADLINE + 2 * stage.grace, port.close)
            async with stage.opened(port.url) as adapter:
                end = await stage.end(operation, stage.call(operation, deadline=SHORT_DEADLINE), adapter=adapter)
            let_go.cancel()
        stage.judged(Unavailable, end, texts.NO_CONNECTION)

    @check("each")
    async def test_cut_while_sending_is_in_doubt(self, stage: Stage, operation: str) -> None:
        await stage.proxy_does("cut_request", operation)
        await stage.must(InDoubt, operation, texts.REQUEST_CUT)

    @check("each")
    async def test_lost_after_sending_is_in_doubt(self, stage: Stage, operation: str) -> None:
        await stage.proxy_does("lose_reply", operation)
        call = stage.call(operation)
        await stage.must(InDoubt, operation, texts.LOST, call=call)
        if self.acts(operation) and not await stage.effects(call.key):
            stage.wrong(texts.DID_NOT_ARRIVE)

    @check("each")
    async def test_failed_call_is_sent_once(self, stage: Stage, operation: str) -> None:
        for answer in (b"", *(http(status) for status in _FAILED)):
            before = len(stage.proxy.seen)
            await stage.proxy_does("answer" if answer else "lose_reply", operation, answer=answer, forward=not answer)
            await stage.end(operation)
            if (sent := len(stage.acting_requests(operation, before))) > 1:
                stage.wrong(texts.SENT_AGAIN, times=sent)

    @check("acting")
    async def test_key_goes_with_every_attempt(self, stage: Stage, operation: str) -> None:
        key = stage.key()
        for attempt in (1, 2):
            before = len(stage.proxy.seen)
            await stage.end(operation, stage.call(operation, key, attempt=attempt))
            sent = stage.acting_requests(operation, before)
            if not sent or any(key.encode() not in one.head + one.body for one in sent):
                stage.wrong(texts.WITHOUT_KEY, attempt=attempt)


class RepeatsChecks(Subject):
    """The resend rule is true."""

    @check("safe")
    async def test_repeat_has_one_effect(self, stage: Stage, operation: str) -> None:
        key = stage.key()
        first = await stage.end(operation, stage.call(operation, key))
        second = await stage.end(operation, stage.call(operation, key, attempt=2))
        await self._once(stage, key, texts.SENT_TWICE)
        if unfit(first, self.operation(operation)) or type(first) is not type(second) or first.reference != second.reference:
            stage.wrong(texts.OUTCOMES_DIFFER, first=said(first), second=said(second))

    @check("safe")
    async def test_repeat_after_a_lost_reply_has_one_effect(self, stage: Stage, operation: str) -> None:
        key = stage.key()
        await stage.proxy_does("lose_reply", operation)
        await stage.must(InDoubt, operation, texts.REPLY_LOST, call=stage.call(operation, key))
        await stage.proxy_does("pass")
        end = await stage.end(operation, stage.call(operation, key, attempt=2))
        await self._once(stage, key, texts.REPEATED)
        if (problem := unfit(end, self.operation(operation))) is not None:
            stage.wrong(texts.REPEAT_FAILED, end=said(end), problem=problem)

    @check("found")
    async def test_find_says_absent_of_what_never_arrived(self, stage: Stage, operation: str) -> None:
        stage.judged(Absent, await self._find(stage, operation, stage.key()), texts.NEVER_ARRIVED)

    @check("found")
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

    @check("found")
    async def test_find_that_fails_is_never_absent(self, stage: Stage, operation: str) -> None:
        key = stage.key()
        await stage.end(operation, stage.call(operation, key))
        for way, answer in NO_ANSWERS:
            await stage.proxy_does(way, answer=answer)
            end = await self._find(stage, operation, key)
            stage.judged((InDoubt, Unavailable, Unknown), end, texts.FIND_NOT_ANSWERED)

    @check("acting")
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
            stage.wrong(texts.EFFECTS_OF_REPEAT, happened=happened, count=effects)

    async def _find(self, stage: Stage, operation: str, key: str) -> object:
        call = stage.call(operation, key)
        return await stage.end_of(lambda: stage.adapter.find(call, self.request(operation)))
