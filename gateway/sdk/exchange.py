"""What goes over the wire, for whoever listens: ``gateway department call`` shows it, in service nobody does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Exchange:
    """One request as it left, and its reply: ``status`` is None while there is no whole one.

    It holds everything, secrets and personal data too: who listens masks it before anybody sees it.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    status: int | None = None
    reply_headers: Mapping[str, str] = field(default_factory=dict)
    reply_body: bytes = b""


#: Is told of each request when it leaves; the exchange it is given is completed when the reply has come.
Listener = Callable[[Exchange], None]
