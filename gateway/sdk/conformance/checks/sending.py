"""Tests of the question on which everything depends: whether the department may have got the request."""

from __future__ import annotations

from gateway.model.errors import InDoubt, Unavailable
from gateway.sdk.conformance.check import check
from gateway.sdk.conformance.equipment.bad_replies import http
from gateway.sdk.conformance.equipment.ports import DeadPort
from gateway.sdk.conformance.equipment.stage import SHORT_DEADLINE, Stage
from gateway.sdk.conformance.subject import Subject

_NOT_SENT = (
    "raise Unavailable only where no byte can have left (no address, no connection, no TLS); RestClient and SoapClient do.",
    "只有在一个字节都不可能发出时（无法解析、连不上、TLS 不成）才抛出 Unavailable；RestClient 和 SoapClient 已如此处理。",
)
_SENT = (
    "raise InDoubt for every end after the first byte left that is no valid reply; let the client's own errors through.",
    "第一个字节发出之后，凡不是有效答复的结局一律抛出 InDoubt；不要改写客户端给出的错误。",
)

#: Statuses after which adapters like to try again by themselves.
_FAILED = (408, 409, 429, 500, 502, 503, 504)


class SendingChecks(Subject):
    """A request refused before sending is Unavailable, one lost after sending is InDoubt, never the other way round."""

    @check("each", "连接被拒绝（什么也没发出）时抛出 Unavailable。", do=_NOT_SENT[0], do_zh=_NOT_SENT[1])
    async def test_refused_before_sending_is_unavailable(self, stage: Stage, operation: str) -> None:
        """A refused connection, with nothing sent, is Unavailable."""
        with DeadPort() as port:
            async with stage.opened(port.url) as adapter:
                await stage.must(
                    Unavailable,
                    operation,
                    adapter=adapter,
                    zh="连接被拒绝，什么也没发出",
                    en="the connection was refused and nothing was sent",
                )

    @check("each", "在期限内连不上（什么也没发出）时抛出 Unavailable。", do=_NOT_SENT[0], do_zh=_NOT_SENT[1])
    async def test_no_connection_in_time_is_unavailable(self, stage: Stage, operation: str) -> None:
        """A connection that is not made within the deadline, with nothing sent, is Unavailable."""
        with DeadPort(silent=True) as port:
            let_go = stage.backend.let_go_in(SHORT_DEADLINE + 2 * stage.grace, port.close)
            async with stage.opened(port.url) as adapter:
                end = await stage.end(operation, stage.call(operation, deadline=SHORT_DEADLINE), adapter=adapter)
            let_go.cancel()
        zh, en = "期限内没有连上，什么也没发出", "no connection was made within the deadline and nothing was sent"
        stage.judged(Unavailable, end, zh=zh, en=en)

    @check("each", "请求发出一部分后连接中断时抛出 InDoubt。", do=_SENT[0], do_zh=_SENT[1])
    async def test_cut_while_sending_is_in_doubt(self, stage: Stage, operation: str) -> None:
        """A connection that breaks while the request is being sent is InDoubt."""
        await stage.proxy_does("cut_request", operation)
        await stage.must(
            InDoubt,
            operation,
            zh="请求的第一个字节到达后连接被重置",
            en="the connection was reset after the request's first byte had arrived",
        )

    @check("each", "部门已办理、答复丢失时抛出 InDoubt，绝不能是 Unavailable。", do=_SENT[0], do_zh=_SENT[1])
    async def test_lost_after_sending_is_in_doubt(self, stage: Stage, operation: str) -> None:
        """A reply that is lost after the department has done it is InDoubt, never Unavailable."""
        await stage.proxy_does("lose_reply", operation)
        call = stage.call(operation)
        await stage.must(
            InDoubt, operation, call=call, zh="部门已收到请求，答复丢失", en="the department had the request and its reply was lost"
        )
        if self.acts(operation) and not await stage.effects(call.key):
            stage.wrong(
                zh="请求没有到达部门（台账中没有记录）。", en="the request did not reach the department (its ledger has no effect of it)."
            )

    @check(
        "each",
        "一次 submit 只发送一次请求，不论答复的状态：适配器自己不重试，更不能换一个 key 再发。",
        do="take every retry out of the adapter and its HTTP client: the gateway retries, by the operation's resend rule.",
        do_zh="去掉适配器和 HTTP 客户端中的一切重试：重试由网关按 resend 规则进行。",
    )
    async def test_failed_call_is_sent_once(self, stage: Stage, operation: str) -> None:
        """A call that fails has been sent once, whatever the status: an adapter does not retry, least of all under another key."""
        for answer in (b"", *(http(status) for status in _FAILED)):
            before = len(stage.proxy.seen)
            await stage.proxy_does("answer" if answer else "lose_reply", operation, answer=answer, forward=not answer)
            await stage.end(operation)
            if (sent := len(stage.acting_requests(operation, before))) > 1:
                stage.wrong(
                    zh=f"一次调用失败后，请求被发送了 {sent} 次。", en=f"the request of one call that failed was sent {sent} times."
                )

    @check(
        "acting",
        "每一次尝试都带着同一个 call.key。",
        do="send call.key where the department's contract wants it, or leave it in the Idempotency-Key header that the clients set.",
        do_zh="按部门接口的要求传送 call.key；没有要求时保留客户端自动加的 Idempotency-Key 请求头。",
    )
    async def test_key_goes_with_every_attempt(self, stage: Stage, operation: str) -> None:
        """Every attempt carries the delivery's key."""
        key = stage.key()
        for attempt in (1, 2):
            before = len(stage.proxy.seen)
            await stage.end(operation, stage.call(operation, key, attempt=attempt))
            sent = stage.acting_requests(operation, before)
            if not sent or any(key.encode() not in one.head + one.body for one in sent):
                stage.wrong(
                    zh=f"第 {attempt} 次尝试的请求中没有 call.key。", en=f"the request of attempt {attempt} does not carry call.key."
                )
