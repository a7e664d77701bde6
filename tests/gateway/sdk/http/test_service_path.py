"""Of an address the path counts, whatever stands for the host."""

from __future__ import annotations

import pytest

from gateway.sdk.http.service_path import service_path


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("http://example.org/soap/cases?wsdl", "/soap/cases"),
        ("https://[server]/cases", "/cases"),
        ("http://{host}:{port}/cases", "/cases"),
        ("http://h/服务", "/服务"),
        ("//h/p", "/p"),
        ("/relative#x", "/relative"),
        ("http://h", ""),
        ("REPLACE_WITH_ACTUAL_URL", ""),
        ("", ""),
    ],
)
def test_the_path_is_found(address: str, path: str) -> None:
    assert service_path(address) == path
