"""TLS of a department that asks for a certificate of ours, or has a certification authority (CA) of its own.

The gateway makes it from the installation's configuration and secrets, and the clients of the SDK use it by themselves. An adapter with a
client of its own takes ``connection.tls.context`` for every connection that it makes.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import datetime
from typing import Final

#: The reasons for which a server ends a handshake over our certificate or the lack of one (RFC 8446, 6.2), as OpenSSL names them.
_REFUSALS: Final = {
    "CERTIFICATE_REQUIRED": "it demands a client certificate and got none",
    "HANDSHAKE_FAILURE": "it ends the handshake, as servers do that demand a client certificate and get none",
    "NO_CERTIFICATE": "it demands a client certificate and got none",
    "UNKNOWN_CA": "it does not know the CA of our certificate",
    "CERTIFICATE_EXPIRED": "our certificate has expired",
    "CERTIFICATE_REVOKED": "our certificate was revoked",
    "CERTIFICATE_UNKNOWN": "it does not accept our certificate",
    "BAD_CERTIFICATE": "it does not accept our certificate",
    "UNSUPPORTED_CERTIFICATE": "our certificate is of a kind that it does not take, such as one for servers alone",
    "ACCESS_DENIED": "our certificate is good and may not come in",
}
#: Those that servers send for other reasons too, so that they are no more than a guess.
_GUESSES: Final = frozenset({"HANDSHAKE_FAILURE"})


class ClientTls:
    """The TLS context for new connections to one department: ``context`` is another once a certificate was renewed.

    A call under way ends on its old connection. ``until`` says when the ``certificate`` and the ``ca`` expire, and ``problem`` why their
    replacement cannot be used. Two are equal when they are ``made_from`` the same.
    """

    def __init__(self, context: ssl.SSLContext, *, until: Mapping[str, datetime] | None = None, made_from: object = None) -> None:
        self.context = context
        self.until = until or {}
        self.made_from = made_from
        self.problem: str | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ClientTls) and self.made_from == other.made_from

    __hash__ = None  # type: ignore[assignment]  # it changes, and is in no set


def refused_certificate(error: BaseException, *, guess: bool = False) -> str | None:
    """Say why the server ended the connection over our certificate, or give None where it did not.

    Servers that speak TLS 1.3 say so only after the handshake, when a request may have left. They have not read it then, since a handshake
    comes first. ``guess`` counts alerts that have other reasons too.
    """
    seen: BaseException | None = error
    while seen is not None:
        at = getattr(seen, "os_error", seen)
        reason = (at.reason or "") if isinstance(at, ssl.SSLError) else ""
        _, alert, name = reason.partition("ALERT_")
        if alert and name in _REFUSALS and (guess or name not in _GUESSES):
            return _REFUSALS[name]
        seen = seen.__cause__
    return None
