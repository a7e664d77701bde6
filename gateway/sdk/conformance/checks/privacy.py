"""Tests of the places where personal data must never be."""

from __future__ import annotations

import traceback
from collections.abc import AsyncIterator, Iterable, Iterator
from urllib.parse import unquote_to_bytes

import pytest

from gateway.sdk.conformance import texts
from gateway.sdk.conformance.check import check
from gateway.sdk.conformance.checks.deciding import parsed
from gateway.sdk.conformance.equipment.bad_replies import http, with_status
from gateway.sdk.conformance.equipment.overheard import Overheard
from gateway.sdk.conformance.equipment.sent import forms
from gateway.sdk.conformance.equipment.stage import SHORT_DEADLINE, Stage, said
from gateway.sdk.conformance.subject import Subject

#: People whom no request names, so that only the department's words could bring them anywhere.
_STRANGERS = frozenset({"测试壬", "13800000009", "999999198802290033"})
_ENVELOPE = '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>{}</soap:Body></soap:Envelope>'
_FAULT = _ENVELOPE.format("<soap:Fault><faultcode>soap:Server</faultcode><faultstring>{}</faultstring></soap:Fault>")


class PrivacyChecks(Subject):
    """Data about a person goes into the body of its own request, and nowhere else."""

    @check("each")
    async def test_errors_hold_nothing_personal(self, stage: Stage, operation: str) -> None:
        async for end in self._bad_ends(stage, operation):
            if isinstance(end, BaseException) and (found := _shown(self._telling(operation), _all_text(end))):
                stage.wrong(texts.IN_ERROR, error=said(end), values=found)

    @check("each")
    async def test_logs_hold_nothing_personal(self, stage: Stage, operation: str) -> None:
        overheard = Overheard()
        with overheard.listening():
            await stage.end(operation)
            async for _ in self._bad_ends(stage, operation):
                pass
        if found := _shown(self._telling(operation), overheard.text):
            stage.wrong(texts.IN_LOGS, values=found)

    @check("each")
    async def test_addresses_and_headers_hold_nothing_personal(self, stage: Stage, operation: str) -> None:
        await stage.end(operation)
        heads = b"\n".join(seen.head + unquote_to_bytes(seen.head.replace(b"+", b" ")) for seen in stage.proxy.seen)
        if found := sum(any(form in heads for form in forms(value)) for value in self._personal(operation)):
            stage.wrong(texts.IN_ADDRESSES, values=found)

    @check("each")
    async def test_only_its_own_request_leaves(self, stage: Stage, operation: str) -> None:
        first = self.request(operation)
        if not self.sample(operation).personal_in(first):
            pytest.skip("only_its_own_request_leaves: nothing in the sample's request could be about a person")
        second = self.sample(operation).another(self.operation(operation).request)
        if second is None:
            stage.wrong(texts.NOBODY_TO_EXCHANGE)
        theirs = self.sample(operation).personal_in(first) - self.sample(operation).personal_in(second)
        await stage.end(operation, request=first)
        before = len(stage.proxy.seen)
        await stage.end(operation, request=second)
        sent = b"\n".join(seen.head + seen.body + unquote_to_bytes(seen.body) for seen in stage.proxy.seen[before:])
        if not sent:
            stage.wrong(texts.SECOND_NOT_SENT)
        if found := sum(any(form in sent for form in forms(value)) for value in theirs):
            stage.wrong(texts.DATA_OF_ANOTHER, values=found)

    def _personal(self, operation: str) -> frozenset[str]:
        return self.sample(operation).personal_in(self.request(operation))

    def _telling(self, operation: str) -> frozenset[str]:
        """Give the values in the department's words: those of the request, and people whom only the department knows."""
        return self._personal(operation) | _STRANGERS

    async def _bad_ends(self, stage: Stage, operation: str) -> AsyncIterator[object]:
        """Give the ends of calls whose replies hold people's data, in several forms, and tempt an adapter to repeat it."""
        words = " ".join(sorted(self._telling(operation)))
        for name, code in (("returned", None), ("business_error", None), ("business_error", self.sample(operation).unlisted_code or "~")):
            await stage.no_fault()
            await stage.fault(name, operation, code=code, reason=words)
            yield await stage.end(operation)
        refusal = next((one.reply for one in reversed(stage.proxy.seen)), b"")
        await stage.no_fault()
        asks = await stage.asks_about(operation)
        answers = [with_status(refusal, status) for status in (400, 409, 422, 500)]
        for way, answer in (("lose_reply", b""), ("hang", b""), *(("answer", one) for one in (*answers, *_tempting(words)))):
            await stage.proxy_does(way, operation, answer=answer)  # type: ignore[arg-type]  # all are ways
            yield await stage.end(operation, stage.call(operation, deadline=SHORT_DEADLINE))
        for answer in (*answers, *_tempting(words)):
            await stage.proxy_does("answer", answer=answer)
            for ask in asks.values():
                yield await stage.end_of(ask)
        await stage.proxy_does("pass")
        if operation in self.operations_for("called_back"):
            await stage.end(operation, call := stage.call(operation))
            await stage.decide(call.key, "rejected", words)
            arrived = await stage.there(stage.backend.inbox.take())
            headers, body = arrived or ({}, b"")
            for content in (body, body + b" "):
                yield parsed(stage.adapter, (headers, content))


def _tempting(words: str) -> Iterator[bytes]:
    """Give replies that hold the words as JSON, as XML and as a page."""
    problem = f'{{"code": "{words}", "message": "{words}", "title": "{words}", "detail": "{words}", "status": 400}}'
    for status, kind, text in (
        (500, "text/html; charset=utf-8", f"<html><body>{words}</body></html>"),
        *((status, "application/json", problem) for status in (400, 401, 404, 409, 429, 503)),
        (422, "application/problem+json", problem),
        (200, "application/json", f'{{"code": "{words}", "message": "{words}", "{words}": ["{words}"]}}'),
        (200, "application/json", f'{{"code": "{words}'),
        (200, "text/xml; charset=utf-8", f"<reply><code>{words}</code></reply>"),
        (500, "text/xml; charset=utf-8", _FAULT.format(words)),
    ):
        yield http(status, text.encode(), kind)


def _shown(values: Iterable[str], text: str) -> int:
    """Count the values that stand in a text, as they are or as their bytes and escapes show."""
    return sum(
        any(shown in text for form in forms(value) for shown in (value, form.decode("latin-1"), repr(form)[2:-1])) for value in values
    )


def _all_text(error: BaseException) -> str:
    """Give all that a log of the error with its traceback could show, and the attributes it carries."""
    texts: list[str] = []
    todo, seen = [error], set[int]()
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        texts += [str(one), repr(one), repr(getattr(one, "__dict__", {})), *traceback.format_exception_only(one)]
        todo += [other for other in (one.__cause__, one.__context__) if other is not None]
    return "\n".join(texts)
