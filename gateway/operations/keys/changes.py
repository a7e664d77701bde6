"""The changes that create, succeed and revoke API keys, each with its audit entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from gateway.journal.audit.hash_chain import Entry
from gateway.journal.keys.hmac_keys import KeyMac
from gateway.journal.queues import api_keys
from gateway.journal.store.records import Row
from gateway.journal.writer.draft import Change, Draft
from gateway.journal.writer.journal import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class _Create(Change[Row]):
    row: Row
    mac: KeyMac
    actor: str

    def decide(self, draft: Draft) -> Row:
        _settle(draft, self.mac)
        row = self.row | {"mac": self.mac(self.row)}
        api_keys.add(draft, row)
        said = {name: row[name] for name in ("name", "role", "expires_at") if row.get(name) is not None}
        draft.audit(Entry(event="key_created", actor=self.actor, details={"key": row["id"], **said}))
        return row


@dataclass(frozen=True, slots=True, kw_only=True)
class _Succeed(Change[Row | None]):
    """A change that makes a successor of ``key_id`` and ends the old key at ``until``. Gives the new row, or None if no such key works."""

    key_id: str
    row: Row
    until: int
    mac: KeyMac
    actor: str

    def decide(self, draft: Draft) -> Row | None:
        _settle(draft, self.mac)
        key = api_keys.api_key(draft, self.key_id)
        if key is None or key.revoked_at is not None or key.mac is None or not self.mac.is_good(asdict(key)):
            return None
        if key.expires_at is not None and key.expires_at <= draft.now:
            return None
        same = {"name": key.name, "role": key.role, "caller": key.caller or key.id}
        row = self.row | same
        row["mac"] = self.mac(row)
        api_keys.add(draft, row)
        until = min(self.until, key.expires_at or self.until)
        api_keys.change(draft, key, {"expires_at": until, "mac": self.mac(asdict(replace(key, expires_at=until)))})
        details = {"key": self.key_id, "successor": row["id"], "until": until, "expires_at": row["expires_at"]}
        draft.audit(Entry(event="key_succeeded", actor=self.actor, details=details))
        return row


@dataclass(frozen=True, slots=True, kw_only=True)
class _Revoke(Change[bool]):
    key_id: str
    at: int
    actor: str

    def decide(self, draft: Draft) -> bool:
        key = api_keys.api_key(draft, self.key_id)
        if key is None or key.revoked_at is not None:
            return False
        api_keys.change(draft, key, {"revoked_at": self.at, "mac": None})
        draft.audit(Entry(event="key_revoked", actor=self.actor, details={"key": self.key_id}))
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Use(Change[None]):
    """A change that stores when keys were last used. It grants nothing, so it has no audit entry."""

    used: Mapping[str, int]

    def decide(self, draft: Draft) -> None:
        api_keys.keep_uses(draft, self.used)


def _settle(draft: Draft, mac: KeyMac) -> None:
    """Settle which secret makes the MACs of this transaction, for which a rotation now waits."""
    api_keys.hold_off_rotation(draft)
    mac.secrets.settle(draft)


@dataclass(frozen=True, slots=True)
class JournalKeys:
    """Writes keys to the journal (:class:`gateway.operations.keys.keys.KeyWriter`)."""

    journal: Journal
    mac: KeyMac

    async def key_created(self, row: Row, /, *, actor: str) -> Row:
        """Insert the key with its MAC and its audit entry, in one commit."""
        return await self.journal.write(_Create(row=row, mac=self.mac, actor=actor))

    async def key_succeeded(self, key_id: str, row: Row, until: int, /, *, actor: str) -> Row | None:
        """Insert the successor and end the old key, with their entry, in one commit. Gives None if no such key works."""
        return await self.journal.write(_Succeed(key_id=key_id, row=row, until=until, mac=self.mac, actor=actor))

    async def key_revoked(self, key_id: str, at: int, /, *, actor: str) -> bool:
        """Revoke the key with its audit entry, in one commit. Gives False if there was nothing to revoke."""
        return await self.journal.write(_Revoke(key_id=key_id, at=at, actor=actor))

    async def keys_used(self, used: Mapping[str, int], /) -> None:
        """Store the uses in one commit, without an entry."""
        await self.journal.write(_Use(used=used))
