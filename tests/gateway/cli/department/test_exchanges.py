"""Exchanges: of addresses and headers only what says how the two speak."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.cli.department.exchanges import as_lines, seen
from gateway.cli.department.veil import Veil
from gateway.sdk.http.exchange import Exchange

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
