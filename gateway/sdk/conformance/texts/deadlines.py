"""Sentences of the tests in :mod:`gateway.sdk.conformance.checks.deadlines`."""

from __future__ import annotations

from functools import partial

from gateway.model.service import Text
from gateway.sdk.conformance.texts import Demand

_bounded = partial(
    Demand,
    do_zh="让 call.deadline 限制整个调用（连接、发送、读取合计），到时抛出 InDoubt；RestClient 和 SoapClient 已如此处理。",
    do="bound the whole call by call.deadline (connecting, sending and reading together) and raise InDoubt at its end; the clients do.",
)

HANGING_ENDS_AT_THE_DEADLINE = _bounded(
    zh="部门不答复时，调用在 call.deadline 到期时以 InDoubt 结束。",
    en="A department that does not answer is given up at call.deadline, as InDoubt.",
)
DRIPPING_ENDS_AT_THE_DEADLINE = _bounded(
    zh="部门逐字节答复时，整个调用仍在 call.deadline 到期时以 InDoubt 结束。",
    en="A reply that comes byte by byte does not prolong the deadline: InDoubt.",
)

NEVER_ANSWERED = Text(zh="部门收到请求后一直不答复", en="the department had the request and never answered")
BYTE_BY_BYTE = Text(zh="答复一个字节一个字节地到来，超过了期限", en="the reply came byte by byte, beyond the deadline")
