"""Tests of the one total deadline."""

from __future__ import annotations

from gateway.model.errors import InDoubt
from gateway.sdk.conformance.check import check
from gateway.sdk.conformance.equipment.stage import SHORT_DEADLINE, Stage
from gateway.sdk.conformance.subject import Subject

_DO = "bound the whole call by call.deadline (connecting, sending and reading together) and raise InDoubt at its end; the clients do."
_DO_ZH = "让 call.deadline 限制整个调用（连接、发送、读取合计），到时抛出 InDoubt；RestClient 和 SoapClient 已如此处理。"


class DeadlineChecks(Subject):
    """A call ends by itself, whatever the department does."""

    @check("each", "部门不答复时，调用在 call.deadline 到期时以 InDoubt 结束。", do=_DO, do_zh=_DO_ZH)
    async def test_hanging_ends_at_the_deadline(self, stage: Stage, operation: str) -> None:
        """A department that does not answer is given up at call.deadline, as InDoubt."""
        await stage.end(operation)  # so that there is a connection: the deadline is the reply's
        await stage.proxy_does("hang", operation)
        call = stage.call(operation, deadline=SHORT_DEADLINE)
        await stage.must(
            InDoubt, operation, call=call, zh="部门收到请求后一直不答复", en="the department had the request and never answered"
        )

    @check("each", "部门逐字节答复时，整个调用仍在 call.deadline 到期时以 InDoubt 结束。", do=_DO, do_zh=_DO_ZH)
    async def test_dripping_ends_at_the_deadline(self, stage: Stage, operation: str) -> None:
        """A reply that comes byte by byte does not prolong the deadline: InDoubt."""
        await stage.end(operation)  # as above
        await stage.proxy_does("drip", operation, seconds=0.2)
        call = stage.call(operation, deadline=SHORT_DEADLINE)
        await stage.must(
            InDoubt,
            operation,
            call=call,
            zh="答复一个字节一个字节地到来，超过了期限",
            en="the reply came byte by byte, beyond the deadline",
        )
