"""Sentences of the tests in :mod:`gateway.sdk.conformance.checks.asked`."""

from __future__ import annotations

from gateway.model.service import Text
from gateway.sdk.conformance.texts import Demand

EVERY_FIELD_LEAVES = Demand(
    zh="请求中的每一项内容都会发出：改变任何一项，发出的报文都会不同。",
    en="Every value of the request leaves: with another in its place something else is sent.",
    do_zh="发出请求中的每一个字段；部门不接收的字段不应出现在该操作的请求模型中。",
    do="send every field of the request; a field that the department does not take does not belong in the operation's request model.",
)
CONCURRENT_CALLS_CARRY_THEIR_OWN = Demand(
    zh="许多申请人的调用同时进行时，每个调用只发出自己的内容，而且一项不少。",
    en="Calls about two applicants at the same time each send all of their own request, and nothing of the other's.",
    do_zh="只用本次调用的参数组成报文：不要把调用的内容存放在 self、全局变量或默认参数里。",
    do="build each request from its argument alone: nothing of a call is kept in `self`, in a global or in a default argument.",
)
EVERY_CALL_REACHES_THE_DEPARTMENT = Demand(
    zh="每个调用都由部门答复：内容相同的两个调用也各自发出，各得各的结果。",
    en="Two calls that ask the same under two keys are both sent, and each is given its own answer.",
    do_zh="每个调用都要询问部门：即使内容相同，也不保留、不复用以前的答复。",
    do="ask the department for every call: no answer of an earlier one is kept, however alike the two are.",
)
TEXTS_LEAVE_WHOLE = Demand(
    zh="文字整段发出，不因太长而被悄悄截短。",
    en="A long text that the request takes leaves whole: nothing is cut off its end.",
    do_zh="文字要整段发出；超过部门上限的，应由请求模型（max_length）拒绝，而不是截断。",
    do="send a text whole; what is longer than the department takes is to be refused by the request model (max_length), not cut.",
)
DATES_KEEP_THEIR_DAY = Demand(
    zh="日期不因时区而变：发出的和读到的都是同一天，不论网关的机器在哪个时区。",
    en="A day is sent and read as the day that it is, whatever the time zone of the gateway's machine.",
    do_zh="日期按日历日传送（date.isoformat()），不要经过 datetime、时间戳或机器的本地时区换算。",
    do="send a date as the day it is (date.isoformat()); never through a datetime, a timestamp or the machine's own time zone.",
)
AMOUNTS_KEEP_THEIR_VALUE = Demand(
    zh="金额和数量分毫不差：不经过二进制浮点数，不四舍五入。",
    en="An amount is sent and read as it is, to the last digit, in whatever unit the department counts.",
    do_zh="金额从请求到报文再到结果始终用 Decimal，不取整，不经过 float。",
    do="keep amounts as Decimal from the request to the wire and back; round nothing, and never go through float.",
)

REPEATED_QUESTION_NOT_SENT = Text(
    zh="第二个内容相同的调用没有发给部门。", en="of two calls that ask the same one was not sent to the department."
)
REFERENCE_OF_ANOTHER = Text(zh="调用得到了另一件的受理编号。", en="a call was given the reference of another case.")
VALUES_NOT_SENT = Text(zh="请求中的 {places} 没有发出。", en="these values of the request do not leave: {places}.")
VALUES_MIXED = Text(
    zh="两位申请人的 {calls} 个调用同时进行时，发出的报文混入了对方的内容，或缺少自己的内容。",
    en="of {calls} calls about two applicants at the same time some sent the other's values, or not all of their own.",
)
CUT_OFF = Text(zh="{place} 太长时末尾没有发出。", en="the end of {place} did not leave, since it was long.")
DAY_SENT_OTHERWISE = Text(zh="{place} 发出时差了一天。", en="{place} was sent as the day before or after.")
DAY_READ_OTHERWISE = Text(zh="结果中的 {name} 差了一天。", en="{name} of the outcome is not the day that came.")
AMOUNT_SENT_OTHERWISE = Text(zh="{place} 发出时数值变了。", en="{place} was sent with another value.")
AMOUNT_READ_OTHERWISE = Text(zh="结果中的 {name} 与部门所说的数值不同。", en="{name} of the outcome is not what the department said.")
