"""Values, days and amounts are read from what went over the wire, however it is written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from gateway.sdk.conformance.equipment.proxy import SeenRequest
from gateway.sdk.conformance.equipment.sent import chance, days_in, is_inexact, is_moved, stands, tokens

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-20",
        "20261120",
        "20261120093000",
        "2026/11/20",
        "2026年11月20日",
        "2026\\u5e7411\\u670820\\u65e5",
        "2026&#24180;11&#26376;20&#26085;",
        "2026-11-20T00:00:00+08:00",
        "2026-11-19T16:00:00Z",
        "2026-11-20+08:00",
        "1795104000000",
        "1795104000",
    ],
)
def test_a_day_is_found_in_every_form(written: str) -> None:
    body = f'{{"on":"{written}","id":"500152199001010018","phone":"13800000009"}}'
    assert days_in(body.encode()) == {DAY}
    assert days_in(f"<t>{written}</t>".encode("gb18030")) == {DAY}
    assert not is_moved(DAY, body.encode())


@pytest.mark.parametrize("written", ["2026-11-19", "20261121", "2026-11-19T00:00:00+08:00", "2026-11-19Z", "2026-11-20T23:30:00-08:00"])
def test_a_day_before_or_after_is_moved(written: str) -> None:
    assert is_moved(DAY, written.encode())
    assert not is_moved(DAY, f"{written} 2026-11-20".encode())
    assert not is_moved(DAY, b"2026-13-45 20269999")


@pytest.mark.parametrize("written", ["83512.29", "8351229", "8.351229", "83512.290"])
def test_an_amount_is_the_same_in_every_unit(written: str) -> None:
    assert not is_inexact(Decimal("83512.29"), f'{{"fee":{written}}}'.encode())


@pytest.mark.parametrize("written", ["83512.28", "8351228", "83512", "83512.3", "83512.28999"])
def test_an_amount_that_is_nearly_the_same_is_not(written: str) -> None:
    assert is_inexact(Decimal("83512.29"), f"<fee>{written}</fee>".encode())
    assert not is_inexact(Decimal(0), f"<fee>{written}</fee>".encode())


def test_a_value_stands_there_in_any_encoding() -> None:
    for written in ("测试甲", "\\u6d4b\\u8bd5\\u7532", "&#27979;&#35797;&#30002;"):
        assert stands("测试甲", written.encode())
    assert stands("测试甲", "测试甲".encode("gbk"))
    assert not stands("测试甲", "测试乙".encode())


def seen(body: bytes, head: bytes = b"POST / HTTP/1.1\r\ntraceparent: 00-1-2-01\r\nContent-Length: 9\r\nX: y\r\n\r\n") -> SeenRequest:
    return SeenRequest(1, head, body)


def test_what_is_another_for_every_call_is_no_word_of_a_request() -> None:
    assert tokens([seen(b'{"a":"1"}')]) == tokens([seen(b'{"a":"1"}', b"POST / HTTP/1.1\r\nTraceparent: 00-9-9-01\r\nX: y\r\n\r\n")])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b'{"id":"5f0c1f6e-8b1d-4a52-9f0e-000000000001"}', b'{"id":"5f0c1f6e-8b1d-4a52-9f0e-000000000002"}'),
        (b"<s:Header><n>u4Zk0q8yQw3mT1nB7xVd2A==</n></s:Header>", b"<s:Header><n>b9Xk1q8yQw3mT1nB7xVd2B==</n></s:Header>"),
        (b'{"at":"2026-11-20T09:30:00"}', b'{"at":"2026-11-20T09:30:01"}'),
    ],
)
def test_what_is_only_new_hides_nothing(one: bytes, other: bytes) -> None:
    assert not chance([seen(one)], [seen(other)])


def test_what_may_be_encrypted_hides_what_is_in_it() -> None:
    assert chance([seen(b'{"id":"u4Zk0q8yQw3mT1nB7xVd2A=="}')], [seen(b'{"id":"b9Xk1q8yQw3mT1nB7xVd2B=="}')])
