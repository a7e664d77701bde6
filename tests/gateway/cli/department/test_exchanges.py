"""Exchanges: of addresses and headers only what says how the two speak."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from gateway.cli.department.exchanges import as_lines, body_lines, seen
from gateway.cli.department.veil import Veil
from gateway.sdk.http.exchange import Exchange
from gateway.sdk.http.request_bodies import File, multipart
from gateway.sdk.http.request_bodies import form as form_body

VEIL = Veil({"name": "张伟", "id_number": "500152199001010018", "number": "ABC-77"}, ["s3cret"])


def exchange(**more: Any) -> Exchange:
    return Exchange(**{"method": "POST", "url": "https://tax.example:8443/v1/cases", "headers": {}, "body": None, **more})


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://tax.example:8443/v1/housing-holdings", "https://tax.example:8443/v1/housing-holdings"),
        ("https://tax.example/cases/500152199001010018", "https://tax.example/cases/‹id_number›"),
        ("https://tax.example/cases/ABC-77/x", "https://tax.example/cases/‹number›/x"),
        ("https://tax.example/cases/x-ABC-77", "https://tax.example/cases/‹text 8›"),
        ("https://tax.example/cases/%E5%BC%A0%E4%BC%9F", "https://tax.example/cases/‹name›"),
        ("https://tax.example/cases/CRJ20261126-000001", "https://tax.example/cases/‹text 18›"),
        (
            "https://tax.example/q?id=500152199001010018&status=1&token=s3cret",
            "https://tax.example/q?id=‹id_number›&status=1&token=‹secret›",
        ),
        ("https://tax.example/q?%E5%BC%A0%E4%BC%9F=1", "https://tax.example/q?‹name 1›=‹digits 1›"),
    ],
)
def test_an_address(url: str, shown: str) -> None:
    assert seen(exchange(url=url), VEIL, "k")["request"]["url"] == shown


def test_headers_by_an_allow_list() -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Retry-After": "30",
        "Idempotency-Key": "call-1",
        "traceparent": trace,
        "Authorization": "Bearer s3cret",
        "x-tif-signature": "AB" * 32,
        "Set-Cookie": "session=500",
        "Host": "s3cret.example",
        "User-Agent": "for ABC-77",
        "Date": "500152199001010018",
    }
    shown = seen(exchange(headers=headers), VEIL, "call-1")["request"]["headers"]
    assert shown == {
        "Content-Type": "application/json; charset=utf-8",
        "Retry-After": "30",
        "Idempotency-Key": "call-1",
        "traceparent": trace,
        "Authorization": "‹secret›",
        "x-tif-signature": "‹text 64›",
        "Set-Cookie": "‹text 11›",
        "Host": "‹secret›",
        "User-Agent": "‹text 10›",
        "Date": "‹id_number›",
    }
    assert seen(exchange(headers={"Idempotency-Key": "other"}), VEIL, "call-1")["request"]["headers"] == {"Idempotency-Key": "‹text 5›"}


def test_as_people_read_it() -> None:
    whole = exchange(body=b'{"xm": "x"}', status=200, reply_headers={"Content-Type": "text/xml"}, reply_body=b"<r/>")
    assert as_lines(seen(whole, VEIL, "k")) == [
        "→ POST https://tax.example:8443/v1/cases",
        "    {",
        '      "xm": "‹text 1›"',
        "    }",
        "← 200",
        "  Content-Type: text/xml",
        "    <r/>",
    ]
    assert as_lines(seen(exchange(), VEIL, "k"))[-1] == "← …"


NAMED = Veil({"name": "张伟"}, ["s3cret"])


def test_json_by_its_structure() -> None:
    body = orjson.dumps({"code": "00", "data": {"list": [{"xm": "张伟", "more": None, "n": 5}], "empty": []}})
    assert orjson.loads("\n".join(body_lines(body, None, NAMED))) == {
        "code": "00",
        "data": {"list": [{"xm": "‹name›", "more": None, "n": "‹number›"}], "empty": []},
    }


def test_xml_by_its_structure_in_its_encoding() -> None:
    body = '<?xml version="1.0" encoding="GBK"?><r xmlns="urn:x" code="7"><xm>张伟</xm><!-- 王五 --><e/>tail<v id="王五">x</v></r>'.encode(
        "gbk"
    )
    assert body_lines(body, "gbk", NAMED) == [
        '<r code="7">',
        "  ‹text 4›",
        "  <xm>‹name›</xm>",
        "  <e/>",
        '  <v id="‹text 2›">‹text 1›</v>',
        "</r>",
    ]


def test_a_form_and_a_multipart_by_their_fields_without_what_is_in_a_file() -> None:
    form = form_body({"xm": "张伟", "code": "00", "李四": "x"})
    assert orjson.loads("\n".join(body_lines(form.content, None, NAMED, form.content_type))) == {
        "xm": ["‹name›"],
        "code": ["00"],
        "‹name 3›": ["‹text 1›"],
    }
    parts = multipart({"xm": "张伟", "scan": File(name="张伟.png", content=b"\xff"), "data": {"xm": "张伟"}}, key="k")
    assert orjson.loads("\n".join(body_lines(parts.content, None, NAMED, parts.content_type))) == {
        "xm": ["‹name›"],
        "scan": ["‹1 bytes›"],
        "data": [{"xm": "‹name›"}],
    }
    said = "‹6 bytes: not the application/x-www-form-urlencoded that they are said to be›"
    assert body_lines("张伟".encode(), None, NAMED, form.content_type) == [said]


@pytest.mark.parametrize("text", ['{"xm": "张伟"}', "<r><xm>张伟</xm></r>"])
def test_a_document_within_a_text(text: str) -> None:
    for outer in (orjson.dumps({"doc": text}), f"<o><doc><![CDATA[{text}]]></doc></o>".encode()):
        lines = "\n".join(body_lines(outer, None, NAMED))
        assert "xm" in lines
        assert "‹name›" in lines


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", []),
        (b"  \n", []),
        (b"zhangwei", ["‹8 bytes›"]),
        (b'{"a": ', ["‹6 bytes: no JSON, though they begin like it›"]),
        (b"<r><xm>", ["‹7 bytes: reply_xml›"]),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><r>&a;</r>', ["‹40 bytes: reply_dtd›"]),
        ("<r>张</r>".encode("gbk"), ["‹9 bytes: reply_charset›"]),
    ],
)
def test_what_cannot_be_read_is_only_counted(body: bytes, said: list[str]) -> None:
    assert body_lines(body, None, NAMED) == said


def test_what_is_nested_too_deep_is_only_said_to_be_there() -> None:
    depth = 200
    for body in (b"[" * depth + b'"x"' + b"]" * depth, b"<r>" * depth + b"x" + b"</r>" * depth):
        lines = "\n".join(body_lines(body, None, NAMED))
        assert "‹deeper›" in lines


def test_names_that_are_none_stay_apart() -> None:
    lines = "\n".join(body_lines(orjson.dumps({"张伟": 1, "王五": 2}), None, NAMED))
    assert orjson.loads(lines) == {"‹name 1›": "‹number›", "‹name 2›": "‹number›"}
