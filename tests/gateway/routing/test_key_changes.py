"""Keys are made and ended in one commit with their entry; the audit holds no key."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from gateway.journal import schema
from gateway.routing.key_changes import JournalKeys
from tests.gateway.routing.world import World

ROW: dict[str, Any] = {"id": "key-1", "name": "hall", "role": "operator", "hash": "e" * 64, "created_at": 1, "revoked_at": None}


async def test_a_key_is_made_and_ended_once(world: World) -> None:
    keys = JournalKeys(world.journal)
    await keys.key_created(ROW, actor="local")
    assert world.details("key_created") == {"key": "key-1", "name": "hall", "role": "operator"}
    assert await keys.key_revoked("key-1", 5, actor="local")
    assert not await keys.key_revoked("key-1", 6, actor="local")
    assert not await keys.key_revoked("key-2", 6, actor="local")
    assert world.rows(select(schema.api_key.c.revoked_at)) == [(5,)]
    assert world.events() == ["key_created", "key_revoked"]
