"""Signing and verifying of webhooks by Standard Webhooks 1.0 (https://www.standardwebhooks.com), the symmetric ``v1`` scheme.

Three headers go with the body: ``webhook-id`` (the message's own, the same on every repeat), ``webhook-timestamp`` (seconds since the
epoch, of this sending) and ``webhook-signature`` (one or more of ``v1,<base64>``, separated by spaces, so that a secret can be changed
while both are valid). The signature is HMAC-SHA256 over ``id.timestamp.body``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from gateway.model.errors import CallbackRefused

if TYPE_CHECKING:
    from pydantic import SecretStr

__all__ = ["LONGEST_SECRET", "SHORTEST_SECRET", "TOLERANCE", "Webhook"]

#: Seconds that a message's timestamp may differ from our clock, either way.
TOLERANCE = 300
#: Bytes that a secret may have (Standard Webhooks 1.0, "Signature scheme").
SHORTEST_SECRET, LONGEST_SECRET = 24, 64

_PREFIX = "whsec_"
_SCHEME = "v1"
_TIMESTAMP = re.compile(r"[0-9]{1,12}")  # the year 33658 is far enough, and nothing overflows


class Webhook:
    """A signer and verifier with one secret and no other state."""

    def __init__(self, secret: SecretStr) -> None:
        """Take ``whsec_`` + base64 of 24 to 64 bytes. Raises ValueError, which never repeats the secret."""
        self._key = _key(secret.get_secret_value())

    def sign(self, message_id: str, body: bytes, *, at: float | None = None) -> dict[str, str]:
        """Give the three headers for ``body``, sent ``at`` (seconds since the epoch, none: now).

        A full stop would blur where the id ends, so ``message_id`` with one in it raises ValueError.
        """
        if not message_id or "." in message_id or not message_id.isascii():
            raise ValueError("a webhook's id is ASCII, not empty and holds no full stop")
        timestamp = str(int(time.time() if at is None else at))
        signature = self._signature(message_id, timestamp, body).decode("ascii")
        return {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": f"{_SCHEME},{signature}"}

    def verify(self, headers: Mapping[str, str], body: bytes, *, now: float | None = None) -> str:
        """Give the message's id when ``body`` is authentic and fresh. Header names are in lower case.

        Raises :class:`CallbackRefused` with the code ``missing_headers``, ``unreadable_headers``, ``wrong_signature`` or
        ``stale_timestamp`` (only an authentic message is ever called stale).
        """
        message_id = headers.get("webhook-id")
        timestamp = headers.get("webhook-timestamp")
        signatures = headers.get("webhook-signature")
        if not message_id or not timestamp or not signatures:
            raise CallbackRefused("missing_headers", "webhook-id, webhook-timestamp and webhook-signature are all needed")
        if not _TIMESTAMP.fullmatch(timestamp):
            raise CallbackRefused("unreadable_headers", "webhook-timestamp must be whole seconds since the epoch")
        expected = self._signature(message_id, timestamp, body)
        if not _any_matches(expected, signatures):
            raise CallbackRefused("wrong_signature", "no v1 signature is made with the shared secret over this id, time and body")
        if abs((time.time() if now is None else now) - int(timestamp)) > TOLERANCE:
            raise CallbackRefused("stale_timestamp", f"webhook-timestamp is more than {TOLERANCE} s off: sign each sending anew")
        return message_id

    def _signature(self, message_id: str, timestamp: str, body: bytes) -> bytes:
        signed = b".".join((_wire(message_id), timestamp.encode("ascii"), body))
        return base64.b64encode(hmac.digest(self._key, signed, hashlib.sha256))


def _key(secret: str) -> bytes:
    problem = f"a webhook secret is {_PREFIX} and base64 of {SHORTEST_SECRET} to {LONGEST_SECRET} bytes"
    encoded = secret.removeprefix(_PREFIX)
    if encoded == secret:
        raise ValueError(problem)
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(problem) from None  # the cause could show the secret
    if not SHORTEST_SECRET <= len(key) <= LONGEST_SECRET:
        raise ValueError(problem)
    return key


def _any_matches(expected: bytes, signatures: str) -> bool:
    """Tell whether one of the ``v1`` signatures is the expected one, comparing every one in constant time."""
    matched = False
    for versioned in signatures.split(" "):
        scheme, _, given = versioned.partition(",")
        matched |= scheme == _SCHEME and hmac.compare_digest(expected, _wire(given))
    return matched


def _wire(text: str) -> bytes:
    """Give a header's text as the bytes that came (the server decodes bytes that are not UTF-8 to surrogates)."""
    return text.encode("utf-8", "surrogateescape")
