"""The changes that create, succeed, group and revoke API keys, each with its audit entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from gateway.cases.caller import FRONT_END
from gateway.journal.audit.hash_chain import Entry
from gateway.journal.keys import groups
from gateway.journal.keys.hmac_keys import KeyMac
from gateway.journal.queues import api_keys
from gateway.journal.store.records import Row
from gateway.journal.store.views import KeyView
from gateway.journal.writer.draft import Change, Draft
from gateway.journal.writer.journal import Journal
from gateway.operations import texts
from gateway.texts.refusals import conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class _Create(Change[Row]):
    row: Row
    mac: KeyMac
    actor: str

    def decide(self, draft: Draft) -> Row:
        _settle(draft, self.mac)
        if self.row.get("owner_group") is not None:
            _begin_groups(draft, self.actor)
        row = self.row | {"mac": self.mac(self.row)}
        api_keys.add(draft, row)
        said = {name: row[name] for name in ("name", "role", "expires_at") if row.get(name) is not None}
        said |= {"group": row["owner_group"]} if row.get("owner_group") is not None else {}
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
        same = {"name": key.name, "role": key.role, "caller": key.caller or key.id, "owner_group": key.owner_group}
        row = self.row | same
        row["mac"] = self.mac(row)
        api_keys.add(draft, row)
        until = min(self.until, key.expires_at or self.until)
        api_keys.change(draft, key, {"expires_at": until, "mac": self.mac(asdict(replace(key, expires_at=until)))})
        details = {"key": self.key_id, "successor": row["id"], "until": until, "expires_at": row["expires_at"]}
        draft.audit(Entry(event="key_succeeded", actor=self.actor, details=details))
        return row


@dataclass(frozen=True, slots=True, kw_only=True)
class _Join(Change[KeyView | None]):
    """A change that puts a key and all of its caller into a group. Gives the key, or None if there is no such front end's key.

    Keys that are over come along, since what they filed does. One that was put in by hand stays out.
    """

    key_id: str
    group: str
    mac: KeyMac
    actor: str

    def decide(self, draft: Draft) -> KeyView | None:
        _settle(draft, self.mac)
        key = api_keys.api_key(draft, self.key_id)
        if key is None or key.role != FRONT_END or not self._ours(key):
            return None
        _begin_groups(draft, self.actor)
        joining = [one for one in api_keys.of_caller(draft, key.caller or key.id) if one.owner_group != self.group and self._ours(one)]
        for one in joining:
            changed = replace(one, owner_group=self.group)
            api_keys.change(draft, one, {"owner_group": self.group, "mac": None if one.mac is None else self.mac(asdict(changed))})
        if joining:
            details = {"key": key.id, "keys": sorted(one.id for one in joining), "group": self.group, "from": key.owner_group}
            draft.audit(Entry(event="key_joined", actor=self.actor, details=details))
        return replace(key, owner_group=self.group)

    def _ours(self, key: KeyView) -> bool:
        return key.revoked_at is not None if key.mac is None else self.mac.is_good(asdict(key))


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


def _begin_groups(draft: Draft, actor: str) -> None:
    """Let there be groups. Raises Refused (409) while an older node may write."""
    if older := groups.begin(draft, actor=actor):
        raise conflict(texts.older_nodes(", ".join(older)))


class JournalKeys:
    """Writes keys and their audit entries to the journal, each in one commit."""

    def __init__(self, journal: Journal, mac: KeyMac) -> None:
        self.journal, self.mac = journal, mac

    async def key_created(self, row: Row, /, *, actor: str) -> Row:
        """Insert the row (id, name, role, hash, created_at, revoked_at, expires_at, caller) with the entry ``key_created``.

        Gives the row with its ``mac``.
        """
        return await self.journal.write(_Create(row=row, mac=self.mac, actor=actor))

    async def key_succeeded(self, key_id: str, row: Row, until: int, /, *, actor: str) -> Row | None:
        """Insert the row with the name, role and caller of the old key, and end the old key at ``until``. None if no such key works."""
        return await self.journal.write(_Succeed(key_id=key_id, row=row, until=until, mac=self.mac, actor=actor))

    async def key_joined(self, key_id: str, group: str, /, *, actor: str) -> KeyView | None:
        """Put the key and all of its caller into the group, with their entry, in one commit. Gives the key, or None if there is none."""
        return await self.journal.write(_Join(key_id=key_id, group=group, mac=self.mac, actor=actor))

    async def key_revoked(self, key_id: str, at: int, /, *, actor: str) -> bool:
        """Set ``revoked_at``, and remove the ``mac``, with the entry ``key_revoked`` {key}. Gives False if there was nothing to revoke."""
        return await self.journal.write(_Revoke(key_id=key_id, at=at, actor=actor))

    async def keys_used(self, used: Mapping[str, int], /) -> None:
        """Set ``last_used_at`` of each key to a later time, without an entry."""
        await self.journal.write(_Use(used=used))
