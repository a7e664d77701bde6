"""The path of a contract's address, which is the contract's to say while the host is the installation's."""

from __future__ import annotations

import re
from typing import Final

_ADDRESS: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*([^?#]*)")


def service_path(address: str) -> str:
    """Give the path of an address, whatever stands for its host (``https://[server]/cases``), or an empty text where there is none."""
    stripped = address.strip()
    found = _ADDRESS.match(stripped)
    if found:
        return found[1]
    return re.split(r"[?#]", stripped)[0] if stripped.startswith("/") else ""
