"""Groups begin once, and on a server only when no older node may write."""

from __future__ import annotations

from sqlalchemy import Engine, delete, func, insert, select

from gateway.journal.keys.groups import SINCE, begin
from gateway.journal.keys.said_by_nodes import REVISION, KnowRevision
from gateway.journal.store import schema
from gateway.model.identifiers import new_id
from tests.gateway.journal.small import Does, opened


def _begins() -> Does:
    return Does(lambda draft: begin(draft, actor="local"))


def _begun(writer: Engine) -> tuple[int, int]:
    with writer.connect() as connection:
        said = connection.execute(select(func.count()).select_from(schema.meta).where(schema.meta.c.key == SINCE)).scalar_one()
        entries = select(func.count()).select_from(schema.audit).where(schema.audit.c.event == "groups_begun")
        return said, connection.execute(entries).scalar_one()


async def test_they_begin_once_and_the_audit_says_so(writer: Engine) -> None:
    journal = opened(writer)
    await journal.open()
    await journal.write(KnowRevision())
    assert await journal.write(_begins()) == ()
    assert await journal.write(_begins()) == ()
    assert _begun(writer) == (1, 1)
    await journal.close()


async def test_they_wait_for_an_older_node_where_one_can_be(writer: Engine) -> None:
    journal = opened(writer)
    await journal.open()
    await journal.write(KnowRevision())
    with writer.begin() as connection:
        row = {"id": new_id(), "node": "older", "batch": 0, "seq": 0, "hash": "", "seen_at": 1}
        connection.execute(insert(schema.chain), row)
    older = () if journal.alone else ("older",)
    assert await journal.write(_begins()) == older
    assert _begun(writer) == ((1, 1) if journal.alone else (0, 0))
    with writer.begin() as connection:
        connection.execute(insert(schema.meta), {"key": f"{REVISION}older", "value": "0014"})
    assert await journal.write(_begins()) == ()
    assert _begun(writer) == (1, 1)
    with writer.begin() as connection:  # once they have begun, no node is asked about any more
        connection.execute(delete(schema.meta).where(schema.meta.c.key.startswith(REVISION)))
    assert await journal.write(_begins()) == ()
    await journal.close()
