"""Sentences of the tests in :mod:`gateway.sdk.conformance.checks.privacy`."""

from __future__ import annotations

from gateway.model.service import Text
from gateway.sdk.conformance.texts import Demand

ERRORS_HOLD_NOTHING_PERSONAL = Demand(
    zh="抛出的错误（连同其原因、上下文）中没有任何个人信息，即使部门的答复里有。",
    en="No error, cause or context holds anything personal, even where the department's reply says it in its own words.",
    do_zh="错误中只写自己的话，不写请求、答复或其他错误的文字；原因中含有内容时，在 except 之外抛出。",
    do="write your own words into errors, never a request's or a reply's; raise outside `except` where the cause holds values.",
)
LOGS_HOLD_NOTHING_PERSONAL = Demand(
    zh="适配器及其使用的库不把请求和答复中的个人信息写进日志或打印出来，出错的答复和 DEBUG 级别也不例外。",
    en="Neither the adapter nor its libraries log or print anything personal of a request or a reply, not even at DEBUG.",
    do_zh="适配器中不写日志、不打印，并关闭会记录报文的库日志。",
    do="log nothing in an adapter, print nothing, and keep libraries that log bodies from doing so.",
)
ADDRESSES_AND_HEADERS_HOLD_NOTHING_PERSONAL = Demand(
    zh="请求的地址和请求头中没有申请人的任何内容。",
    en="No address and no header of a request holds anything of it.",
    do_zh="个人信息只放在请求体中：地址和请求头会被沿途记录。",
    do="send personal data in the body alone: addresses and headers are logged along the way.",
)
ONLY_ITS_OWN_REQUEST_LEAVES = Demand(
    zh="只发出本次请求中的内容：别人的办件中的任何内容都不会出现在其中。",
    en="A request leaves with its own data alone: nothing of another applicant's is in it.",
    do_zh="只用本次的 request 参数组成报文，不保留以前调用的任何内容。",
    do="build each request from its argument alone; keep nothing of an earlier call.",
)

NOBODY_TO_EXCHANGE = Text(
    zh="样例中没有可以替换的人：请在 Sample 中给出 other。", en="nobody in the sample can be exchanged: give Sample an `other`."
)
SECOND_NOT_SENT = Text(zh="第二个请求没有发出。", en="the second request was not sent.")
IN_ERROR = Text(
    zh="{error} 的文字、原因或上下文中出现了 {values} 项个人信息。",
    en="the text, cause or context of {error} holds {values} values about people.",
)
IN_LOGS = Text(zh="日志或输出中出现了 {values} 项个人信息。", en="logs or output hold {values} values about people.")
IN_ADDRESSES = Text(
    zh="请求的地址或请求头中出现了请求里的 {values} 项内容。", en="the address or a header holds {values} values of the request."
)
OF_ANOTHER = Text(zh="发出的请求中有别的办件的 {values} 项内容。", en="what was sent holds {values} values of another application.")
