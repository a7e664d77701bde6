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


_verify = partial(
    Demand,
    do_zh="先用固定时间的比较验证整个报文的签名，再读取内容；不符时抛出 CallbackRefused。",
    do="verify the signature over the whole body before reading any of it, in constant time, and raise CallbackRefused.",
)

CALLBACK_TELLS_THE_DECISION = Demand(
    zh="部门的回调被读成它所表示的结果，并指明是哪一件（key 或 reference）。",
    en="A callback becomes the outcome that it tells, and names its case.",
    do_zh="把回调读成 Callback(id=…, outcome=…, key=… 或 reference=…, reply=…)。",
    do="read the callback into Callback(id=…, outcome=…, key=… or reference=…, reply=…).",
)
FORGED_CALLBACK_IS_REFUSED = _verify(
    zh="伪造或被改动的回调抛出 CallbackRefused。", en="A callback that is forged or was changed on its way is CallbackRefused."
)
STALE_CALLBACK_IS_REFUSED = Demand(
    zh="过期的回调（一天前签名）抛出 CallbackRefused。",
    en="A callback that was signed a day ago is CallbackRefused.",
    do_zh="拒绝签名时间相差数分钟以上的回调；gateway.sdk.webhooks 已如此处理。",
    do="refuse a callback whose signed time is more than some minutes off; gateway.sdk.webhooks does.",
)
CALLBACK_OF_ANOTHER_IS_REFUSED = Demand(
    zh="用别的部门的密钥签名的回调抛出 CallbackRefused。",
    en="A callback signed with another department's secret is CallbackRefused.",
    do_zh="用本部门自己的密钥验证；在测试类中给出同样格式的 other_secrets。",
    do="verify with this department's own secret; give the test class `other_secrets` of the same form.",
)
CALLBACK_TWICE_IS_THE_SAME = Demand(
    zh="同一回调再次到来时，读出的标识和结果都相同。",
    en="A callback that comes again has the same id and says the same.",
    do_zh="Callback.id 取自报文本身（不要新生成，也不要用时间），回调之间不保留任何内容。",
    do="take Callback.id from the message itself (not a new one, not the time), and keep nothing between callbacks.",
)

NAMES_NO_CASE = Text(zh="回调没有指明是哪一件。", en="the callback does not name its case by key or reference.")
NOT_TO_BE_ACKNOWLEDGED = Text(zh="回调没有自己的标识，或没有确认。", en="the callback has no id of its own, or is not acknowledged.")
FORGED = Text(zh="回调是伪造的", en="the callback was forged")
SIGNED_A_DAY_AGO = Text(zh="回调是一天前签名的", en="the callback was signed a day ago")
NO_OTHER_SECRETS = Text(zh="测试类没有给出 other_secrets。", en="the test class gives no `other_secrets`.")
SIGNED_BY_ANOTHER = Text(zh="回调用别的部门的密钥签名", en="the callback was signed with another department's secret")
CAME = Text(zh="回调到来", en="a callback came")
READ_OTHERWISE = Text(zh="同一回调再次到来时读出了不同的内容。", en="the same callback was read as something else when it came again.")
DID_NOT_COME = Text(
    zh="部门作出了决定，call.callback_url 却没有收到回调。", en="the department decided, but no callback came to call.callback_url."
)
CALLED_BACK = Text(zh="回调说的是 {decision}", en="a callback said '{decision}'")
CALLBACK_MISREAD = Text(zh="决定是 {decision}，回调却读成 {read}。", en="the decision was '{decision}', but it was read as {read}.")
READ_UNVERIFIED = Text(
    zh="{happened}，适配器却先读了内容（CallbackUnfit）。", en="{happened}, but the adapter read it before verifying it (CallbackUnfit)."
)
