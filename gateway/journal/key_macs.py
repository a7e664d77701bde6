"""Each API key's proof that the gateway made it: a MAC under a key that is not in the database.

Who can write to the database alone can neither put a key in nor give one another role: it would not be recognised.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import orjson

#: Gives the MAC of a row of ``api_key``.
KeyMac = Callable[[Mapping[str, Any]], str]

_HELD = ("id", "name", "role", "hash", "created_at")


def key_mac(secret: bytes) -> KeyMac:
    """Give what makes MACs under the installation's secret.

    BLAKE2 with a use of its own (RFC 7693): nothing else that is made with the same secret is such a MAC, so none can be had by asking for
    something else.
    """

    def mac(row: Mapping[str, Any]) -> str:
        content = orjson.dumps([row[name] for name in _HELD])
        return hashlib.blake2b(content, key=secret, digest_size=32, person=b"gateway api key").hexdigest()

    return mac
