"""The path of the address that a contract names: the host is the installation's to say, the path is the contract's."""

from __future__ import annotations

import re
from typing import Final

_ADDRESS: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*([^?#]*)")


def service_path(address: str) -> str:
    """The path of an address, whatever stands for its host (``https://[server]/cases``); nothing where none can be told."""
    stripped = address.strip()
    found = _ADDRESS.match(stripped)
    if found:
        return found[1]
    return re.split(r"[?#]", stripped)[0] if stripped.startswith("/") else ""
