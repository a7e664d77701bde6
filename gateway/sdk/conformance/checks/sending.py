"""Tests of the question on which everything depends: whether the department may have got the request."""

from __future__ import annotations

from gateway.model.errors import InDoubt, Unavailable
from gateway.sdk.conformance.check import check
from gateway.sdk.conformance.equipment.bad_replies import http
from gateway.sdk.conformance.equipment.ports import DeadPort
from gateway.sdk.conformance.equipment.stage import SHORT_DEADLINE, Stage
from gateway.sdk.conformance.subject import Subject
from gateway.sdk.conformance.texts import sending as texts

#: Statuses after which adapters like to try again by themselves.
_FAILED = (408, 409, 429, 500, 502, 503, 504)


class SendingChecks(Subject):
    """A request refused before sending is Unavailable, one lost after sending is InDoubt, never the other way round."""

    @check("each", texts.REFUSED_BEFORE_SENDING_IS_UNAVAILABLE)
    async def test_refused_before_sending_is_unavailable(self, stage: Stage, operation: str) -> None:
        with DeadPort() as port:
            async with stage.opened(port.url) as adapter:
                await stage.must(Unavailable, operation, texts.CONNECTION_REFUSED, adapter=adapter)

    @check("each", texts.NO_CONNECTION_IN_TIME_IS_UNAVAILABLE)
    async def test_no_connection_in_time_is_unavailable(self, stage: Stage, operation: str) -> None:
        with DeadPort(silent=True) as port:
            let_go = stage.backend.let_go_in(SHORT_DEADLINE + 2 * stage.grace, port.close)
            async with stage.opened(port.url) as adapter:
                end = await stage.end(operation, stage.call(operation, deadline=SHORT_DEADLINE), adapter=adapter)
            let_go.cancel()
        stage.judged(Unavailable, end, texts.NO_CONNECTION)

    @check("each", texts.CUT_WHILE_SENDING_IS_IN_DOUBT)
    async def test_cut_while_sending_is_in_doubt(self, stage: Stage, operation: str) -> None:
        await stage.proxy_does("cut_request", operation)
        await stage.must(InDoubt, operation, texts.CUT)

    @check("each", texts.LOST_AFTER_SENDING_IS_IN_DOUBT)
    async def test_lost_after_sending_is_in_doubt(self, stage: Stage, operation: str) -> None:
        await stage.proxy_does("lose_reply", operation)
        call = stage.call(operation)
        await stage.must(InDoubt, operation, texts.LOST, call=call)
        if self.acts(operation) and not await stage.effects(call.key):
            stage.wrong(texts.DID_NOT_ARRIVE)

    @check("each", texts.FAILED_CALL_IS_SENT_ONCE)
    async def test_failed_call_is_sent_once(self, stage: Stage, operation: str) -> None:
        for answer in (b"", *(http(status) for status in _FAILED)):
            before = len(stage.proxy.seen)
            await stage.proxy_does("answer" if answer else "lose_reply", operation, answer=answer, forward=not answer)
            await stage.end(operation)
            if (sent := len(stage.acting_requests(operation, before))) > 1:
                stage.wrong(texts.SENT_AGAIN, times=sent)

    @check("acting", texts.KEY_GOES_WITH_EVERY_ATTEMPT)
    async def test_key_goes_with_every_attempt(self, stage: Stage, operation: str) -> None:
        key = stage.key()
        for attempt in (1, 2):
            before = len(stage.proxy.seen)
            await stage.end(operation, stage.call(operation, key, attempt=attempt))
            sent = stage.acting_requests(operation, before)
            if not sent or any(key.encode() not in one.head + one.body for one in sent):
                stage.wrong(texts.WITHOUT_KEY, attempt=attempt)
