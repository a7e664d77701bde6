"""A writer's own row, written with every commit, says whether one happened, and a writer that has lost one must stop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine, delete, insert, select, update

from gateway.journal.audit.chains import Chain, ChainLost, advance, standing, take
from gateway.journal.audit.hash_chain import Entry, append
from gateway.journal.store import schema
from gateway.journal.store.database import open_writer


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    made = open_writer(store_url)
    yield made
    made.dispose()


def taken(engine: Engine, node: str = "n-1") -> Chain:
    with engine.begin() as connection:
        return take(connection, "c", node, 1)


def grown(engine: Engine, chain: Chain) -> Chain:
    """Give the chain after one more commit of one entry."""
    head = replace(chain.head)
    with engine.begin() as connection:
        connection.execute(insert(schema.audit), append(head, Entry(event="x", actor="test"), 2))
        after = chain.after(head)
        advance(connection, chain, after, 2)
    return after


def test_a_chain_is_begun_and_gone_on_with_by_the_next_incarnation(engine: Engine) -> None:
    chain = grown(engine, grown(engine, taken(engine)))
    assert (chain.head.seq, chain.batch) == (2, 2)
    again = taken(engine, "n-2")
    assert (again.node, again.head, again.batch) == ("n-2", chain.head, 2)
    with engine.connect() as connection:
        row = connection.execute(select(schema.chain)).one()
    assert (row.node, row.batch, row.seq, row.hash) == ("n-2", 2, 2, chain.head.hash)


def test_a_commit_whose_end_is_unknown_left_its_receipt_or_did_not(engine: Engine) -> None:
    before = taken(engine)
    after = grown(engine, before)
    with engine.begin() as connection:
        assert standing(connection, after) == after.batch
    lost = after.after(after.head)  # decided, never committed
    with engine.begin() as connection:
        assert standing(connection, lost) == lost.batch - 1


def test_an_older_copy_another_writer_and_no_row_at_all_end_it(engine: Engine) -> None:
    chain = grown(engine, grown(engine, taken(engine)))
    with engine.begin() as connection:
        connection.execute(update(schema.chain).values(batch=1))
    with pytest.raises(ChainLost, match="does not stand where commit 2 left it"):
        grown(engine, chain)
    taken(engine, "n-2")
    with engine.begin() as connection, pytest.raises(ChainLost, match="another's"):
        standing(connection, chain)
    with engine.begin() as connection:
        connection.execute(delete(schema.chain))
    with engine.begin() as connection, pytest.raises(ChainLost):
        standing(connection, chain)


def test_what_is_refused_leaves_nothing(engine: Engine) -> None:
    chain = grown(engine, taken(engine))
    stale = Chain(node=chain.node, head=chain.head, batch=0)
    with pytest.raises(ChainLost):
        grown(engine, stale)
    with engine.connect() as connection:
        assert connection.execute(select(schema.audit.c.seq)).scalars().all() == [1]
