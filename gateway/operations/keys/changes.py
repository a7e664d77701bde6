"""The changes that create, succeed and revoke API keys, each with its audit entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, or_, select, update

from gateway.journal.audit.hash_chain import Entry
from gateway.journal.keys.key_macs import KeyMac
from gateway.journal.store import schema
from gateway.journal.writer.draft import Change, Draft
from gateway.journal.writer.journal import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class _Create(Change[dict[str, Any]]):
    row: dict[str, Any]
    mac: KeyMac
    actor: str

    def decide(self, draft: Draft) -> dict[str, Any]:
        _reading(draft, self.mac)
        row = self.row | {"mac": self.mac(self.row)}
        _insert(draft, row)
        said = {name: row[name] for name in ("name", "role", "expires_at") if row.get(name) is not None}
        draft.audit(Entry(event="key_created", actor=self.actor, details={"key": row["id"], **said}))
        return row


@dataclass(frozen=True, slots=True, kw_only=True)
class _Succeed(Change[dict[str, Any] | None]):
    """A change that makes a successor of ``key_id`` and ends the old key at ``until``. Gives the new row, or None if no such key works."""

    key_id: str
    row: dict[str, Any]
    until: int
    mac: KeyMac
    actor: str

    def decide(self, draft: Draft) -> dict[str, Any] | None:
        _reading(draft, self.mac)
        standing = _standing(draft, self.key_id)
        if standing is None or standing["revoked_at"] is not None or standing["mac"] is None or not self.mac.is_good(standing):
            return None
        if standing["expires_at"] is not None and standing["expires_at"] <= draft.now:
            return None
        same = {"name": standing["name"], "role": standing["role"], "caller": standing["caller"] or standing["id"]}
        row = self.row | same
        row["mac"] = self.mac(row)
        _insert(draft, row)
        ended = {"expires_at": min(self.until, standing["expires_at"] or self.until)}
        _change(draft, standing, ended | {"mac": self.mac({**standing, **ended})})
        details = {"key": self.key_id, "successor": row["id"], "until": ended["expires_at"], "expires_at": row["expires_at"]}
        draft.audit(Entry(event="key_succeeded", actor=self.actor, details=details))
        return row


@dataclass(frozen=True, slots=True, kw_only=True)
class _Revoke(Change[bool]):
    key_id: str
    at: int
    actor: str

    def decide(self, draft: Draft) -> bool:
        standing = _standing(draft, self.key_id)
        if standing is None or standing["revoked_at"] is not None:
            return False
        _change(draft, standing, {"revoked_at": self.at, "mac": None})
        draft.audit(Entry(event="key_revoked", actor=self.actor, details={"key": self.key_id}))
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Use(Change[None]):
    """A change that stores when keys were last used. It grants nothing, so it has no audit entry."""

    used: Mapping[str, int]

    def decide(self, draft: Draft) -> None:
        for key_id in sorted(self.used):  # the same order on every node, so that none waits for another
            draft.execute(_LATER, {"b_id": key_id, "b_at": self.used[key_id]})


_KEY = schema.api_key.c
_LATER = (
    update(schema.api_key)
    .where(_KEY.id == bindparam("b_id"), or_(_KEY.last_used_at.is_(None), _KEY.last_used_at < bindparam("b_at")))
    .values(last_used_at=bindparam("b_at"))
)


def _reading(draft: Draft, mac: KeyMac) -> None:
    """Read the table, so that a rotation of the secret waits for this transaction, then settle which secret makes its MACs."""
    draft.connection.execute(select(_KEY.id).limit(1)).first()
    mac.secrets.settle(draft)


def _standing(draft: Draft, key_id: str) -> dict[str, Any] | None:
    found = draft.connection.execute(select(schema.api_key).where(_KEY.id == key_id)).mappings().first()
    return None if found is None else dict(found)


def _insert(draft: Draft, row: dict[str, Any]) -> None:
    """Insert the row at once instead of with the batch, because a rotation of the secret in the same batch must find it."""
    draft.connection.execute(insert(schema.api_key), row)
    draft.hold(schema.api_key, row)


def _change(draft: Draft, standing: dict[str, Any], changes: dict[str, Any]) -> None:
    """Update the row at once, as :func:`_insert` does."""
    draft.connection.execute(update(schema.api_key).where(_KEY.id == standing["id"]).values(changes))
    draft.hold(schema.api_key, {**standing, **changes}, was=standing)


@dataclass(frozen=True, slots=True)
class JournalKeys:
    """Writes keys to the journal (:class:`gateway.operations.keys.keys.KeyWriter`)."""

    journal: Journal
    mac: KeyMac

    async def key_created(self, row: dict[str, Any], /, *, actor: str) -> dict[str, Any]:
        """Insert the key with its MAC and its audit entry, in one commit."""
        return await self.journal.write(_Create(row=row, mac=self.mac, actor=actor))

    async def key_succeeded(self, key_id: str, row: dict[str, Any], until: int, /, *, actor: str) -> dict[str, Any] | None:
        """Insert the successor and end the old key, with their entry, in one commit. Gives None if no such key works."""
        return await self.journal.write(_Succeed(key_id=key_id, row=row, until=until, mac=self.mac, actor=actor))

    async def key_revoked(self, key_id: str, at: int, /, *, actor: str) -> bool:
        """Revoke the key with its audit entry, in one commit. Gives False if there was nothing to revoke."""
        return await self.journal.write(_Revoke(key_id=key_id, at=at, actor=actor))

    async def keys_used(self, used: Mapping[str, int], /) -> None:
        """Store the uses in one commit, without an entry."""
        await self.journal.write(_Use(used=used))
