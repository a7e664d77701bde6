"""Requests and replies for a listener: ``gateway department call`` shows them, and in service nobody listens."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from multidict import CIMultiDictProxy

_CHARSET = re.compile(r';\s*charset\s*=\s*"?([^\s;"]+)', re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class Exchange:
    """One request as it left, and its reply. ``status`` is None until the reply is whole.

    It holds secrets and personal data too, so a listener masks it before anybody sees it.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    status: int | None = None
    reply_headers: Mapping[str, str] = field(default_factory=dict)
    reply_body: bytes = b""


#: Takes each request when it leaves. The exchange that it is given is completed when the reply has come.
Listener = Callable[[Exchange], None]


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply: ``body`` is decoded (gzip, deflate) and within ``max_reply_bytes``."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters; empty when none was sent, all of them when several contradict each other."""
        declared = {one.partition(";")[0].strip().lower() for one in self._declared}
        return ", ".join(sorted(declared))

    @property
    def charset(self) -> str | None:
        """The charset parameter in lower case, or None when the header names none; all of them when several contradict each other."""
        named = {match[1].lower() for one in self._declared if (match := _CHARSET.search(one))}
        return ", ".join(sorted(named)) or None

    @property
    def _declared(self) -> list[str]:
        return self.headers.getall("Content-Type", [])
