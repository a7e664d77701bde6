"""A department's own words are found in any answer, visible and bounded. A record of somebody's data is no words."""

from __future__ import annotations

import time

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict, CIMultiDictProxy

from gateway.departments.said import LONGEST, said_in
from gateway.sdk.http.exchange import Reply
from gateway.sdk.soap.envelope import SOAP_11, SOAP_12
from gateway.texts.characters import is_clean

WORDS = "系统错误：申请人王芳的证件已注销"


def reply(body: str | bytes, kind: str = "application/json", *, charset: str = "utf-8", status: int = 500) -> Reply:
    written = body if isinstance(body, bytes) else body.encode(charset)
    return Reply(status, CIMultiDictProxy(CIMultiDict({"Content-Type": kind})), written)


def fault(text: str) -> str:
    told = f"<faultcode>s:Server</faultcode><faultstring>{text}</faultstring>"
    return f'<s:Envelope xmlns:s="{SOAP_11}"><s:Body><s:Fault>{told}</s:Fault></s:Body></s:Envelope>'


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (reply(fault(WORDS), "text/xml"), WORDS),
        (reply(fault("System error 5"), "text/xml"), "System error 5"),
        (
            reply(
                f'<e:Envelope xmlns:e="{SOAP_12}"><e:Body><e:Fault><e:Code><e:Value>e:Sender</e:Value></e:Code>'
                f'<e:Reason><e:Text xml:lang="zh">{WORDS}</e:Text></e:Reason></e:Fault></e:Body></e:Envelope>',
                "application/soap+xml",
            ),
            WORDS,
        ),
        (
            reply(orjson.dumps({"type": "about:blank", "title": "不合规", "status": 422, "detail": WORDS}), "application/problem+json"),
            f"不合规 · {WORDS}",
        ),
        (
            reply(orjson.dumps({"retCode": "E1", "retMsg": "no such person", "data": {"xm": "王芳", "dz": "某区某路一号"}})),
            "no such person",
        ),
        (reply(orjson.dumps({"cwxx": "证件号码不存在", "xm": "王芳"})), "证件号码不存在"),
        (reply(orjson.dumps({"body": fault(WORDS)})), WORDS),
        (reply(f"<r><code>9</code><xm>王芳</xm><cwms>{WORDS}</cwms></r>".encode("gbk"), "text/xml; charset=GBK"), WORDS),
        (reply(f'<?xml version="1.0" encoding="GB2312"?><r><msg>{WORDS}</msg></r>'.encode("gbk"), "text/xml"), WORDS),
        (reply(WORDS.encode("gbk"), "text/html; charset=iso-8859-1"), WORDS),
        (
            reply(f"<html><head><style>p{{}}</style></head><body><h1>502</h1><p>{WORDS}&amp;</p></body></html>", "text/html"),
            f"502 {WORDS}&",
        ),
        (reply('<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]><r>&e;</r>', "text/xml"), "]> &e;"),
        (reply(f"{WORDS}\r\n\tat A.b(A.java:1)\x00\u202e", "text/plain"), f"{WORDS} at A.b(A.java:1)"),
        (reply(b"", "text/plain"), ""),
        (reply(orjson.dumps({"name": "王芳", "address": "某区某路一号"})), ""),
    ],
)
def test_the_words_are_found_and_no_data_with_them(answer: Reply, said: str) -> None:
    assert said_in(answer) == said


def test_it_is_bounded_and_holds_no_secret() -> None:
    said = said_in(reply("错" * 100_000, "text/plain"))
    assert len(said) == LONGEST
    assert said_in(reply(orjson.dumps({"message": "bad token s3cr3t"})), ["s3cr3t", ""]) == "bad token ***"
    record = orjson.dumps({"name": "王芳" * 50_000, "message": WORDS})
    assert said_in(reply(record)) == "", "what is cut within a record is data, for all that is known"


@pytest.mark.parametrize(
    "body", [b"<", b"<!-- ", b"<!DOCTYPE ", b"<!DOCTYPE a [", b"<script ", b"[", b'{"a":', "汉".encode(), b"a\n", b"<a b='"]
)
def test_no_body_keeps_the_loop_busy(body: bytes) -> None:
    begun = time.thread_time()
    assert len(said_in(reply(body * (100_000 // len(body))))) <= LONGEST
    assert time.thread_time() - begun < 2, "processor time: what grows with the square takes a hundred times as much"


@given(
    st.binary(max_size=300), st.sampled_from(["application/json", "text/xml", "text/html; charset=gbk", "text/plain; charset=utf-16", "x"])
)
def test_whatever_comes_is_a_text_that_can_be_kept(body: bytes, kind: str) -> None:
    said = said_in(reply(body, kind))
    assert len(said) <= LONGEST
    assert is_clean(said)
    said.encode()


@given(
    st.recursive(
        st.none() | st.text(max_size=20) | st.integers(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    )
)
def test_any_json_is_read(value: object) -> None:
    try:
        body = orjson.dumps(value)
    except (TypeError, orjson.JSONEncodeError):
        return
    assert is_clean(said_in(reply(body)))
