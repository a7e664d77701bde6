"""Sentences of the tests in :mod:`gateway.sdk.conformance.checks.repeats`."""

from __future__ import annotations

from functools import partial

from gateway.model.service import Text
from gateway.sdk.conformance.texts import Demand

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
SENT_AGAIN = Text(zh="答复丢失后重发", en="it was sent again after a lost reply")
LOST = Text(zh="答复丢失", en="the reply was lost")
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
