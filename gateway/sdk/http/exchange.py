"""Requests and replies of a call, for a listener and for the record of whether a byte of it may have left.

``gateway department call`` listens, and in service nobody does. The record is there because an adapter's error from before the first byte
is no doubt, and the department's own words of a failure are kept whatever its adapter makes of them. The clients of the SDK keep it. An
adapter that uses none of them keeps none, so each of its errors leaves a doubt. An adapter that has another client beside them calls
:func:`leaving` before that client sends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
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
        """The media type in lower case, without parameters. Empty when none was sent, all of them when several contradict each other."""
        declared = {one.partition(";")[0].strip().lower() for one in self._declared}
        return ", ".join(sorted(declared))

    @property
    def charset(self) -> str | None:
        """The charset parameter in lower case, or None when the header names none. All of them when several contradict each other."""
        named = {match[1].lower() for one in self._declared if (match := _CHARSET.search(one))}
        return ", ".join(sorted(named)) or None

    @property
    def _declared(self) -> list[str]:
        return self.headers.getall("Content-Type", [])


@dataclass(slots=True)
class Departure:
    """The record of one call: ``left`` is true once a byte of a request may be on its way, ``reply`` answers the last request."""

    left: bool = False
    reply: Reply | None = None


#: The record of the call that is made here, and in the tasks that it begins.
CURRENT: ContextVar[Departure | None] = ContextVar("gateway_departure", default=None)


def leaving() -> None:
    """Say that a byte of this call's request may be on its way from now on. Has no effect where nobody keeps a record."""
    if (departure := CURRENT.get()) is not None:
        departure.left, departure.reply = True, None


def answered(reply: Reply) -> None:
    """Say what the department answered to the last request. Has no effect where nobody keeps a record."""
    if (departure := CURRENT.get()) is not None:
        departure.reply = reply


@dataclass(slots=True)
class Carriers:
    """A note that a department's calls go through clients that report when something leaves, one note for each connection."""

    told: bool = False
