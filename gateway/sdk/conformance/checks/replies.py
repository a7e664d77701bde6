"""Tests of invalid replies, each of which may follow a request that was carried out and is therefore a doubt."""

from __future__ import annotations

import tracemalloc

from gateway.model.errors import InDoubt
from gateway.model.service import Text
from gateway.sdk.conformance.check import check
from gateway.sdk.conformance.equipment.bad_replies import PAGE, http
from gateway.sdk.conformance.equipment.proxy import HUGE, Way
from gateway.sdk.conformance.equipment.stage import Stage
from gateway.sdk.conformance.subject import Subject
from gateway.sdk.conformance.texts import filled
from gateway.sdk.conformance.texts import replies as texts

#: The memory that an adapter may use while it reads a reply that is too large.
_MOST_MEMORY = HUGE // 4


class ReplyChecks(Subject):
    """An invalid reply is InDoubt. None is taken for success, and none fills the memory."""

    @check("each", texts.HTML_PAGE_IS_IN_DOUBT)
    async def test_html_page_is_in_doubt(self, stage: Stage, operation: str) -> None:
        await self._answered(stage, operation, http(200, PAGE), texts.WEB_PAGE)

    @check("each", texts.ERROR_PAGE_IS_IN_DOUBT)
    async def test_error_page_is_in_doubt(self, stage: Stage, operation: str) -> None:
        for status in (500, 502, 504):
            await self._answered(stage, operation, http(status, PAGE), filled(texts.ERROR_PAGE, status=status))

    @check("each", texts.EMPTY_REPLY_IS_IN_DOUBT)
    async def test_empty_reply_is_in_doubt(self, stage: Stage, operation: str) -> None:
        for kind in ("application/json", "text/xml; charset=utf-8"):
            await self._answered(stage, operation, http(200, b"", kind), texts.EMPTY)

    @check("each", texts.TRUNCATED_REPLY_IS_IN_DOUBT)
    async def test_truncated_reply_is_in_doubt(self, stage: Stage, operation: str) -> None:
        await stage.proxy_does("cut_reply", operation)
        await stage.must(InDoubt, operation, texts.CUT)
        await stage.proxy_does("pass")
        await stage.fault("truncated", operation, framed=True)
        await stage.must(InDoubt, operation, texts.HALF)

    @check("each", texts.WRONG_CHARSET_IS_IN_DOUBT)
    async def test_wrong_charset_is_in_doubt(self, stage: Stage, operation: str) -> None:
        await stage.fault("wrong_charset", operation)
        await stage.must(InDoubt, operation, texts.OTHER_ENCODING)

    @check("each", texts.DTD_IS_IN_DOUBT)
    async def test_dtd_is_in_doubt(self, stage: Stage, operation: str) -> None:
        await stage.fault("dtd", operation)
        await stage.must(InDoubt, operation, texts.HAS_DTD)

    @check("each", texts.FAULT_IN_200_IS_IN_DOUBT)
    async def test_fault_in_200_is_in_doubt(self, stage: Stage, operation: str) -> None:
        await stage.fault("soap_fault", operation, status=200)
        await stage.must(InDoubt, operation, texts.FAULT_WITH_200)

    @check("each", texts.REDIRECT_IS_NOT_FOLLOWED)
    async def test_redirect_is_not_followed(self, stage: Stage, operation: str) -> None:
        for status in (302, 307):
            before = len(stage.proxy.seen)
            head = f"HTTP/1.1 {status} X\r\nLocation: {stage.proxy.url}/elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            await stage.proxy_does("answer", operation, answer=head.encode(), forward=False)
            end = await stage.end(operation)
            if any(b" /elsewhere" in seen.head.split(b"\r\n")[0] for seen in stage.proxy.seen[before:]):
                stage.wrong(texts.REDIRECT_FOLLOWED, status=status)
            stage.judged(InDoubt, end, filled(texts.REDIRECTED, status=status))

    @check("each", texts.HUGE_REPLY_IS_CAPPED)
    async def test_huge_reply_is_capped(self, stage: Stage, operation: str) -> None:
        await self._huge(stage, operation, "flood", texts.WITHOUT_END)

    @check("each", texts.BOMB_IS_CAPPED)
    async def test_bomb_is_capped(self, stage: Stage, operation: str) -> None:
        await self._huge(stage, operation, "bomb", texts.UNPACKS_HUGE)

    async def _answered(self, stage: Stage, operation: str, reply: bytes, happened: Text) -> None:
        await stage.proxy_does("answer", operation, answer=reply)
        await stage.must(InDoubt, operation, happened)

    async def _huge(self, stage: Stage, operation: str, way: Way, happened: Text) -> None:
        await stage.end(operation)  # the first call loads modules, whose memory is not the reply's
        await stage.proxy_does(way, operation)
        tracemalloc.start()
        try:
            end = await stage.end(operation)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        if most > _MOST_MEMORY:
            stage.wrong(texts.MEMORY, mebibytes=most // 2**20)
        stage.judged(InDoubt, end, happened)
