"""Requests and replies for a listener: ``gateway department call`` shows them, and in service nobody listens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


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
