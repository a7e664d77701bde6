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
