"""The address that a request comes from, by the word of configured proxies and of nobody else."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web
    from multidict import MultiMapping

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

FORWARDED = "Forwarded"

#: The most proxies one behind the other that are followed: nobody has so many.
_MOST = 20
#: A host has a whole /64 of IPv6, so its addresses count as one.
_PREFIX = 64


def address_of(request: web.Request, trusted: Iterable[Network], header: str) -> str:
    """The address of whoever asks, for counting: an IPv4 address, an IPv6 /64, or ``unknown`` (the unix socket).

    It is the first from the right that is no trusted proxy. An entry that cannot be read ends the search at the proxy before it.
    """
    found = _read(request.remote or "")
    if found is None:
        return "unknown"
    networks = tuple(trusted)
    hops = _hops(request.headers, header) if _within(found, networks) else []
    for hop in reversed(hops[-_MOST:]):
        if (address := _read(hop)) is None:
            break
        found = address
        if not _within(found, networks):
            break
    return str(ipaddress.ip_network((found, _PREFIX), strict=False)) if found.version == 6 else str(found)


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)


def _hops(headers: MultiMapping[str], header: str) -> list[str]:
    """The addresses as the proxies wrote them down, the nearest last."""
    listed = [part.strip() for line in headers.getall(header, []) for part in line.split(",")]
    if header != FORWARDED:
        return listed
    return [_for(element) for element in listed]


def _for(element: str) -> str:
    """The ``for`` of one element of Forwarded (RFC 7239)."""
    pairs = (pair.partition("=") for pair in element.split(";"))
    return next((value.strip().strip('"') for name, _, value in pairs if name.strip().lower() == "for"), "")


def _read(text: str) -> Address | None:
    """An address with or without its port: ``192.0.2.1``, ``192.0.2.1:4711``, ``2001:db8::1``, ``[2001:db8::1]:4711``."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return address.ipv4_mapped or address if address.version == 6 else address
