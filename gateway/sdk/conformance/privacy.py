"""Tests of where personal data must never be."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

import pytest

from gateway.sdk.conformance.check import check
from gateway.sdk.conformance.overheard import Overheard
from gateway.sdk.conformance.proxy import Way
from gateway.sdk.conformance.stage import SHORT_DEADLINE, Stage, said
from gateway.sdk.conformance.subject import Subject

_ENCODINGS = ("utf-8", "gb18030", "utf-16-le")
_ENVELOPE = '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>{}</soap:Body></soap:Envelope>'
_FAULT = _ENVELOPE.format("<soap:Fault><faultcode>soap:Server</faultcode><faultstring>{}</faultstring></soap:Fault>")


class Privacy(Subject):
    """What is about a person goes into the body of its own request, and nowhere else."""

    @check(
        "each",
        "抛出的错误（连同其原因、上下文）中没有申请人的任何内容，即使部门的答复重复了它。",
        do="write your own words into errors, never a request's or a reply's; raise outside `except` where the cause holds values.",
        do_zh="错误中只写自己的话，不写请求、答复或其他错误的文字；原因中含有内容时，在 except 之外抛出。",
    )
    async def test_errors_hold_nothing_personal(self, stage: Stage, operation: str) -> None:
        """No error, cause or context holds anything of the request, even where the department's reply repeats it."""
        personal = self._personal(operation)
        for way, answer in _bad_ends(personal):
            await stage.proxy_does(way, operation, answer=answer)
            end = await stage.end(operation, stage.call(operation, deadline=SHORT_DEADLINE))
            if isinstance(end, BaseException) and (found := sum(value in _all_text(end) for value in personal)):
                stage.wrong(
                    zh=f"{said(end)} 的文字、原因或上下文中出现了请求里的 {found} 项内容。",
                    en=f"the text, cause or context of {said(end)} holds {found} values of the request.",
                )

    @check(
        "each",
        "适配器及其使用的库不把申请人的任何内容写进日志或打印出来，DEBUG 级别也不例外。",
        do="log nothing in an adapter, print nothing, and keep libraries that log bodies from doing so.",
        do_zh="适配器中不写日志、不打印，并关闭会记录报文的库日志。",
    )
    async def test_logs_hold_nothing_personal(self, stage: Stage, operation: str) -> None:
        """Neither the adapter nor its libraries log or print anything of the request, not even at DEBUG."""
        personal = self._personal(operation)
        overheard = Overheard()
        with overheard.listening():
            await stage.end(operation)
            for way, answer in _bad_ends(personal):
                await stage.proxy_does(way, operation, answer=answer)
                await stage.end(operation, stage.call(operation, deadline=SHORT_DEADLINE))
        if found := sum(value in overheard.text for value in personal):
            stage.wrong(zh=f"日志或输出中出现了请求里的 {found} 项内容。", en=f"logs or output hold {found} values of the request.")

    @check(
        "each",
        "请求的地址和请求头中没有申请人的任何内容。",
        do="send personal data in the body alone: addresses and headers are logged along the way.",
        do_zh="个人信息只放在请求体中：地址和请求头会被沿途记录。",
    )
    async def test_addresses_and_headers_hold_nothing_personal(self, stage: Stage, operation: str) -> None:
        """No address and no header of a request holds anything of it."""
        await stage.end(operation)
        heads = b"\n".join(seen.head + unquote_to_bytes(seen.head.replace(b"+", b" ")) for seen in stage.proxy.seen)
        if found := sum(any(form in heads for form in _forms(value)) for value in self._personal(operation)):
            stage.wrong(
                zh=f"请求的地址或请求头中出现了请求里的 {found} 项内容。",
                en=f"the address or a header holds {found} values of the request.",
            )

    @check(
        "each",
        "只发出本次请求中的内容：别人的办件中的任何内容都不会出现在其中。",
        do="build each request from its argument alone; keep nothing of an earlier call.",
        do_zh="只用本次的 request 参数组成报文，不保留以前调用的任何内容。",
    )
    async def test_only_its_own_request_leaves(self, stage: Stage, operation: str) -> None:
        """What leaves is of this request alone: nothing of another applicant's is in it."""
        first = self.request(operation)
        if not self.sample(operation).personal_in(first):
            pytest.skip("only_its_own_request_leaves: nothing in the sample's request could be about a person")
        second = self.sample(operation).another(self.operation(operation).request)
        if second is None:
            stage.wrong(
                zh="样例中没有可以替换的人：请在 Sample 中给出 other。", en="nobody in the sample can be exchanged: give Sample an `other`."
            )
        theirs = self.sample(operation).personal_in(first) - self.sample(operation).personal_in(second)
        await stage.end(operation, request=first)
        before = len(stage.proxy.seen)
        await stage.end(operation, request=second)
        sent = b"\n".join(seen.head + seen.body + unquote_to_bytes(seen.body) for seen in stage.proxy.seen[before:])
        if not sent:
            stage.wrong(zh="第二个请求没有发出。", en="the second request was not sent.")
        if found := sum(any(form in sent for form in _forms(value)) for value in theirs):
            stage.wrong(zh=f"发出的请求中有别的办件的 {found} 项内容。", en=f"what was sent holds {found} values of another application.")

    def _personal(self, operation: str) -> frozenset[str]:
        return self.sample(operation).personal_in(self.request(operation))


def _bad_ends(personal: frozenset[str]) -> Iterator[tuple[Way, bytes]]:
    """Ends of calls that tempt to repeat: the department's words with the applicant's in them, as JSON, as XML and as a page."""
    words = " ".join(sorted(personal))
    yield "lose_reply", b""
    yield "hang", b""
    for status, kind, text in (
        (500, "text/html; charset=utf-8", f"<html><body>{words}</body></html>"),
        (400, "application/json", f'{{"code": "{words}", "message": "{words}", "title": "{words}", "status": 400}}'),
        (200, "application/json", f'{{"code": "{words}", "message": "{words}", "{words}": ["{words}"]}}'),
        (200, "application/json", f'{{"code": "{words}'),
        (200, "text/xml; charset=utf-8", f"<reply><code>{words}</code></reply>"),
        (
            500,
            "text/xml; charset=utf-8",
            _FAULT.format(words),
        ),
    ):
        body = text.encode()
        head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        yield "answer", head.encode() + body


def _all_text(error: BaseException) -> str:
    """Everything that a log of the error with its traceback could show, and what it carries besides."""
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


def _forms(value: str) -> set[bytes]:
    """A text as it may stand in a request."""
    forms = {value.encode("unicode_escape"), value.encode("ascii", "xmlcharrefreplace")}
    for encoding in _ENCODINGS:
        try:
            forms.add(value.encode(encoding))
        except UnicodeEncodeError:
            continue  # the encoding has no such character, so it is not in it
    return forms
