"""Nodes say that they live and leave, the leases of each are counted, and those of an older version are known by their chains."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, text, update

from gateway.journal.read.lists import id_at
from gateway.journal.read.nodes import KEPT, About, Claims, NodeRow, Say, look
from gateway.journal.store import schema
from gateway.journal.store.database import open_reader
from gateway.journal.writer.journal import Journal
from gateway.model.identifiers import new_id
from tests.gateway.journal.small import adds, application, engine

SECOND = 1_000_000


def about(number: int = 1) -> About:
    return About(id=new_id(), host=f"host-{number}", process=number, address=None, roles="api,dispatch", version="1")


@pytest.fixture
async def journal(store_url: str) -> AsyncIterator[tuple[Engine, Journal, Engine]]:
    writer, reader = engine(store_url), open_reader(store_url)
    made = Journal(writer, node=new_id(), chain=new_id())
    await made.open()
    yield writer, made, reader
    await made.close()
    reader.dispose()
    writer.dispose()


def seen(reader: Engine) -> dict[str, NodeRow]:
    with reader.connect() as connection:
        return {row.id: row for row in look(connection, time.time_ns() // 1000)[0]}


async def leased(writer: Engine, journal: Journal, owner: str, until: int, *departments: str) -> None:
    for department in departments:
        one = application(new_id())
        await journal.write(adds(one, department=department))
        with writer.begin() as connection:
            lease = {"lease_owner": owner, "lease_until": until}
            connection.execute(update(schema.delivery).where(schema.delivery.c.application_id == one.id).values(lease))


async def test_a_node_is_there_from_its_first_word_and_leaves_with_its_last(journal: tuple[Engine, Journal, Engine]) -> None:
    _, made, reader = journal
    node = about()
    await made.write(Say(about=node))
    first = seen(reader)[node.id]
    assert (first.about, first.left_at, first.claims) == (node, None, Claims())
    await made.write(Say(about=node))
    second = seen(reader)[node.id]
    assert second.started_at == first.started_at
    assert second.seen_at > first.seen_at
    await made.write(Say(about=node, leaves=True))
    last = seen(reader)[node.id]
    assert last.left_at == last.seen_at > second.seen_at


async def test_what_each_holds_is_counted(journal: tuple[Engine, Journal, Engine]) -> None:
    writer, made, reader = journal
    one, other = about(1), about(2)
    await made.write(Say(about=one))
    await made.write(Say(about=other))
    until = time.time_ns() // 1000 + 60 * SECOND
    await leased(writer, made, one.id, until, "tax", "tax", "marriage")
    await leased(writer, made, one.id, until + SECOND, "tax")
    row = {"caller": "c", "key": "k", "body_hmac": "", "filter": "{}", "selected": 1, "created_at": 1, "version": 1, "lease_until": until}
    with writer.begin() as connection:
        connection.execute(insert(schema.job), {**row, "id": new_id(), "state": "running", "lease_owner": other.id})
    found = seen(reader)
    assert found[one.id].claims == Claims(deliveries={"tax": 3, "marriage": 1}, until=until + SECOND)
    assert found[other.id].claims == Claims(jobs=1, until=until)


async def test_who_is_not_known_and_holds_something_is_there(journal: tuple[Engine, Journal, Engine]) -> None:
    writer, made, reader = journal
    owner = new_id()
    await leased(writer, made, owner, 5, "tax")
    row = seen(reader)[owner]
    assert (row.about, row.claims) == (None, Claims(deliveries={"tax": 1}, until=5))


async def test_a_node_of_a_version_before_is_known_by_its_chain_where_there_can_be_several(journal: tuple[Engine, Journal, Engine]) -> None:
    writer, made, reader = journal
    now = time.time_ns() // 1000
    old, command, gone, closed = (f"{id_at(now - age * SECOND)}-7000-8000-00000000000{n}" for n, age in enumerate((600, 20, 600, 600)))
    ages: dict[str, tuple[int, Any]] = {old: (50, None), command: (0, None), gone: (200, None), closed: (50, now)}
    with writer.begin() as connection:
        for chain, (age, closed_at) in ages.items():
            row = {"id": chain, "node": chain, "batch": 1, "seq": 1, "hash": "h", "seen_at": now - age * SECOND, "closed_at": closed_at}
            connection.execute(insert(schema.chain), row)
    known = seen(reader)
    assert [row.id for row in known.values() if row.about is None] == ([] if made.alone else [old])
    if not made.alone:
        await leased(writer, made, gone, now, "tax")
        assert seen(reader)[gone].seen_at == now - 200 * SECOND


async def test_those_that_ended_long_ago_are_forgotten_at_the_next_start(journal: tuple[Engine, Journal, Engine]) -> None:
    writer, made, reader = journal
    long_ago, lately = about(1), about(2)
    for node in (long_ago, lately):
        await made.write(Say(about=node))
    with writer.begin() as connection:
        for node, age in ((long_ago, KEPT + SECOND), (lately, KEPT - 60 * SECOND)):
            values = {"seen_at": time.time_ns() // 1000 - age}
            connection.execute(update(schema.node).where(schema.node.c.id == node.id).values(values))
    await made.write(Say(about=about(3)))
    assert long_ago.id not in seen(reader)
    assert lately.id in seen(reader)


async def test_leases_are_counted_along_their_index(journal: tuple[Engine, Journal, Engine]) -> None:
    writer, _, _ = journal
    if writer.dialect.name != "sqlite":
        return  # an empty table is read whole there, and the schema says which index there is
    with writer.connect() as connection:
        statement = select(schema.delivery.c.lease_owner).where(text("delivery.lease_owner IS NOT NULL"))
        plan = " ".join(str(row) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}"))  # a statement of ours
    assert "ix_delivery_lease" in plan
