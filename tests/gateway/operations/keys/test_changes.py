"""Keys are made and ended in one commit with their entry, and the audit holds no key."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from gateway.journal.keys.hmac_keys import key_mac
from gateway.journal.store import schema
from gateway.operations.keys.changes import JournalKeys
from tests.gateway.worlds.world import World

ROW: dict[str, Any] = {"id": "key-1", "name": "hall", "role": "operator", "hash": "e" * 64, "created_at": 1, "revoked_at": None}
NEXT: dict[str, Any] = {"id": "key-2", "hash": "f" * 64, "created_at": 2, "revoked_at": None, "expires_at": None}


def changes(world: World) -> JournalKeys:
    return JournalKeys(world.journal, key_mac(b"k" * 32))


async def test_a_key_is_made_and_ended_once(world: World) -> None:
    keys = changes(world)
    await keys.key_created(ROW, actor="local")
    assert world.details("key_created") == {"key": "key-1", "name": "hall", "role": "operator"}
    assert await keys.key_revoked("key-1", 5, actor="local")
    assert not await keys.key_revoked("key-1", 6, actor="local")
    assert not await keys.key_revoked("key-2", 6, actor="local")
    assert world.rows(select(schema.api_key.c.revoked_at)) == [(5,)]
    assert world.events() == ["key_created", "key_revoked"]


async def test_a_successor_is_the_same_caller_and_the_old_key_ends_with_its_proof(world: World) -> None:
    keys = changes(world)
    await keys.key_created(ROW, actor="local")
    until = world.journal.now() + 10_000_000
    made = await keys.key_succeeded("key-1", NEXT, until, actor="local")
    assert made is not None
    assert (made["name"], made["role"], made["caller"]) == ("hall", "operator", "key-1")
    third = await keys.key_succeeded("key-2", {**NEXT, "id": "key-3", "hash": "a" * 64}, until, actor="local")
    assert third is not None
    assert third["caller"] == "key-1"
    rows = world.rows(select(schema.api_key).order_by(schema.api_key.c.id))
    assert [(row.id, row.expires_at) for row in rows] == [("key-1", until), ("key-2", until), ("key-3", None)]
    assert all(keys.mac.is_good(row._asdict()) for row in rows)
    assert world.details("key_succeeded") == {"key": "key-2", "successor": "key-3", "until": until, "expires_at": None}


async def test_what_works_no_more_has_no_successor(world: World) -> None:
    keys = changes(world)
    await keys.key_created({**ROW, "expires_at": 5}, actor="local")
    await keys.key_created({**ROW, "id": "key-4", "hash": "4" * 64}, actor="local")
    await keys.key_revoked("key-4", 5, actor="local")
    for key_id in ("key-1", "key-4", "key-9"):
        assert await keys.key_succeeded(key_id, NEXT, 10, actor="local") is None
    assert "key_succeeded" not in world.events()


async def test_the_later_use_stays_whoever_keeps_it(world: World) -> None:
    keys = changes(world)
    await keys.key_created(ROW, actor="local")
    for at in (60, 180, 120):
        await keys.keys_used({"key-1": at, "gone": at})
    assert world.rows(select(schema.api_key.c.last_used_at)) == [(180,)]
    assert world.events() == ["key_created"]
