"""Each API key's proof that the gateway made it: a MAC under a key that is not in the database.

Who can write to the database alone can neither put a key in nor give one another role: it would not be recognised.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import orjson

from gateway.journal.hmac_keys import HmacKeys

#: What gives rights; the last two are left out where a key has neither, as keys of before had none.
_HELD = ("id", "name", "role", "hash", "created_at", "expires_at", "caller")


def mac_by(row: Mapping[str, Any], secret: bytes) -> str:
    """A row's MAC by one secret.

    BLAKE2 with a use of its own (RFC 7693): nothing else that is made with the same secret is such a MAC, so none can be had by asking for
    something else.
    """
    held = [row.get(name) for name in _HELD]
    while held[-1] is None:
        held.pop()
    return hashlib.blake2b(orjson.dumps(held), key=secret, digest_size=32, person=b"gateway api key").hexdigest()


class KeyMac:
    """Gives the MAC of a row of ``api_key``, and holds one against it."""

    def __init__(self, secrets: HmacKeys) -> None:
        self.secrets = secrets

    def __call__(self, row: Mapping[str, Any]) -> str:
        """The MAC by the secret that makes."""
        return mac_by(row, self.secrets.first)

    def is_good(self, row: Mapping[str, Any]) -> bool:
        """Tell whether the row's MAC is by a secret by which rights are taken."""
        return any(hmac.compare_digest(str(row["mac"]), mac_by(row, secret)) for secret in self.secrets.trusted)


def key_mac(secrets: HmacKeys | bytes) -> KeyMac:
    """Give what makes MACs under the installation's secrets, or this one alone."""
    return KeyMac(secrets if isinstance(secrets, HmacKeys) else HmacKeys([secrets]))
