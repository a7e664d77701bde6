"""Sentences of the tests in :mod:`gateway.sdk.conformance.checks.sending`."""

from __future__ import annotations

from functools import partial

from gateway.model.service import Text
from gateway.sdk.conformance.texts import Demand

_not_sent = partial(
    Demand,
    do_zh="只有在一个字节都不可能发出时（无法解析、连不上、TLS 不成）才抛出 Unavailable；RestClient 和 SoapClient 已如此处理。",
    do="raise Unavailable only where no byte can have left (no address, no connection, no TLS); RestClient and SoapClient do.",
)
_sent = partial(
    Demand,
    do_zh="第一个字节发出之后，凡不是有效答复的结局一律抛出 InDoubt；不要改写客户端给出的错误。",
    do="raise InDoubt for every end after the first byte left that is no valid reply; let the client's own errors through.",
)

REFUSED_BEFORE_SENDING_IS_UNAVAILABLE = _not_sent(
    zh="连接被拒绝（什么也没发出）时抛出 Unavailable。", en="A refused connection, with nothing sent, is Unavailable."
)
NO_CONNECTION_IN_TIME_IS_UNAVAILABLE = _not_sent(
    zh="在期限内连不上（什么也没发出）时抛出 Unavailable。",
    en="A connection that is not made within the deadline, with nothing sent, is Unavailable.",
)
CUT_WHILE_SENDING_IS_IN_DOUBT = _sent(
    zh="请求发出一部分后连接中断时抛出 InDoubt。", en="A connection that breaks while the request is being sent is InDoubt."
)
LOST_AFTER_SENDING_IS_IN_DOUBT = _sent(
    zh="部门已办理、答复丢失时抛出 InDoubt，绝不能是 Unavailable。",
    en="A reply that is lost after the department has done it is InDoubt, never Unavailable.",
)
FAILED_CALL_IS_SENT_ONCE = Demand(
    zh="一次 submit 只发送一次请求，不论答复的状态：适配器自己不重试，更不能换一个 key 再发。",
    en="A call that fails has been sent once, whatever the status: an adapter does not retry, least of all under another key.",
    do_zh="去掉适配器和 HTTP 客户端中的一切重试：重试由网关按 resend 规则进行。",
    do="take every retry out of the adapter and its HTTP client: the gateway retries, by the operation's resend rule.",
)
KEY_GOES_WITH_EVERY_ATTEMPT = Demand(
    zh="每一次尝试都带着同一个 call.key。",
    en="Every attempt carries the delivery's key.",
    do_zh="按部门接口的要求传送 call.key；没有要求时保留客户端自动加的 Idempotency-Key 请求头。",
    do="send call.key where the department's contract wants it, or leave it in the Idempotency-Key header that the clients set.",
)

NO_CONNECTION = Text(zh="期限内没有连上，什么也没发出", en="no connection was made within the deadline and nothing was sent")
CONNECTION_REFUSED = Text(zh="连接被拒绝，什么也没发出", en="the connection was refused and nothing was sent")
CUT = Text(zh="请求的第一个字节到达后连接被重置", en="the connection was reset after the request's first byte had arrived")
LOST = Text(zh="部门已收到请求，答复丢失", en="the department had the request and its reply was lost")
DID_NOT_ARRIVE = Text(
    zh="请求没有到达部门（台账中没有记录）。", en="the request did not reach the department (its ledger has no effect of it)."
)
SENT_AGAIN = Text(zh="一次调用失败后，请求被发送了 {times} 次。", en="the request of one call that failed was sent {times} times.")
WITHOUT_KEY = Text(zh="第 {attempt} 次尝试的请求中没有 call.key。", en="the request of attempt {attempt} does not carry call.key.")
