"""Before anything is written, a chain that ends otherwise than it was signed is found, and one that was only interrupted is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, delete, event, insert, update

from gateway.journal.audit.chains import Chain, advance, take
from gateway.journal.audit.hash_chain import ChainHead, Entry, append
from gateway.journal.audit.heads import HeadSigner
from gateway.journal.audit.trust import ChainSigner
from gateway.journal.store import schema
from gateway.journal.store.database import open_writer
from gateway.journal.store.schema import JOURNAL_ID, SIGNED_SINCE
from gateway.journal.verification.guard import examine

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
CHAIN_SIGNER = ChainSigner("j", KEY)


@dataclass
class World:
    """A journal of two chains, three commits each. Its heads say the second of ``a``."""

    engine: Engine
    heads: Path
    chains: dict[str, Chain]

    def problem(self, *, signed: bool = True) -> tuple[str, str | None] | None:
        found = examine(self.engine, self.heads, KEY.public_key(), signed=signed)
        return None if found is None else (found.kind, found.chain)

    def commit(self, name: str) -> None:
        chain = self.chains[name]
        head = replace(chain.head)
        with self.engine.begin() as connection:
            connection.execute(insert(schema.audit), append(head, Entry(event="x", actor="test"), 2))
            self.chains[name] = chain.after(head)
            advance(connection, chain, self.chains[name], 2, CHAIN_SIGNER)

    def sign(self, at: int, *names: str) -> None:
        HeadSigner(KEY, self.heads).write("j", [self.chains[name].head for name in names], at)


@pytest.fixture
def world(store_url: str, tmp_path: Path) -> Iterator[World]:
    made = World(open_writer(store_url), tmp_path / "heads.jsonl", {})
    with made.engine.begin() as connection:
        connection.execute(insert(schema.meta), [{"key": JOURNAL_ID, "value": "j"}, {"key": SIGNED_SINCE, "value": "1"}])
        made.chains = {name: take(connection, name, "n", 1, CHAIN_SIGNER) for name in ("a", "b")}
    for number in range(6):
        made.commit("ab"[number % 2])
        if number == 2:
            made.sign(1, "a")
    yield made
    made.engine.dispose()


def test_a_tail_that_the_heads_have_not_seen_is_fine(world: World) -> None:
    assert world.problem() is None


def test_heads_that_are_not_there_yet_are_fine(world: World) -> None:
    world.heads.unlink()
    assert world.problem() is None
    (world.heads.parent / "heads.jsonl").write_bytes(b'{"torn')
    assert world.problem() is None


def test_it_costs_the_same_however_long_the_audit_is(world: World) -> None:
    asked: list[str] = []
    event.listen(world.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    assert world.problem() is None
    first = len(asked)
    for _ in range(20):
        world.commit("a")
    asked.clear()
    assert world.problem() is None
    assert len(asked) == first


@pytest.mark.parametrize(
    ("done", "found"),
    [
        (update(schema.chain).where(schema.chain.c.id == "b").values(hash="f" * 64), ("row_forged", "b")),
        (update(schema.chain).where(schema.chain.c.id == "b").values(batch=2), ("row_forged", "b")),
        (update(schema.chain).where(schema.chain.c.id == "b").values(signature=None), ("unsigned", "b")),
        (update(schema.audit).where(schema.audit.c.chain == "b", schema.audit.c.seq == 3).values(hash="f" * 64), ("not_written", "b")),
        (delete(schema.audit).where(schema.audit.c.chain == "b", schema.audit.c.seq == 3), ("short", "b")),
        (update(schema.audit).where(schema.audit.c.chain == "a", schema.audit.c.seq == 2).values(hash="f" * 64), ("rewritten", "a")),
        (delete(schema.audit).where(schema.audit.c.chain == "a", schema.audit.c.seq == 2), ("cut", "a")),
        (delete(schema.chain), ("unsigned", "a")),
        (delete(schema.meta).where(schema.meta.c.key == SIGNED_SINCE), ("unmarked", None)),
        (update(schema.meta).where(schema.meta.c.key == JOURNAL_ID).values(value="k"), ("heads_other_journal", None)),
    ],
)
def test_what_is_not_as_it_was_signed_is_found(world: World, done: object, found: tuple[str, str | None]) -> None:
    with world.engine.begin() as connection:
        connection.execute(done)  # type: ignore[call-overload]  # a statement
    assert world.problem() == found


def test_a_last_line_that_is_forged_is_found(world: World) -> None:
    HeadSigner(Ed25519PrivateKey.generate(), world.heads).write("j", [world.chains["a"].head], 2)
    assert world.problem() == ("heads_forged", None)
    world.heads.write_bytes(b"garbage\n")
    assert world.problem() == ("heads_forged", None)


def test_before_all_is_signed_a_row_without_a_signature_is_fine_and_one_with_another_is_not(world: World) -> None:
    with world.engine.begin() as connection:
        connection.execute(delete(schema.meta).where(schema.meta.c.key == SIGNED_SINCE))
        connection.execute(update(schema.chain).where(schema.chain.c.id == "b").values(signature=None))
    assert world.problem(signed=False) is None
    with world.engine.begin() as connection:
        connection.execute(update(schema.chain).where(schema.chain.c.id == "a").values(batch=9))
    assert world.problem(signed=False) == ("row_forged", "a")


def test_what_a_restore_cut_off_is_fine_on_a_node_whose_heads_say_nothing_of_it(world: World) -> None:
    ahead = ChainHead(chain="a", seq=9, hash="9" * 64)
    HeadSigner(KEY, world.heads).write("j", [ahead], 5)
    assert world.problem() == ("cut", "a")
    details = {"chains": [{"chain": "a", "seq": 3, "hash": "x"}], "taken_at": 1, "restored_at": 6}
    chain = world.chains["b"]
    head = replace(chain.head)
    with world.engine.begin() as connection:
        connection.execute(insert(schema.audit), append(head, Entry(event="journal_restored", actor="local", details=details), 6))
        advance(connection, chain, chain.after(head), 6, CHAIN_SIGNER)
    assert world.problem() is None
    HeadSigner(KEY, world.heads).write("j", [ahead], 7)
    assert world.problem() == ("cut", "a"), "what was signed after it is not explained by it"
