"""The address in a contract: that of its author's machine, a placeholder, or one that can be called."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_HOST: Final = re.compile(r"[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]")


def http_address(text: str) -> str:
    """Give the address if it can be called, or "" for one such as ``https://[server]/cases`` and ``http://{host}/cases``."""
    try:
        parts = urlsplit(text.strip())
        usable = parts.scheme in {"http", "https"} and _HOST.fullmatch(
            parts.netloc.rpartition("@")[2].rsplit(":", 1)[0] if parts.port else parts.netloc
        )
    except ValueError:
        return ""
    return text.strip() if usable else ""
