"""Keyed digests of short messages."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache


def keyed(key: bytes, message: bytes, domain: bytes = b"") -> bytes:
    """Give the HMAC-SHA-256 (RFC 2104) of a message, 32 bytes: by the key itself, or by that which is drawn from it for a domain.

    ``hmac.digest`` hands the interpreter over to another thread for each message, and takes longer to get it back than to compute.
    """
    begun = _begun(key, domain).copy()
    begun.update(message)
    return begun.digest()


@lru_cache(maxsize=64)
def _begun(key: bytes, domain: bytes) -> hmac.HMAC:
    own = hmac.digest(domain, key, hashlib.sha256) if domain else key  # HKDF-Extract (RFC 5869), the domain being its salt
    return hmac.new(own, digestmod=hashlib.sha256)
