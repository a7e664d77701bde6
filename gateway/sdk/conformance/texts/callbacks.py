"""Sentences of the tests in :mod:`gateway.sdk.conformance.checks.callbacks`."""

from __future__ import annotations

from functools import partial

from gateway.model.service import Text
from gateway.sdk.conformance.texts import Demand

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
MISREAD = Text(zh="决定是 {decision}，回调却读成 {read}。", en="the decision was '{decision}', but it was read as {read}.")
READ_UNVERIFIED = Text(
    zh="{happened}，适配器却先读了内容（CallbackUnfit）。", en="{happened}, but the adapter read it before verifying it (CallbackUnfit)."
)
