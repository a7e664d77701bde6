"""Sentences of the tests in :mod:`gateway.sdk.conformance.checks.replies`."""

from __future__ import annotations

from functools import partial

from gateway.model.service import Text
from gateway.sdk.conformance.texts import Demand

_whole = partial(
    Demand,
    do_zh="只有完整且符合接口约定的答复才算数；其他一律是 InDoubt，不论 HTTP 状态。",
    do="let only a whole reply that fits the contract count; anything else is InDoubt, whatever its HTTP status.",
)
_capped = partial(
    Demand,
    do_zh="分块读取，解压后至多读 connection.max_reply_bytes 字节，超过即抛出 InDoubt；RestClient 和 SoapClient 已如此处理。",
    do="read at most connection.max_reply_bytes decoded bytes, in pieces, and raise InDoubt beyond; the clients do.",
)

HTML_PAGE_IS_IN_DOUBT = _whole(zh="HTTP 200 的网页不是答复：InDoubt。", en="A web page with HTTP 200 is no answer: InDoubt.")
ERROR_PAGE_IS_IN_DOUBT = _whole(
    zh="500、502、504 之后请求可能已被办理：InDoubt，不是 Unavailable。",
    en="After 500, 502 and 504 the request may have been carried out: InDoubt, not Unavailable.",
)
EMPTY_REPLY_IS_IN_DOUBT = _whole(zh="HTTP 200 而没有内容，不是答复：InDoubt。", en="HTTP 200 without a body is no answer: InDoubt.")
TRUNCATED_REPLY_IS_IN_DOUBT = _whole(
    zh="答复在中途断开或缺了后半：InDoubt。", en="A reply that ends too early is InDoubt, also where HTTP does not see it."
)
WRONG_CHARSET_IS_IN_DOUBT = _whole(
    zh="编码与声明不符的答复：InDoubt，不猜测。", en="A reply in another encoding than it declares is InDoubt: nothing is guessed."
)
DTD_IS_IN_DOUBT = Demand(
    zh="带 DTD 的 XML 答复一律不解析：InDoubt。",
    en="A reply with a document type declaration is not parsed: InDoubt.",
    do_zh="解析 XML 时禁止 DTD、实体和外部引用；gateway.sdk.soap 已如此处理。",
    do="parse XML with DTDs, entities and external references forbidden; gateway.sdk.soap does.",
)
FAULT_IN_200_IS_IN_DOUBT = _whole(
    zh="HTTP 200 里的 SOAP Fault 不是成功：InDoubt。", en="A SOAP fault of the server with HTTP 200 is not taken for success: InDoubt."
)
REDIRECT_IS_NOT_FOLLOWED = Demand(
    zh="从不跟随重定向：InDoubt，也不再发出第二个请求。",
    en="A redirect is not followed: InDoubt, and nothing is sent to where it points.",
    do_zh="关闭重定向（allow_redirects=False）并抛出 InDoubt；应更正配置中的 endpoint。",
    do="switch redirects off (allow_redirects=False) and raise InDoubt; correct the endpoint in the configuration.",
)
HUGE_REPLY_IS_CAPPED = _capped(
    zh="过大的答复读到上限为止：InDoubt，内存不随之增长。",
    en="A reply without end is read up to the cap and no further: InDoubt, with memory flat.",
)
BOMB_IS_CAPPED = _capped(
    zh="压缩炸弹解压到上限为止：InDoubt，内存不随之增长。",
    en="A small reply that unpacks to a huge one is unpacked up to the cap and no further: InDoubt, with memory flat.",
)

WEB_PAGE = Text(zh="答复是 HTTP 200 的网页", en="the reply was a web page with HTTP 200")
EMPTY = Text(zh="答复是没有内容的 HTTP 200", en="the reply was HTTP 200 without a body")
CUT = Text(zh="答复在中途断开", en="the reply was cut in the middle")
HALF = Text(zh="答复缺了后半，长度却与声明一致", en="the reply lacked its second half, with a length declared to match")
OTHER_ENCODING = Text(zh="答复的编码与声明不符", en="the reply was not in the encoding that it declares")
HAS_DTD = Text(zh="答复中带有 DTD", en="the reply carried a DTD")
FAULT_WITH_200 = Text(zh="答复是 HTTP 200 的 SOAP Fault", en="the reply was a SOAP fault with HTTP 200")
WITHOUT_END = Text(zh="答复没有尽头", en="the reply had no end")
UNPACKS_HUGE = Text(zh="答复解压后非常大", en="the reply unpacks to a huge one")
ERROR_PAGE = Text(zh="答复是 {status} 错误页", en="the reply was a page with {status}")
REDIRECT_FOLLOWED = Text(
    zh="适配器跟随了 {status} 重定向，把请求发往别处。", en="the adapter followed a redirect ({status}) and sent a request elsewhere."
)
REDIRECTED = Text(zh="答复是 {status} 重定向", en="the reply was a redirect ({status})")
MEMORY = Text(
    zh="读取答复时占用了 {mebibytes} MiB 内存：没有上限。", en="{mebibytes} MiB of memory were used to read the reply: it is not capped."
)


WRONG_CREDENTIALS_ARE_AUTH_FAILED = Demand(
    zh="凭据被拒绝时抛出 AuthFailed：网关据此停用该部门并告警。",
    en="Refused credentials are AuthFailed, which stops the department and raises an alarm.",
    do_zh="接口表示凭据错误时抛出 AuthFailed，即使 HTTP 状态是 200。",
    do="raise AuthFailed where the contract says that the credentials are wrong, also when that comes with HTTP 200.",
)
TOO_MANY_IS_BUSY_FOR_AS_LONG_AS_ASKED = Demand(
    zh="请求过多（429 等）时抛出 Busy，等待时间是部门给出的秒数。",
    en="Too many requests is Busy, with the wait that the department asks for.",
    do_zh="抛出 Busy(retry_after=…)，秒数取部门给出的 Retry-After。",
    do="raise Busy(retry_after=…) with the seconds that the department asks for (Retry-After).",
)
CLOSED_OFFICE_IS_NOT_PROCESSED = Demand(
    zh="非受理时间或当日名额用完时抛出 Busy 或 Unavailable，不是 InDoubt，也不是 Rejected。",
    en="A closed office or a used quota is Busy or Unavailable: neither a doubt nor a rejection.",
    do_zh="接口表示不在受理时间时抛出 Busy(retry_after=…)，没有给出时间则抛出 Unavailable。",
    do="raise Busy(retry_after=…) (or Unavailable without a time) where the contract says that the office is closed.",
)
CONFLICT_IS_NOT_ACCEPTED = Demand(
    zh="部门以 409 答复、什么也没有办理时，结果绝不是 Accepted 或 Approved。",
    en="A 409 with which the department did nothing accepts nothing: whatever its body, it is no answer to this key.",
    do_zh="只有部门对本次 key 的明确答复才算受理；接口没有说明的 409 是 InDoubt。",
    do="accept only what the department's own answer to this key says; a conflict that the contract does not explain is InDoubt.",
)
OTHER_CALLS_TELL_REFUSALS_TOO = Demand(
    zh="find、poll、withdraw 的凭据被拒绝时同样抛出 AuthFailed，请求过多时同样抛出 Busy。",
    en="Refused credentials are AuthFailed and too many requests are Busy in find(), poll() and withdraw() too.",
    do_zh="所有调用共用同一段代码判断拒绝的原因，不要只在 submit 中判断。",
    do="let the same code tell refusals apart for every call, not for submit alone.",
)

CREDENTIALS_REFUSED = Text(zh="部门拒绝了凭据", en="the department refused the credentials")
TOO_MANY = Text(zh="部门表示请求过多，请 7 秒后再来", en="the department said too many requests, come back in 7 seconds")
OFFICE_CLOSED = Text(zh="部门不在受理时间", en="the department's office was closed")
WAIT_OTHERWISE = Text(zh="retry_after 是 {wait}，应为 {expected:.0f}。", en="retry_after is {wait}; it must be {expected:.0f}.")
CONFLICT_ACCEPTED = Text(
    zh="部门以 409 答复，什么也没有办理，适配器却给出 {end}。",
    en="the department answered 409 and did nothing, but the adapter gave {end}.",
)
REFUSED = Text(zh="{method}() 被拒绝（{fault}）", en="{method}() was refused ({fault})")


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
