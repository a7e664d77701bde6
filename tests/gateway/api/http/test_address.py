"""The origin of a request is believed from trusted proxies and from nobody else."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from gateway.api.http.address import Network, address_of

PROXY, INNER = "10.0.0.1", "10.0.0.2"
TRUSTED = (ip_network("10.0.0.0/24"), ip_network("2001:db8:1::/48"))


class _Transport:
    def __init__(self, peer: str | None) -> None:
        self.peer = peer

    def get_extra_info(self, name: str, default: object = None) -> object:
        return (self.peer, 4711) if name == "peername" and self.peer else default


def _address(peer: str | None, *lines: str, header: str = "X-Forwarded-For", trusted: tuple[Network, ...] = TRUSTED) -> str:
    headers = CIMultiDict([(header, line) for line in lines])
    return address_of(make_mocked_request("GET", "/", headers=headers, transport=_Transport(peer)), trusted, header)


@pytest.mark.parametrize(
    ("peer", "lines", "found"),
    [
        ("198.51.100.7", (), "198.51.100.7"),
        ("198.51.100.7", ("203.0.113.9",), "198.51.100.7"),  # anybody can write the header
        (PROXY, (), PROXY),
        (PROXY, ("203.0.113.9",), "203.0.113.9"),
        (PROXY, ("192.0.2.1, 203.0.113.9",), "203.0.113.9"),  # anything left of it was for the caller to write
        (PROXY, ("192.0.2.1", f"203.0.113.9, {INNER}"), "203.0.113.9"),
        (PROXY, (f"{INNER}, {INNER}",), INNER),
        (PROXY, ("203.0.113.9:4711",), "203.0.113.9"),
        (PROXY, ("[2001:db8:7::9]:4711",), "2001:db8:7::/64"),
        (PROXY, ("2001:db8:7::9",), "2001:db8:7::/64"),
        (PROXY, ("::ffff:203.0.113.9",), "203.0.113.9"),
        ("::ffff:10.0.0.1", ("203.0.113.9",), "203.0.113.9"),
        ("2001:db8:1::5%eth0", ("203.0.113.9",), "203.0.113.9"),
        (PROXY, ("unknown",), PROXY),
        (PROXY, ("203.0.113.9, not an address",), PROXY),
        (PROXY, (",,,",), PROXY),
        (PROXY, (", ".join([INNER] * 500),), INNER),
        (None, ("203.0.113.9",), "unknown"),
    ],
)
def test_the_first_from_the_right_that_is_no_trusted_proxy(peer: str | None, lines: tuple[str, ...], found: str) -> None:
    assert _address(peer, *lines) == found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("for=203.0.113.9;proto=https;by=10.0.0.1", "203.0.113.9"),
        ('For="203.0.113.9:4711"', "203.0.113.9"),
        ('for=192.0.2.1, for="[2001:db8:7::9]:4711";by=x', "2001:db8:7::/64"),
        ("for=_hidden", PROXY),
        ("proto=https", PROXY),
        (f"for=203.0.113.9, for={INNER}", "203.0.113.9"),
    ],
)
def test_forwarded_is_read_where_it_is_the_header_of_the_proxies(line: str, found: str) -> None:
    assert _address(PROXY, line, header="Forwarded") == found


def test_nobody_is_trusted_unless_it_is_said() -> None:
    assert _address("127.0.0.1", "203.0.113.9", trusted=()) == "127.0.0.1"
