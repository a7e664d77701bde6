"""Each API key's proof that the gateway made it: a MAC under a key that is not in the database.

Somebody who can write to nothing but the database can neither put a key in nor give one another role, since it would not be recognised.
"""

from __future__ import annotations

import hashlib
import hmac

import orjson

from gateway.journal.keys.hmac_keys import HmacKeys
from gateway.model import JsonView

#: The columns that give rights. The last three are left out where a key has none of them, since older keys had none.
_HELD = ("id", "name", "role", "hash", "created_at", "expires_at", "caller", "owner_group")


def mac_by(row: JsonView, secret: bytes) -> str:
    """Give a row's MAC by one secret.

    It is BLAKE2 with a use of its own (RFC 7693), so nothing else that is made with the same secret is such a MAC, and none can be had by
    asking for something else.
    """
    held = [row.get(name) for name in _HELD]
    while held[-1] is None:
        held.pop()
    return hashlib.blake2b(orjson.dumps(held), key=secret, digest_size=32, person=b"gateway api key").hexdigest()


class KeyMac:
    """The MACs of rows of ``api_key``: made, and checked."""

    def __init__(self, secrets: HmacKeys) -> None:
        self.secrets = secrets

    def __call__(self, row: JsonView) -> str:
        """Give the MAC by the secret that makes."""
        return mac_by(row, self.secrets.first)

    def is_good(self, row: JsonView) -> bool:
        """Tell whether the row's MAC is by a secret by which rights are taken."""
        return any(hmac.compare_digest(str(row["mac"]), mac_by(row, secret)) for secret in self.secrets.trusted)


def key_mac(secrets: HmacKeys | bytes) -> KeyMac:
    """Give the MACs of the installation's secrets, or of this one alone."""
    return KeyMac(secrets if isinstance(secrets, HmacKeys) else HmacKeys([secrets]))
