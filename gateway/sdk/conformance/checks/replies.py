"""Tests of invalid replies, each of which may follow a request that was carried out and is therefore a doubt."""

from __future__ import annotations

import tracemalloc

from gateway.model.errors import InDoubt
from gateway.sdk.conformance.check import check
from gateway.sdk.conformance.equipment.bad_replies import PAGE, http
from gateway.sdk.conformance.equipment.proxy import HUGE, Way
from gateway.sdk.conformance.equipment.stage import Stage
from gateway.sdk.conformance.subject import Subject

_DO = "let only a whole reply that fits the contract count; anything else is InDoubt, whatever its HTTP status."
_DO_ZH = "只有完整且符合接口约定的答复才算数；其他一律是 InDoubt，不论 HTTP 状态。"
_CAP = "read at most connection.max_reply_bytes decoded bytes, in pieces, and raise InDoubt beyond; the clients do."
_CAP_ZH = "分块读取，解压后至多读 connection.max_reply_bytes 字节，超过即抛出 InDoubt；RestClient 和 SoapClient 已如此处理。"
#: The memory that an adapter may use while it reads a reply that is too large.
_MOST_MEMORY = HUGE // 4


class ReplyChecks(Subject):
    """An invalid reply is InDoubt. None is taken for success, and none fills the memory."""

    @check("each", "HTTP 200 的网页不是答复：InDoubt。", do=_DO, do_zh=_DO_ZH)
    async def test_html_page_is_in_doubt(self, stage: Stage, operation: str) -> None:
        """A web page with HTTP 200 is no answer: InDoubt."""
        await self._answered(
            stage,
            operation,
            http(200, PAGE),
            zh="答复是 HTTP 200 的网页",
            en="the reply was a web page with HTTP 200",
        )

    @check("each", "500、502、504 之后请求可能已被办理：InDoubt，不是 Unavailable。", do=_DO, do_zh=_DO_ZH)
    async def test_error_page_is_in_doubt(self, stage: Stage, operation: str) -> None:
        """After 500, 502 and 504 the request may have been carried out: InDoubt, not Unavailable."""
        for status in (500, 502, 504):
            await self._answered(
                stage,
                operation,
                http(status, PAGE),
                zh=f"答复是 {status} 错误页",
                en=f"the reply was a page with {status}",
            )

    @check("each", "HTTP 200 而没有内容，不是答复：InDoubt。", do=_DO, do_zh=_DO_ZH)
    async def test_empty_reply_is_in_doubt(self, stage: Stage, operation: str) -> None:
        """HTTP 200 without a body is no answer: InDoubt."""
        for kind in ("application/json", "text/xml; charset=utf-8"):
            await self._answered(
                stage, operation, http(200, b"", kind), zh="答复是没有内容的 HTTP 200", en="the reply was HTTP 200 without a body"
            )

    @check("each", "答复在中途断开或缺了后半：InDoubt。", do=_DO, do_zh=_DO_ZH)
    async def test_truncated_reply_is_in_doubt(self, stage: Stage, operation: str) -> None:
        """A reply that ends too early is InDoubt, also where HTTP does not see it."""
        await stage.proxy_does("cut_reply", operation)
        await stage.must(InDoubt, operation, zh="答复在中途断开", en="the reply was cut in the middle")
        await stage.proxy_does("pass")
        await stage.fault("truncated", operation, framed=True)
        await stage.must(
            InDoubt, operation, zh="答复缺了后半，长度却与声明一致", en="the reply lacked its second half, with a length declared to match"
        )

    @check("each", "编码与声明不符的答复：InDoubt，不猜测。", do=_DO, do_zh=_DO_ZH)
    async def test_wrong_charset_is_in_doubt(self, stage: Stage, operation: str) -> None:
        """A reply in another encoding than it declares is InDoubt: nothing is guessed."""
        await stage.fault("wrong_charset", operation)
        await stage.must(InDoubt, operation, zh="答复的编码与声明不符", en="the reply was not in the encoding that it declares")

    @check(
        "each",
        "带 DTD 的 XML 答复一律不解析：InDoubt。",
        do="parse XML with DTDs, entities and external references forbidden; gateway.sdk.soap does.",
        do_zh="解析 XML 时禁止 DTD、实体和外部引用；gateway.sdk.soap 已如此处理。",
    )
    async def test_dtd_is_in_doubt(self, stage: Stage, operation: str) -> None:
        """A reply with a document type declaration is not parsed: InDoubt."""
        await stage.fault("dtd", operation)
        await stage.must(InDoubt, operation, zh="答复中带有 DTD", en="the reply carried a DTD")

    @check("each", "HTTP 200 里的 SOAP Fault 不是成功：InDoubt。", do=_DO, do_zh=_DO_ZH)
    async def test_fault_in_200_is_in_doubt(self, stage: Stage, operation: str) -> None:
        """A SOAP fault of the server with HTTP 200 is not taken for success: InDoubt."""
        await stage.fault("soap_fault", operation, status=200)
        await stage.must(InDoubt, operation, zh="答复是 HTTP 200 的 SOAP Fault", en="the reply was a SOAP fault with HTTP 200")

    @check(
        "each",
        "从不跟随重定向：InDoubt，也不再发出第二个请求。",
        do="switch redirects off (allow_redirects=False) and raise InDoubt; correct the endpoint in the configuration.",
        do_zh="关闭重定向（allow_redirects=False）并抛出 InDoubt；应更正配置中的 endpoint。",
    )
    async def test_redirect_is_not_followed(self, stage: Stage, operation: str) -> None:
        """A redirect is not followed: InDoubt, and nothing is sent to where it points."""
        for status in (302, 307):
            before = len(stage.proxy.seen)
            head = f"HTTP/1.1 {status} X\r\nLocation: {stage.proxy.url}/elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            await stage.proxy_does("answer", operation, answer=head.encode(), forward=False)
            end = await stage.end(operation)
            if any(b" /elsewhere" in seen.head.split(b"\r\n")[0] for seen in stage.proxy.seen[before:]):
                stage.wrong(
                    zh=f"适配器跟随了 {status} 重定向，把请求发往别处。",
                    en=f"the adapter followed a redirect ({status}) and sent a request elsewhere.",
                )
            stage.judged(InDoubt, end, zh=f"答复是 {status} 重定向", en=f"the reply was a redirect ({status})")

    @check("each", "过大的答复读到上限为止：InDoubt，内存不随之增长。", do=_CAP, do_zh=_CAP_ZH)
    async def test_huge_reply_is_capped(self, stage: Stage, operation: str) -> None:
        """A reply without end is read up to the cap and no further: InDoubt, with memory flat."""
        await self._huge(stage, operation, "flood", zh="答复没有尽头", en="the reply had no end")

    @check("each", "压缩炸弹解压到上限为止：InDoubt，内存不随之增长。", do=_CAP, do_zh=_CAP_ZH)
    async def test_bomb_is_capped(self, stage: Stage, operation: str) -> None:
        """A small reply that unpacks to a huge one is unpacked up to the cap and no further: InDoubt, with memory flat."""
        await self._huge(stage, operation, "bomb", zh="答复解压后非常大", en="the reply unpacks to a huge one")

    async def _answered(self, stage: Stage, operation: str, reply: bytes, *, zh: str, en: str) -> None:
        await stage.proxy_does("answer", operation, answer=reply)
        await stage.must(InDoubt, operation, zh=zh, en=en)

    async def _huge(self, stage: Stage, operation: str, way: Way, *, zh: str, en: str) -> None:
        await stage.end(operation)  # the first call loads modules, whose memory is not the reply's
        await stage.proxy_does(way, operation)
        tracemalloc.start()
        try:
            end = await stage.end(operation)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        if most > _MOST_MEMORY:
            stage.wrong(
                zh=f"读取答复时占用了 {most // 2**20} MiB 内存：没有上限。",
                en=f"{most // 2**20} MiB of memory were used to read the reply: it is not capped.",
            )
        stage.judged(InDoubt, end, zh=zh, en=en)
