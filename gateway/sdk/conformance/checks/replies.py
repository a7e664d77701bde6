"""Tests of replies that are invalid (each may follow a request that was carried out: a doubt), that refuse, or that never come."""

from __future__ import annotations

import tracemalloc

import pytest

from gateway.model.errors import AuthFailed, Busy, InDoubt, Unavailable
from gateway.model.outcome import Accepted, Approved
from gateway.model.service import Text
from gateway.sdk.conformance import texts
from gateway.sdk.conformance.check import check
from gateway.sdk.conformance.equipment.bad_replies import PAGE, http, with_status
from gateway.sdk.conformance.equipment.proxy import HUGE, Way
from gateway.sdk.conformance.equipment.stage import SHORT_DEADLINE, Stage, said
from gateway.sdk.conformance.subject import Subject
from gateway.sdk.conformance.texts import filled

#: The memory that an adapter may use while it reads a reply that is too large.
_MOST_MEMORY = HUGE // 4


class RepliesChecks(Subject):
    """An invalid reply is InDoubt. None is taken for success, and none fills the memory."""

    @check("each")
    async def test_html_page_is_in_doubt(self, stage: Stage, operation: str) -> None:
        await self._answered(stage, operation, http(200, PAGE), texts.WEB_PAGE)

    @check("each")
    async def test_error_page_is_in_doubt(self, stage: Stage, operation: str) -> None:
        for status in (500, 502, 504):
            await self._answered(stage, operation, http(status, PAGE), filled(texts.ERROR_PAGE, status=status))

    @check("each")
    async def test_empty_reply_is_in_doubt(self, stage: Stage, operation: str) -> None:
        for kind in ("application/json", "text/xml; charset=utf-8"):
            await self._answered(stage, operation, http(200, b"", kind), texts.EMPTY)

    @check("each")
    async def test_truncated_reply_is_in_doubt(self, stage: Stage, operation: str) -> None:
        await stage.proxy_does("cut_reply", operation)
        await stage.must(InDoubt, operation, texts.REPLY_CUT)
        await stage.proxy_does("pass")
        await stage.fault("truncated", operation, framed=True)
        await stage.must(InDoubt, operation, texts.HALF)

    @check("each")
    async def test_wrong_charset_is_in_doubt(self, stage: Stage, operation: str) -> None:
        await stage.fault("wrong_charset", operation)
        await stage.must(InDoubt, operation, texts.OTHER_ENCODING)

    @check("each")
    async def test_dtd_is_in_doubt(self, stage: Stage, operation: str) -> None:
        await stage.fault("dtd", operation)
        await stage.must(InDoubt, operation, texts.HAS_DTD)

    @check("each")
    async def test_fault_in_200_is_in_doubt(self, stage: Stage, operation: str) -> None:
        await stage.fault("soap_fault", operation, status=200)
        await stage.must(InDoubt, operation, texts.FAULT_WITH_200)

    @check("each")
    async def test_redirect_is_not_followed(self, stage: Stage, operation: str) -> None:
        for status in (302, 307):
            before = len(stage.proxy.seen)
            head = f"HTTP/1.1 {status} X\r\nLocation: {stage.proxy.url}/elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            await stage.proxy_does("answer", operation, answer=head.encode(), forward=False)
            end = await stage.end(operation)
            if any(b" /elsewhere" in seen.head.split(b"\r\n")[0] for seen in stage.proxy.seen[before:]):
                stage.wrong(texts.REDIRECT_FOLLOWED, status=status)
            stage.judged(InDoubt, end, filled(texts.REDIRECTED, status=status))

    @check("each")
    async def test_huge_reply_is_capped(self, stage: Stage, operation: str) -> None:
        await self._huge(stage, operation, "flood", texts.WITHOUT_END)

    @check("each")
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


_WAIT = 7.0
_PROBLEM = b'{"type":"about:blank","title":"Conflict","status":409}'


class RefusalsChecks(Subject):
    """A refusal in the contract's words says that the department did nothing, and why."""

    @check("each")
    async def test_wrong_credentials_are_auth_failed(self, stage: Stage, operation: str) -> None:
        await stage.fault("unauthorized", operation)
        await stage.must(AuthFailed, operation, texts.CREDENTIALS_REFUSED)

    @check("each")
    async def test_too_many_is_busy_for_as_long_as_asked(self, stage: Stage, operation: str) -> None:
        await stage.fault("too_many", operation, seconds=_WAIT)
        end = await stage.must(Busy, operation, texts.TOO_MANY)
        if not _WAIT - 1 <= end.retry_after <= _WAIT:  # a date may have come nearer meanwhile
            stage.wrong(texts.WAIT_OTHERWISE, wait=end.retry_after, expected=_WAIT)

    @check("acting")
    async def test_closed_office_is_not_processed(self, stage: Stage, operation: str) -> None:
        sandbox = stage.backend.sandbox
        await stage.backend.do(lambda: sandbox.change(sandbox.settings.model_copy(update={"daily_quota": 0})))
        await stage.must((Busy, Unavailable), operation, texts.OFFICE_CLOSED)

    @check("acting")
    async def test_conflict_is_not_accepted(self, stage: Stage, operation: str) -> None:
        first = stage.call(operation)
        await stage.end(operation, first)
        honest = stage.proxy.seen[-1].reply if stage.proxy.seen else b""
        replies = [http(409), http(409, PAGE), http(409, b"{}", "application/json"), http(409, _PROBLEM, "application/problem+json")]
        if not await self._repeats_with_conflict(stage, operation, first.key):
            replies.append(with_status(honest, 409))  # the department's answer to another key
        for reply in replies:
            await stage.proxy_does("answer", operation, answer=reply, forward=False)
            end = await stage.end(operation)
            if isinstance(end, Accepted | Approved):
                stage.wrong(texts.CONFLICT_ACCEPTED, end=said(end))

    async def _repeats_with_conflict(self, stage: Stage, operation: str, key: str) -> bool:
        """Tell whether the department answers a repeated key with 409, which is then its contract's way to say so."""
        await stage.end(operation, stage.call(operation, key, attempt=2))
        return stage.proxy.seen[-1].reply[9:12] == b"409" if stage.proxy.seen else False

    @check("acting")
    async def test_other_calls_tell_refusals_too(self, stage: Stage, operation: str) -> None:
        asks = await stage.asks_about(operation)
        if not asks:
            pytest.skip("other_calls_tell_refusals_too: there is neither find nor poll nor withdraw for it")
        for fault, kind in (("unauthorized", AuthFailed), ("too_many", Busy)):
            await stage.fault(fault)
            for name, ask in asks.items():
                stage.judged(kind, await stage.end_of(ask), filled(texts.METHOD_REFUSED, method=name, fault=fault))
            await stage.no_fault()


class DeadlinesChecks(Subject):
    """A call ends by itself, whatever the department does."""

    @check("each")
    async def test_hanging_ends_at_the_deadline(self, stage: Stage, operation: str) -> None:
        await stage.end(operation)  # so that there is a connection: the deadline is the reply's
        await stage.proxy_does("hang", operation)
        call = stage.call(operation, deadline=SHORT_DEADLINE)
        await stage.must(InDoubt, operation, texts.NEVER_ANSWERED, call=call)

    @check("each")
    async def test_dripping_ends_at_the_deadline(self, stage: Stage, operation: str) -> None:
        await stage.end(operation)  # as above
        await stage.proxy_does("drip", operation, seconds=0.2)
        call = stage.call(operation, deadline=SHORT_DEADLINE)
        await stage.must(InDoubt, operation, texts.BYTE_BY_BYTE, call=call)
