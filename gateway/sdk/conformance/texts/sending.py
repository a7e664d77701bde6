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


_safe = partial(
    Demand,
    do_zh="只有部门能识别 call.key 时才声明 Safe，并把 key 送到部门识别的位置；否则声明 Ask 或 Never。",
    do="declare Safe only if the department recognises call.key, and send the key so that it can; else declare Ask or Never.",
)
_find = partial(
    Demand,
    do_zh="find() 按 call.key 查询，给出 Found、Absent 或 Unknown；只有部门明确表示没有该 key 时才是 Absent。",
    do="let find() ask by call.key and give Found, Absent or Unknown; Absent only when the department says that it has no such key.",
)

REPEAT_HAS_ONE_EFFECT = _safe(
    zh="声明为 Safe 的操作以同一个 key 调用两次，部门只办理一次，两次结果相同。",
    en="A safe operation sent twice with one key has one effect at the department, and the same outcome.",
)
REPEAT_AFTER_A_LOST_REPLY_HAS_ONE_EFFECT = _safe(
    zh="声明为 Safe 的操作在答复丢失后重发，部门只办理一次。",
    en="A safe operation sent again after its reply was lost has one effect at the department.",
)
FIND_SAYS_ABSENT_OF_WHAT_NEVER_ARRIVED = _find(
    zh="部门没有收到过的 key，find() 给出 Absent。", en="find() says Absent of a key that the department never got."
)
FIND_KNOWS_WHAT_WAS_DONE = _find(
    zh="答复丢失后，find() 按 key 找到部门已办理的那一件。", en="After a lost reply find() finds by its key what the department did."
)
FIND_THAT_FAILS_IS_NEVER_ABSENT = _find(
    zh="部门答不上来时，find() 抛出错误或给出 Unknown，绝不能是 Absent。",
    en="find() that gets no valid answer raises InDoubt or Unavailable or says Unknown, never Absent: Absent sends it again.",
)
FRESH_CONNECTION_IS_FRESH = Demand(
    zh="要求新连接（fresh_connection）的调用不使用别的调用用过的连接。",
    en="A call that asks for a fresh connection is sent on one that no other call has used.",
    do_zh="call.fresh_connection 为真时另建连接；RestClient 和 SoapClient 已如此处理。",
    do="open a connection of its own for a call with call.fresh_connection; RestClient and SoapClient do.",
)

SENT_TWICE = Text(zh="同一个 key 调用两次", en="one key was sent twice")
REPEATED = Text(zh="答复丢失后重发", en="it was sent again after a lost reply")
REPLY_LOST = Text(zh="答复丢失", en="the reply was lost")
NEVER_ARRIVED = Text(zh="部门从未收到过该 key", en="the department never got the key")
DONE_BUT_LOST = Text(zh="部门已办理，答复丢失", en="the department had done it and the reply was lost")
FOUND_ANOTHER = Text(zh="find() 给出的不是该 key 的那一件。", en="what find() gives is not what was done under the key.")
FIND_NOT_ANSWERED = Text(zh="find() 没有得到有效答复", en="find() got no valid reply")
CONNECTION_OF_ANOTHER = Text(zh="请求走了别的调用用过的连接。", en="the request went out on a connection that another call had used.")
OUTCOMES_DIFFER = Text(
    zh="两次结果不同：{first}、{second}。", en="the two outcomes are not the same: {first} and {second}, or by reference."
)
FOUND_UNFIT = Text(zh="Found 中的结果不合规格：{problem}。", en="the outcome in Found does not fit: the adapter {problem}.")
EFFECTS = Text(
    zh="{happened}，部门台账中有 {count} 条记录，应为 1 条。",
    en="{happened}, and the department's ledger has {count} effects; it must be 1.",
)
REPEAT_FAILED = Text(zh="重发后没有得到结果（{end}）。", en="the repeat gave no outcome: the adapter {problem} ({end}).")
