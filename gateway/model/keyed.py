"""Keyed digests of short messages."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache


def keyed(key: bytes, message: bytes) -> bytes:
    """Give the HMAC-SHA-256 (RFC 2104) of a message, 32 bytes.

    ``hmac.digest`` hands the interpreter over to another thread for each message, and takes longer to get it back than to compute. Here
    a key's own blocks are hashed once, too.
    """
    begun = _begun(key).copy()
    begun.update(message)
    return begun.digest()


@lru_cache(maxsize=32)
def _begun(key: bytes) -> hmac.HMAC:
    return hmac.new(key, digestmod=hashlib.sha256)
