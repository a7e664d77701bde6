"""Sentences of the tests in :mod:`gateway.sdk.conformance.checks.deciding`."""

from __future__ import annotations

from functools import partial

from gateway.model.service import Text
from gateway.sdk.conformance.texts import Demand

_poll = partial(
    Demand,
    do_zh="poll() 按受理编号给出已决定的办件及其结果，尚未决定的不列出。",
    do="let poll() give the decided cases by reference, with the right outcome of each, and leave out those that are still open.",
)

POLL_TELLS_WHAT_IS_DECIDED = _poll(
    zh="poll() 一次问多件：已决定的给出各自的结果，未决定的不列出。",
    en="poll() asked about many gives each decision by its reference, and leaves out what is still open.",
)
POLL_GOES_BY_THE_REFERENCE = Demand(
    zh="poll() 按受理编号取结果：次序不同或夹有部门不认识的编号时，每件仍是自己的结果。",
    en="poll() gives each case its own decision, also in another order and beside a reference that the department does not know.",
    do_zh="按答复中的受理编号读取每件的结果，不要按次序对应。",
    do="read each decision by the reference that stands in it, never by its position in the reply.",
)
POLL_THAT_FAILS_DECIDES_NOTHING = Demand(
    zh="poll() 没有得到有效答复时抛出 InDoubt 或 Unavailable，绝不给出决定。",
    en="poll() that gets no valid reply raises InDoubt or Unavailable and decides nothing.",
    do_zh="poll() 中不要吞掉客户端的错误：网页或丢失的答复不是决定。",
    do="let the client's errors through poll(); a page or a lost reply is no decision.",
)
WITHDRAW_TAKES_BACK_WHAT_IS_OPEN = Demand(
    zh="withdraw() 撤回未决定的办件（再撤一次结果相同），已决定的给出 Kept。",
    en="withdraw() takes an open case back, says the same when asked again, and Kept of one that is decided.",
    do_zh="部门已撤回（包括先前已撤回）时给出 Withdrawn，否则给出 Kept(code=…)。",
    do="give Withdrawn when the department took it back (also when it says that it was taken back before), else Kept(code=…).",
)
WITHDRAW_THAT_FAILS_SAYS_NOTHING = Demand(
    zh="withdraw() 没有得到有效答复时抛出 InDoubt 或 Unavailable，绝不说已撤回。",
    en="withdraw() that gets no valid reply raises InDoubt or Unavailable, and says neither Withdrawn nor Kept.",
    do_zh="withdraw() 中不要吞掉客户端的错误：只有部门明确答复才算已撤回。",
    do="let the client's errors through withdraw(); only the department's own word says that a case was taken back.",
)

THREE_DECIDED = Text(zh="部门决定了三件", en="the department had decided three cases")
OPEN_IS_DECIDED = Text(zh="poll() 为尚未决定的办件给出了决定。", en="poll() gave a decision of a case that is still open.")
UNKNOWN_IS_DECIDED = Text(zh="poll() 为部门不认识的编号给出了决定。", en="poll() gave a decision of a reference that nobody knows.")
POLL_NOT_ANSWERED = Text(zh="poll() 没有得到有效答复", en="poll() got no valid reply")
STANDS_OTHERWISE = Text(zh="部门那里的状态与适配器所说的不符。", en="the case at the department does not stand as the adapter says.")
WITHDRAW_NOT_ANSWERED = Text(zh="withdraw() 没有得到有效答复", en="withdraw() got no valid reply")
MISREAD = Text(zh="决定是 {decision}，poll() 却给出 {read}。", en="the decision was '{decision}', but poll() gave {read}.")
NOT_ASKED_ABOUT = Text(zh="poll() 给出了 {cases} 件没有问到的。", en="poll() gave {cases} cases that it was not asked about.")
OF_ANOTHER = Text(
    zh="决定是 {decision}，poll() 却给出 {read}：是另一件的。",
    en="the decision was {decision}, but poll() gave {read}, which is another case's.",
)
OPEN = Text(zh="未决定", en="open")
APPROVED = Text(zh="已决定", en="approved")
TO_BE_WITHDRAWN = Text(zh="撤回{decision}的办件（第 {attempt} 次）", en="a case that was {decision} was to be withdrawn")
