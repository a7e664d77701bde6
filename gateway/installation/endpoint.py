"""Addresses of departments' systems, as the configuration names them."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def is_unencrypted(address: str) -> bool:
    """Tell whether an address is http:// to another machine."""
    try:
        parts = urlsplit(address)
        if parts.scheme != "http" or parts.hostname is None or parts.hostname.rstrip(".").lower() == "localhost":
            return False
        return not ipaddress.ip_address(parts.hostname).is_loopback
    except ValueError:
        return address.lower().startswith("http:")  # a host name, or no address at all, which is refused where it is read


def wrong_endpoint(endpoint: str) -> str | None:
    """Say why this is no address of a department's system, or None when it is one."""
    try:
        parts = urlsplit(endpoint)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        return "an http:// or https:// address is wanted, or `sandbox`"
    if parts.username is not None or parts.query or parts.fragment:
        return "the address alone is wanted: credentials are secrets and stand in no configuration, and there is no query"
    return None
