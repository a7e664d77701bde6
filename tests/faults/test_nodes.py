"""The whole gateway on PostgreSQL: one node ends every service, and three share a load in which each thing is done once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.client import calling
from tests.faults.installation import ROOT, sample
from tests.faults.nodes import Nodes, one_node

_SERVICES = sorted(file.name.removesuffix(".sample.json") for file in (ROOT / "config" / "services").glob("*.sample.json"))
#: However busy the machine is, no call meets its deadline. That would be a doubt, and here all must be approved.
_UNHURRIED = {"limits": {"deadline_seconds": 20}}
#: Applications that three nodes share.
_LOAD = 60


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Nodes]:
    with closing(one_node(tmp_path, _UNHURRIED)) as made:
        yield made


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Nodes]:
    with closing(Nodes(tmp_path, _UNHURRIED)) as made:
        yield made


@pytest.mark.slow("a node on PostgreSQL; three that share a load stay")
async def test_one_node_on_postgresql_ends_every_service(alone: Nodes) -> None:
    await alone.begin()
    async with calling(alone) as client:
        filed = [await client.file(sample(service), service) for service in _SERVICES]
        ended = await asyncio.gather(*(client.until(answer["id"]) for _, answer in filed))
    assert [one["state"] for one in ended] == ["approved"] * len(_SERVICES)
    assert alone.reconcile().wrong == []
    alone.stop_gateway()
    assert alone.verify().ok


async def test_three_nodes_share_a_load(three: Nodes) -> None:
    await three.begin()
    async with calling(three) as client:

        async def one(number: int) -> str:
            status, filed = await client.file(sample(_SERVICES[number % len(_SERVICES)]), f"shared-{number}")
            assert status == 202, filed
            return str((await client.until(filed["id"]))["state"])

        assert set(await asyncio.gather(*map(one, range(_LOAD)))) == {"approved"}
        # The same key at every node at once is one application.
        again = await asyncio.gather(*(client.file(sample("passport"), "everywhere") for _ in three.nodes))
        assert len({answer["id"] for _, answer in again}) == 1
        await client.until(again[0][1]["id"])
    report = three.reconcile()
    assert report.wrong == []
    assert report.applications == _LOAD + 1
    three.stop_gateway()
    for verification in three.verifications():  # against the heads of each node
        assert verification.ok, verification.problems
        assert len(verification.chains) == len(three.nodes)
    assert all(node.events("attempt_ended") for node in three.gateways), "every node had a share of the work"
