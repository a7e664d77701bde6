"""Nodes say what they are, and who has not said so is known."""

from __future__ import annotations

from sqlalchemy import Engine, delete, insert, select, update

from gateway.journal.keys.said_by_nodes import REVISION, KnowRevision, begin_ends, lacking
from gateway.journal.store import schema
from gateway.journal.store.database import HEAD
from gateway.journal.writer.ends import since
from gateway.journal.writer.journal import Journal
from gateway.model.identifiers import new_id
from tests.gateway.journal.small import Does, opened


def _chain(node: str) -> dict[str, object]:
    return {"id": new_id(), "node": node, "batch": 0, "seq": 0, "hash": "", "seen_at": 1}


async def test_a_node_that_lives_and_has_said_nothing_is_lacking(writer: Engine) -> None:
    journal: Journal = opened(writer)
    await journal.open()
    await journal.write(KnowRevision())
    meta, chain = schema.meta.c, schema.chain
    with writer.begin() as connection:
        connection.execute(insert(chain), _chain("older"))
        connection.execute(insert(schema.meta), {"key": f"{REVISION}gone", "value": "0001"})
        assert lacking(connection, REVISION, lambda said: said >= HEAD) == ("older",)
        assert lacking(connection, REVISION, lambda said: said > HEAD) == tuple(sorted(("older", journal.node)))
    await journal.write(KnowRevision())
    with writer.begin() as connection:
        assert connection.execute(select(meta.key).where(meta.key.startswith(REVISION))).scalars().all() == [REVISION + journal.node]
        connection.execute(update(chain).where(chain.c.node == "older").values(closed_at=1))
        assert lacking(connection, REVISION, lambda said: said >= HEAD) == ()
    await journal.close()


async def test_ends_say_why_once_the_last_older_node_has_ended(writer: Engine) -> None:
    journal = opened(writer)
    await journal.open()
    begins = Does(begin_ends)
    with writer.begin() as connection:
        connection.execute(insert(schema.chain), _chain("older"))
        connection.execute(insert(schema.meta), {"key": f"{REVISION}older", "value": "0016"})
    await journal.write(KnowRevision())
    if journal.alone:  # a file has one writer
        assert await journal.write(begins) == ()
    else:
        with writer.connect() as connection:
            assert not since(connection)
        assert await journal.write(begins) == ("older",)
    with writer.begin() as connection:
        connection.execute(update(schema.chain).where(schema.chain.c.node == "older").values(closed_at=1))
    await journal.write(KnowRevision())
    with writer.begin() as connection:
        assert since(connection) is not journal.alone
        connection.execute(delete(schema.meta).where(schema.meta.c.key.startswith(REVISION)))
    assert await journal.write(begins) == (), "once it has begun, no node is asked about any more"
    await journal.close()
