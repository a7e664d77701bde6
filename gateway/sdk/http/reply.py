"""A department's reply to one request, read whole."""

from __future__ import annotations

import re
from dataclasses import dataclass

from multidict import CIMultiDictProxy

_CHARSET = re.compile(r';\s*charset\s*=\s*"?([^\s;"]+)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply, whose ``body`` is decoded (gzip, deflate) and within ``max_reply_bytes``."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters: empty when none was sent, all of them when several contradict each other."""
        declared = {one.partition(";")[0].strip().lower() for one in self._declared}
        return ", ".join(sorted(declared))

    @property
    def charset(self) -> str | None:
        """The charset parameter in lower case: None when the header names none, all of them when several contradict each other."""
        named = {match[1].lower() for one in self._declared if (match := _CHARSET.search(one))}
        return ", ".join(sorted(named)) or None

    @property
    def _declared(self) -> list[str]:
        return self.headers.getall("Content-Type", [])
