"""An address is one that can be called, or none."""

from __future__ import annotations

import pytest

from gateway.scaffold.contract.address import http_address


@pytest.mark.parametrize("address", ["https://example.org/api", "http://127.0.0.1:8080", "http://[::1]:80/x"])
def test_what_can_be_called_is_an_address(address: str) -> None:
    assert http_address(address) == address


@pytest.mark.parametrize(
    "address", ["", "/api", "https://[server]/x", "http://{host}/x", "ftp://h/x", "http://h:99999/", "http://", "REPLACE_ME", "http://h h/"]
)
def test_a_placeholder_is_none(address: str) -> None:
    assert http_address(address) == ""
