"""What left, read without any contract."""

from __future__ import annotations

import pytest

from gateway.sdk.contracts.parsed_bodies import parsed_body
from gateway.sdk.http.request_bodies import Encoding, multipart

MULTIPART = multipart({"a": "张", "b": {"c": 1}, "f": b"\xff", "g": [1, None]}, {"f": Encoding(content_type="image/png")}, key="k")
XML = '<?xml version="1.0" encoding="GBK"?><r xmlns="urn:x" a="1"><!--x--><s>张</s><s b="2">t</s><e/></r>'.encode("gbk")


@pytest.mark.parametrize(
    ("kind", "content", "value"),
    [
        ("application/json", b'{"a": [1.5, null, true]}', {"a": [1.5, None, True]}),
        ("application/x+json; charset=utf-8", b'"x"', "x"),
        ("application/x-www-form-urlencoded", b"a=1&b=%E5%BC%A0+x&a=", {"a": ["1", ""], "b": ["张 x"]}),
        ("application/x-www-form-urlencoded; charset=GBK", b"a=%D5%C5", {"a": ["张"]}),
        ("application/x-www-form-urlencoded", b"", {}),
        (
            MULTIPART.content_type,
            MULTIPART.content,
            {"a": ["张"], "b": [{"c": 1}], "f": [b"\xff"], "g": ["1", ""]},
        ),
        ("text/xml", XML, {"r": [{"@a": ["1"], "s": ["张", {"@b": ["2"], "#text": ["t"]}], "e": [""]}]}),
        ("text/plain; charset=gbk", "张".encode("gbk"), "张"),
        ("image/png", b"\xff", b"\xff"),
    ],
)
def test_a_body_is_what_its_media_type_says(kind: str, content: bytes, value: object) -> None:
    assert parsed_body(kind, content) == value


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("application/json", b"{"),
        ("application/x-www-form-urlencoded", b"a=1&b"),
        ("application/x-www-form-urlencoded", b"a=%ff"),
        ("application/x-www-form-urlencoded", "a=张".encode()),
        ("application/x-www-form-urlencoded", b"a=1&" * 10_001),
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\n\r\n--b"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\n\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b"--bx\r\n\r\n--b--"),
        ("multipart/form-data; boundary=b", b"--b\r\n" * 10_001 + b"--b--"),
        ("text/xml", b"<a>"),
        ("text/xml", b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'),
        ("text/xml", b"<a>" + b"<b/>" * 25_000 + b"</a>"),
        ("text/plain", b"\xff"),
    ],
)
def test_what_is_not_what_it_says_is_refused(kind: str, content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # which of them is the reader's
        parsed_body(kind, content)
