"""A breaker is kept one version after the other, and a quota is one count, for all nodes and over every restart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Engine

from gateway.cases.casework import Casework
from gateway.departments.limits import Permits
from gateway.dispatch.claiming import Capacity, Claim
from gateway.journal.queues.departments import BreakerRow, breakers, keep_breaker, quota_used
from gateway.journal.store.database import open_writer
from gateway.journal.writer.draft import Work
from gateway.journal.writer.journal import Journal
from gateway.model.identifiers import new_id
from tests.gateway.conftest import Make
from tests.gateway.worlds.offices import config
from tests.gateway.worlds.world import World

FIRST = BreakerRow(name="tax", breaker="open", failures=5, problem="connect", since=1, probe_at=2, version=1)


def test_of_two_that_write_the_same_version_one_does(writer: Engine) -> None:
    second = replace(FIRST, breaker="half_open", version=2)
    with writer.begin() as connection:
        assert [keep_breaker(connection, row) for row in (FIRST, second, replace(second, problem="busy"))] == [True, True, False]
        assert breakers(connection) == {"tax": second}


# -- quotas
@pytest.fixture
def store() -> str:
    return "postgresql"


@dataclass(frozen=True, slots=True)
class Node:
    """Another node on the same journal, with its leases."""

    journal: Journal
    casework: Casework
    works: list[Work]

    async def claim(self) -> None:
        await self.journal.write(Claim(wanted={"office": Capacity(permits=7, polls=1)}, casework=self.casework))


@pytest.fixture
async def world(make_world: Make) -> World:
    return await make_world(configs={"office": config("office", quota=20, limits={"concurrency": 1000})})


@pytest.fixture
async def nodes(world: World) -> AsyncIterator[list[Node]]:
    made: list[Node] = []
    for _ in range(2):
        engine = open_writer(world.url)
        journal = Journal(engine, node=new_id(), chain=new_id(), clock=lambda: world.now)
        await journal.open()
        permits = Permits({"office": world.casework.departments["office"].config.limits})
        permits.open()
        node = Node(journal, replace(world.casework, permits=permits), [])
        journal.listen(lambda committed, works=node.works: works.extend(committed.work))  # type: ignore[misc]  # bound as it is now
        made.append(node)
    yield made
    for node in made:
        await node.journal.close()
        node.journal._transactions.engine.dispose()


async def test_two_nodes_that_claim_at_once_send_never_more_than_the_quota(world: World, nodes: list[Node]) -> None:
    await asyncio.gather(*(world.file("office-safe") for _ in range(50)))
    for _ in range(6):
        await asyncio.gather(*(node.claim() for node in nodes))
    counts = [len(node.works) for node in nodes]
    assert sum(counts) == 20
    assert all(counts), "both took part"
    assert len({work.delivery.id for node in nodes for work in node.works}) == 20
    with world.writer.connect() as connection:
        assert quota_used(connection, "office", world.now) == 20
    world.later(86_400)
    for _ in range(6):
        await asyncio.gather(*(node.claim() for node in nodes))
    assert sum(len(node.works) for node in nodes) == 40, "another day"
