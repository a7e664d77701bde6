"""The changes that make and end API keys, each with its audit entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, update

from gateway.journal import schema
from gateway.journal.audit import Entry
from gateway.journal.draft import Draft, Needs
from gateway.journal.journal import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class _Create:
    row: dict[str, Any]
    actor: str

    @property
    def needs(self) -> Needs:
        return Needs()

    def decide(self, draft: Draft) -> None:
        draft.insert(schema.api_key, self.row)
        details = {"key": self.row["id"], "name": self.row["name"], "role": self.row["role"]}
        draft.audit(Entry(event="key_created", actor=self.actor, details=details))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Revoke:
    key_id: str
    at: int
    actor: str

    @property
    def needs(self) -> Needs:
        return Needs()

    def decide(self, draft: Draft) -> bool:
        table = schema.api_key
        standing = draft.connection.execute(select(table).where(table.c.id == self.key_id)).mappings().first()
        if standing is None or standing["revoked_at"] is not None:
            return False
        ended = {"revoked_at": self.at, "mac": None}
        revoke = update(table).where(table.c.id == bindparam("b_id")).values({name: bindparam(name) for name in ended})
        draft.execute(revoke, {"b_id": self.key_id, **ended})
        draft.hold(table, {**standing, **ended}, was=dict(standing))
        draft.audit(Entry(event="key_revoked", actor=self.actor, details={"key": self.key_id}))
        return True


@dataclass(frozen=True, slots=True)
class JournalKeys:
    """Writes keys to the journal (:class:`gateway.routing.keys.KeyWriter`)."""

    journal: Journal

    async def key_created(self, row: dict[str, Any], /, *, actor: str) -> None:
        """One commit: the key and its entry."""
        await self.journal.write(_Create(row=row, actor=actor))

    async def key_revoked(self, key_id: str, at: int, /, *, actor: str) -> bool:
        """One commit: the end of the key and its entry; False when there was nothing to revoke."""
        return await self.journal.write(_Revoke(key_id=key_id, at=at, actor=actor))
