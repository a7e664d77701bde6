"""The installation's keys of commitments, indexes, digests and MACs: the one that makes new ones, and those by which old ones are found.

A key is rotated in one commit. What the old key made cannot be made anew (an ``Idempotency-Key`` is not kept, an application's index is
held by its entries), so each key stays to find it. The MACs of API keys and accounts, which give rights, are made anew in that commit, and
none by the old key is taken from then on: sessions, which are short, simply end. ``meta`` says which key makes. A node may hear of that
late, so every node has to have the new key before. While one is coming, ``meta`` is read in the transaction in which it matters.

The MAC of an API key proves that the gateway made it: somebody who can write to nothing but the database can neither put a key in nor give
one another role, since it would not be recognised.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, delete, insert, select, update

from gateway.journal.audit.hash_chain import Entry
from gateway.journal.keys.people_macs import ACCOUNT
from gateway.journal.keys.said_by_nodes import lacking, say
from gateway.journal.store import schema
from gateway.journal.writer.draft import Change, Draft
from gateway.model import JsonView

#: Keys of ``meta``: which key makes (by its check), and which made what is there, oldest first.
CHECK, BEFORE = "hmac_check", "hmac_before"
#: The fact that says which keys a node has.
_KNOWN = "hmac_known:"


#: The columns that give rights. The last two are left out where a key has neither, since older keys had none.
_HELD = ("id", "name", "role", "hash", "created_at", "expires_at", "caller", "owner_group")


def check_of(key: bytes) -> str:
    """Give a name for a key that tells nothing of it."""
    return hmac.new(key, b"onestop-gateway", hashlib.sha256).hexdigest()


def before_of(facts: Mapping[str, str]) -> tuple[str, ...]:
    """Give the checks of the earlier keys, as ``meta`` has them."""
    return tuple(facts[BEFORE].split(",")) if facts.get(BEFORE) else ()


class HmacKeys:
    """The keys that this node has, by their checks: one object for all who use them, which a rotation changes."""

    def __init__(self, keys: Iterable[bytes], facts: Mapping[str, str] | None = None) -> None:
        """Take every key there is. ``facts`` of ``meta`` say which makes (None: the first)."""
        self._keys = {check_of(key): key for key in keys}
        self.making = next(iter(self._keys)) if facts is None else facts[CHECK]
        self._before = () if facts is None else before_of(facts)

    @property
    def first(self) -> bytes:
        """The key that makes."""
        return self._keys[self.making]

    @property
    def all(self) -> tuple[bytes, ...]:
        """The key that makes, then the others, by which something may be found."""
        return self.first, *(key for check, key in self._keys.items() if check != self.making)

    @property
    def coming(self) -> tuple[str, ...]:
        """Checks of keys that have made nothing yet, as far as this node has heard."""
        return tuple(check for check in self._keys if check != self.making and check not in self._before)

    @property
    def trusted(self) -> tuple[bytes, ...]:
        """Keys by which rights are taken: the one that makes, and any that may do so by now."""
        return self.first, *(self._keys[check] for check in self.coming)

    def named(self, check: str) -> bytes:
        """Give the key that this check names. Raises KeyError when it is not here."""
        return self._keys[check]

    @property
    def checks(self) -> tuple[str, ...]:
        """The checks of all keys."""
        return tuple(self._keys)

    def learn(self, keys: Iterable[bytes]) -> None:
        """Add these keys, which lie in the secrets by now."""
        self._keys |= {check_of(key): key for key in keys}

    def follow(self, facts: Mapping[str, str]) -> Callable[[], None]:
        """Go by what ``meta`` says, as far as its key is here, and give a function that takes that back."""
        making, before = self.making, self._before

        def undo() -> None:
            self.making, self._before = making, before

        if facts.get(CHECK) in self._keys:
            self.making, self._before = facts[CHECK], before_of(facts)
        return undo

    def settle(self, draft: Draft) -> None:
        """See which key makes in this very transaction, where that may have changed."""
        if self.coming:
            draft.undo.append(self.follow(facts_of(draft.connection)))


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


def facts_of(connection: Connection) -> dict[str, str]:
    """Give what ``meta`` says of the keys."""
    meta = schema.meta.c
    return {row.key: row.value for row in connection.execute(select(meta.key, meta.value).where(meta.key.in_((CHECK, BEFORE))))}


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowKeys(Change[None]):
    """A change that says in ``meta`` which keys this node has."""

    keys: HmacKeys

    def decide(self, draft: Draft) -> None:
        """Put it in place of what this node said before."""
        say(draft, _KNOWN, ",".join(self.keys.checks))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """The result of a rotation. ``lacking`` nodes may write and have not said that they have the new key: nothing was changed then."""

    made_anew: int = 0
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateKey(Change[Rotated]):
    """A change that lets another key make from here on."""

    keys: HmacKeys
    new: bytes
    actor: str
    alone: bool  # no other node can be running beside

    def decide(self, draft: Draft) -> Rotated:
        """Rotate whole or not at all. Nobody files meanwhile, so that no key of a filing is kept in two forms."""
        connection, new = draft.connection, check_of(self.new)
        if not self.alone:
            connection.exec_driver_sql("LOCK TABLE idempotency, job, api_key, account IN ACCESS EXCLUSIVE MODE")
        facts = facts_of(connection)
        if facts[CHECK] == new:
            return Rotated()
        if not self.alone and (nodes := lacking(connection, _KNOWN, lambda said: new in said.split(","))):
            return Rotated(lacking=nodes)
        made_anew = self._macs(draft)
        self._accounts(draft)
        _keep(connection, CHECK, new)
        _keep(connection, BEFORE, ",".join([*before_of(facts), facts[CHECK]]))
        draft.audit(
            Entry(event="hmac_key_rotated", actor=self.actor, details={"from": facts[CHECK][:16], "to": new[:16], "keys": made_anew})
        )
        return Rotated(made_anew=made_anew)

    def _macs(self, draft: Draft) -> int:
        table, old = schema.api_key, self.keys
        rows = [dict(row) for row in draft.connection.execute(select(table).where(table.c.mac.is_not(None))).mappings()]
        # A row whose MAC is not ours stays as it is: a new one would make a forged key genuine.
        genuine = [row for row in rows if any(hmac.compare_digest(str(row["mac"]), mac_by(row, key)) for key in old.trusted)]
        for row in genuine:
            changed = {**row, "mac": mac_by(row, self.new)}
            draft.connection.execute(update(table).where(table.c.id == row["id"]).values(mac=changed["mac"]))
            draft.hold(table, changed, was=row)
        return len(genuine)

    def _accounts(self, draft: Draft) -> None:
        table = schema.account
        rows = [dict(row) for row in draft.connection.execute(select(table)).mappings()]
        for row in rows:
            if ACCOUNT.is_good(row, self.keys.trusted):  # as for keys: a forged one stays one
                changed = {**row, "mac": ACCOUNT.by(row, self.new)}
                draft.connection.execute(update(table).where(table.c.id == row["id"]).values(mac=changed["mac"]))
                draft.hold(table, changed, was=row)


def _keep(connection: Connection, key: str, value: str) -> None:
    meta = schema.meta
    connection.execute(delete(meta).where(meta.c.key == key))
    connection.execute(insert(meta), {"key": key, "value": value})
