"""The proof of accounts and sessions that the gateway made them: a MAC under a key that is not in the database.

Somebody who can write to nothing but the database can neither put one in nor give an account other rights, since it would not be
recognised.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import orjson

from gateway.model import JsonView


@dataclass(frozen=True, slots=True)
class RowMac:
    """The MACs of one table's rows. ``columns`` are those that give rights, ``use`` (at most 16 bytes) sets them apart from others."""

    columns: tuple[str, ...]
    use: bytes

    def by(self, row: JsonView, secret: bytes) -> str:
        """Give a row's MAC by a secret: BLAKE2 (RFC 7693) with its own use, so nothing else made with the secret is such a MAC."""
        held = [row.get(name) for name in self.columns]
        return hashlib.blake2b(orjson.dumps(held), key=secret, digest_size=32, person=self.use).hexdigest()

    def is_good(self, row: JsonView, secrets: Iterable[bytes]) -> bool:
        """Tell whether the row's own MAC is by one of the secrets."""
        return any(hmac.compare_digest(str(row["mac"]), self.by(row, secret)) for secret in secrets)


ACCOUNT: Final = RowMac(
    ("id", "login", "name", "role", "owner_group", "password", "totp", "created_at", "changed_at", "disabled_at"), b"gateway account"
)
SESSION: Final = RowMac(("id", "account", "token", "began_at", "ends_at"), b"gateway session")
