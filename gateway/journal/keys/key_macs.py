"""The gateway's proof that it made a row that gives rights: a MAC under a key that is not in the database.

Somebody who can write to nothing but the database can neither put a key, an account or a session in nor give one other rights, since it
would not be recognised.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

import orjson

from gateway.journal.keys.hmac_keys import HmacKeys
from gateway.model import JsonView

#: The columns of an API key that give rights. The last two are left out where a key has neither, since older keys had none.
_KEY: Final = ("id", "name", "role", "hash", "created_at", "expires_at", "caller")
_ACCOUNT: Final = ("id", "login", "name", "role", "password", "created_at", "changed_at", "disabled_at", "owner_group", "totp")
_SESSION: Final = ("id", "account", "token", "began_at", "ends_at")


def row_mac(row: JsonView, secret: bytes, columns: Sequence[str], use: bytes) -> str:
    """Give a row's MAC by one secret over its values of these columns, without those at the end that it has not.

    It is BLAKE2 with a use of its own (RFC 7693), so nothing else that is made with the same secret is such a MAC, and none can be had by
    asking for something else.
    """
    held = [row.get(name) for name in columns]
    while held[-1] is None:
        held.pop()
    return hashlib.blake2b(orjson.dumps(held), key=secret, digest_size=32, person=use).hexdigest()


class RowMac:
    """The MACs of one table's rows: made, and checked. ``columns`` are those that give rights, ``use`` sets them apart from others."""

    def __init__(self, secrets: HmacKeys, columns: Sequence[str], use: bytes) -> None:
        self.secrets = secrets
        self._columns = columns
        self._use = use

    def __call__(self, row: JsonView) -> str:
        """Give the MAC by the secret that makes."""
        return self.by(row, self.secrets.first)

    def by(self, row: JsonView, secret: bytes) -> str:
        """Give the MAC by this secret."""
        return row_mac(row, secret, self._columns, self._use)

    def is_good(self, row: JsonView) -> bool:
        """Tell whether the row's MAC is by a secret by which rights are taken."""
        return any(hmac.compare_digest(str(row["mac"]), self.by(row, secret)) for secret in self.secrets.trusted)


class KeyMac(RowMac):
    """The MACs of rows of ``api_key``."""

    def __init__(self, secrets: HmacKeys) -> None:
        super().__init__(secrets, _KEY, b"gateway api key")


class AccountMac(RowMac):
    """The MACs of rows of ``account``."""

    def __init__(self, secrets: HmacKeys) -> None:
        super().__init__(secrets, _ACCOUNT, b"gateway account")


class SessionMac(RowMac):
    """The MACs of rows of ``session``."""

    def __init__(self, secrets: HmacKeys) -> None:
        super().__init__(secrets, _SESSION, b"gateway session")


def mac_by(row: JsonView, secret: bytes) -> str:
    """Give the MAC of an API key's row by one secret."""
    return row_mac(row, secret, _KEY, b"gateway api key")


def key_mac(secrets: HmacKeys | bytes) -> KeyMac:
    """Give the MACs of the installation's secrets, or of this one alone."""
    return KeyMac(secrets if isinstance(secrets, HmacKeys) else HmacKeys([secrets]))
