"""Chains whose writers are gone are closed where they stood, a living one is not, and a closed one ends its writer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, insert, select, update

from gateway.journal.audit.heads import HeadSigner
from gateway.journal.audit.trust import ChainSigner, handover
from gateway.journal.keys.said_by_nodes import KnowRevision
from gateway.journal.store import schema
from gateway.journal.store.database import open_reader
from gateway.journal.store.schema import JOURNAL_ID, SIGNED_SINCE
from gateway.journal.store.unavailable import JournalBroken
from gateway.journal.verification.audit_changes import SILENT, CloseChains, HandOver, Upgrade
from gateway.journal.verification.findings import VerifyReport
from gateway.journal.verification.verify import verify
from gateway.journal.writer.ends import since
from gateway.journal.writer.journal import Journal
from tests.gateway.journal.small import engine, notes

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
CHAIN_SIGNER = ChainSigner("j", KEY)
WHO: dict[str, Any] = {"chain_signer": CHAIN_SIGNER, "first": KEY.public_key(), "own": "b"}


@dataclass
class World:
    """A journal with two writers: ``gone`` wrote two entries in chain ``a``."""

    engine: Engine
    reader: Engine
    heads: Path
    gone: Journal
    alive: Journal

    def verified(self) -> VerifyReport:
        return verify(self.reader, self.heads, KEY.public_key())

    def silent(self) -> None:
        with self.engine.begin() as connection:
            connection.execute(update(schema.chain).where(schema.chain.c.id == "a").values(seen_at=schema.chain.c.seen_at - SILENT - 1))

    def row(self) -> Any:
        with self.reader.connect() as connection:
            return connection.execute(select(schema.chain).where(schema.chain.c.id == "a")).one()


@pytest.fixture
async def world(store_url: str, tmp_path: Path) -> AsyncIterator[World]:
    writer, reader = engine(store_url), open_reader(store_url)
    with writer.begin() as connection:
        connection.execute(insert(schema.meta), [{"key": JOURNAL_ID, "value": "j"}, {"key": SIGNED_SINCE, "value": "1"}])
    gone, alive = (Journal(writer, node=f"n-{name}", chain=name, chain_signer=CHAIN_SIGNER) for name in ("a", "b"))
    for one in (gone, alive):
        await one.open()
    await gone.write(notes("one"))
    await gone.write(notes("two"))
    made = World(writer, reader, tmp_path / "heads.jsonl", gone, alive)
    HeadSigner(KEY, made.heads).write("j", [gone.head, alive.head], 1)
    yield made
    await gone.close()
    await alive.close()
    reader.dispose()
    writer.dispose()


async def test_a_chain_whose_writer_is_gone_is_closed_and_one_that_lives_is_not(world: World) -> None:
    assert await world.alive.write(CloseChains(**WHO)) == 0
    assert world.row().closed_at is None
    world.silent()
    assert await world.alive.write(CloseChains(**WHO, closes=False)) == 0
    assert world.row().closed_at is None
    assert await world.alive.write(CloseChains(**WHO)) == 0
    assert world.row().closed_at is not None
    assert world.alive.head.seq == 1, "one entry says where it ended"
    assert await world.alive.write(CloseChains(**WHO)) == 0
    assert world.alive.head.seq == 1
    assert world.verified().ok
    with pytest.raises(JournalBroken):  # it had only been stopped for long, and goes on now
        await world.gone.write(notes("three"))
    assert world.verified().ok


async def test_ends_say_why_once_the_chain_of_the_last_older_node_was_closed(world: World) -> None:
    def begun() -> bool:
        with world.reader.connect() as connection:
            return since(connection)

    await world.alive.write(KnowRevision())
    assert await world.alive.write(CloseChains(**WHO)) == 0
    world.silent()
    assert await world.alive.write(CloseChains(**WHO)) == 0
    assert (world.row().closed_at is not None, begun()) == (True, False)
    assert await world.alive.write(CloseChains(**WHO)) == 0
    assert begun() is not world.alive.alone, "in a file nobody waits"


async def test_a_chain_that_was_closed_and_is_gone_since_is_missed_without_any_heads(world: World) -> None:
    world.silent()
    await world.alive.write(CloseChains(**WHO))
    with world.engine.begin() as connection:
        connection.execute(schema.audit.delete().where(schema.audit.c.chain == "a"))
        connection.execute(schema.chain.delete().where(schema.chain.c.id == "a"))
    world.heads.unlink()
    HeadSigner(KEY, world.heads).write("j", [world.alive.head], 2)
    assert [(one.kind, one.chain) for one in world.verified().problems] == [("cut", "a")]


@pytest.mark.parametrize("column", ["hash", "seq", "batch"])
async def test_what_is_not_as_it_was_signed_is_not_closed(world: World, column: str) -> None:
    world.silent()
    with world.engine.begin() as connection:
        value = "f" * 64 if column == "hash" else 1
        connection.execute(update(schema.chain).where(schema.chain.c.id == "a").values({column: value}))
    assert await world.alive.write(CloseChains(**WHO)) == 1
    assert world.row().closed_at is None
    assert not world.verified().ok


async def test_who_closes_unsigned_chains_is_upgrade_alone_and_once(world: World) -> None:
    world.silent()
    with world.engine.begin() as connection:
        connection.execute(update(schema.chain).where(schema.chain.c.id == "a").values(signature=None))
        connection.execute(schema.meta.delete().where(schema.meta.c.key == SIGNED_SINCE))
    assert await world.alive.write(CloseChains(**WHO)) == 0
    assert world.row().closed_at is None, "a version before gives no sign of life"
    assert world.verified().ok
    assert await world.alive.write(Upgrade(**WHO)) == 1
    assert world.row().closed_at is not None
    assert world.verified().ok
    with world.engine.begin() as connection:
        connection.execute(update(schema.chain).where(schema.chain.c.id == "a").values(signature=None))
    assert await world.alive.write(Upgrade(**WHO)) == 0, "what has no signature now has lost it"
    assert [one.kind for one in world.verified().problems] == ["unsigned"]
    with pytest.raises(JournalBroken):
        await world.gone.write(notes("three"))


async def test_handovers_are_kept_in_their_order(world: World) -> None:
    new = Ed25519PrivateKey.generate()
    newest = Ed25519PrivateKey.generate()
    for said in (handover(KEY, new.public_key()), handover(new, newest.public_key())):
        await world.alive.write(HandOver(**WHO, said=said, actor="test"))
    world.alive._transactions.chain_signer = ChainSigner("j", newest)  # as a start with the new key has it
    await world.alive.write(notes("signed with the newest"))
    assert world.verified().ok
