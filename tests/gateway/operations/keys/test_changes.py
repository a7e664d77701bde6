"""Keys are made and ended in one commit with their entry, and the audit holds no key."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select

from gateway.journal.keys.hmac_keys import key_mac
from gateway.journal.store import schema
from gateway.operations.keys.changes import JournalKeys
from gateway.texts.refusals import Refused
from tests.gateway.worlds.world import World

ROW: dict[str, Any] = {"id": "key-1", "name": "hall", "role": "operator", "hash": "e" * 64, "created_at": 1, "revoked_at": None}
FRONT_END: dict[str, Any] = {**ROW, "role": "front-end"}
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


async def test_a_key_joins_with_all_of_its_caller_those_that_are_over_too(world: World) -> None:
    keys = changes(world)
    await keys.key_created(FRONT_END, actor="local")
    await keys.key_succeeded("key-1", NEXT, world.journal.now() + 10_000_000, actor="local")
    await keys.key_created({**FRONT_END, "id": "key-4", "hash": "4" * 64}, actor="local")
    await keys.key_revoked("key-1", 5, actor="local")
    joined = await keys.key_joined("key-2", "hall", actor="operator:li")
    assert joined is not None
    assert (joined.id, joined.owner_group) == ("key-2", "hall")
    rows = world.rows(select(schema.api_key).order_by(schema.api_key.c.id))
    assert [(row.id, row.owner_group) for row in rows] == [("key-1", "hall"), ("key-2", "hall"), ("key-4", None)]
    assert rows[0].mac is None, "a key that was revoked gets no proof anew"
    assert all(keys.mac.is_good(row._asdict()) for row in rows[1:])
    assert world.details("key_joined") == {"key": "key-2", "keys": ["key-1", "key-2"], "group": "hall", "from": None}
    assert await keys.key_joined("key-2", "hall", actor="local") is not None
    assert world.events().count("key_joined") == 1, "nothing changed"
    assert world.events().count("groups_begun") == 1
    third = await keys.key_succeeded("key-2", {**NEXT, "id": "key-3", "hash": "a" * 64}, 9, actor="local")
    assert third is not None
    assert third["owner_group"] == "hall"


async def test_a_key_is_made_in_a_group_and_moves_on_alone(world: World) -> None:
    keys = changes(world)
    made = await keys.key_created({**FRONT_END, "owner_group": "hall"}, actor="local")
    assert keys.mac.is_good(made)
    assert world.details("key_created") == {"key": "key-1", "name": "hall", "role": "front-end", "group": "hall"}
    await keys.key_created({**FRONT_END, "id": "key-4", "hash": "4" * 64, "owner_group": "hall"}, actor="local")
    await keys.key_joined("key-1", "other", actor="local")
    assert world.rows(select(schema.api_key.c.owner_group).order_by(schema.api_key.c.id)) == [("other",), ("hall",)]
    assert world.details("key_joined")["from"] == "hall"


async def test_no_other_role_joins_and_no_key_that_was_put_in_by_hand(world: World) -> None:
    keys = changes(world)
    await keys.key_created(ROW, actor="local")
    await keys.key_created({**FRONT_END, "id": "key-2", "hash": "2" * 64}, actor="local")
    world.by_hand = ("api_key",)
    with world.writer.begin() as connection:
        connection.execute(insert(schema.api_key), {**FRONT_END, "id": "key-5", "hash": "5" * 64, "caller": "key-2", "mac": "0" * 64})
    for key_id in ("key-1", "key-5", "key-9"):
        assert await keys.key_joined(key_id, "hall", actor="local") is None
    assert await keys.key_joined("key-2", "hall", actor="local") is not None
    assert world.details("key_joined")["keys"] == ["key-2"]


async def test_while_an_older_node_may_write_nothing_is_grouped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = changes(world)
    await keys.key_created(FRONT_END, actor="local")
    monkeypatch.setattr("gateway.journal.keys.groups.begin", lambda *_, **__: ("node-1", "node-2"))
    for change in (
        keys.key_joined("key-1", "hall", actor="local"),
        keys.key_created({**FRONT_END, "id": "key-2", "hash": "2" * 64, "owner_group": "hall"}, actor="local"),
    ):
        with pytest.raises(Refused) as refused:
            await change
        assert (refused.value.status, refused.value.kind) == (409, "conflict")
        assert "node-1, node-2" in refused.value.detail("en")
    assert world.rows(select(schema.api_key.c.owner_group)) == [(None,)]
    assert world.events() == ["key_created"]
