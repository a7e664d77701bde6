"""Addresses: what goes in clear to another machine, and what is no address of a department."""

from __future__ import annotations

import pytest

from gateway.installation.endpoint import is_unencrypted, wrong_endpoint


@pytest.mark.parametrize(
    ("address", "unencrypted"),
    [
        ("http://tax.example.gov.cn/api", True),
        ("HTTP://10.1.2.3:8080", True),
        ("HTTP://tax.example.gov.cn/api", True),
        ("http://[2001:db8::1]/", True),
        ("https://tax.example.gov.cn", False),
        ("http://127.0.0.1:9105", False),
        ("http://[::1]:9105", False),
        ("http://localhost/", False),
        ("sandbox", False),
    ],
)
def test_http_to_another_machine_is_unencrypted(address: str, unencrypted: bool) -> None:  # noqa: FBT001  # a table
    assert is_unencrypted(address) is unencrypted


@pytest.mark.parametrize("address", ["tax.example.gov.cn", "ftp://tax.example.gov.cn", "http://", "http://tax:0/", "http://[::1"])
def test_an_endpoint_is_an_address_of_http(address: str) -> None:
    assert "http:// or https://" in (wrong_endpoint(address) or "")


@pytest.mark.parametrize(
    "address", ["https://user:word@tax.example.gov.cn", "https://tax.example.gov.cn/?key=1", "https://tax.example.gov.cn/#a"]
)
def test_credentials_stand_in_no_address(address: str) -> None:
    assert "secrets" in (wrong_endpoint(address) or "")


def test_an_address_alone_is_an_endpoint() -> None:
    assert wrong_endpoint("https://tax.example.gov.cn/api") is None
