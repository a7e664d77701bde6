"""One of two nodes is killed: until its work is taken over, ``gateway nodes`` at the other reports the death and the work left."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.faults.client import calling
from tests.faults.installation import sample
from tests.faults.nodes import Node, Nodes
from tests.patience import run, until

#: A node is dead after half of its lease. Its calls may take so long, and their leases five seconds more.
LEASE, DEADLINE = "8", 20


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Nodes]:
    with closing(Nodes(tmp_path, {"limits": {"deadline_seconds": DEADLINE}}, nodes=2)) as made:
        yield made


#: More than the permits that one node has for the department, so that the other has some, too.
_FILED = 20


def told(two: Nodes, at: Node) -> dict[str, Any]:
    """Give the report of ``gateway nodes`` on that machine, by incarnation."""
    environment = {**two.environment, **two.environment_of(at)}
    done = run([sys.executable, "-m", "gateway.cli", "nodes", "--json"], env=environment)
    assert done.returncode == 0, done.stderr
    return {one["id"]: one for one in json.loads(done.stdout)["items"]}


@pytest.mark.slow("two nodes, one of which is killed, and half a lease and then its calls' are waited for; cli/operating/test_nodes stays")
async def test_a_killed_node_is_told_with_what_it_left_until_that_is_taken_over(two: Nodes) -> None:
    await two.begin(GATEWAY_LEASE_SECONDS=LEASE)
    victim, other = two.nodes
    assert victim.process is not None
    two.sandbox("exit_entry", "faults", {"fault": "hang"})
    async with calling(two) as client:
        filed = [(await client.file(sample("passport"), f"told-{number}"))[1]["id"] for number in range(_FILED)]
        await asyncio.to_thread(until, lambda: two.leases_of(victim) and two.leases_of(other))
        before = await asyncio.to_thread(told, two, other)
        assert {one["state"] for one in before.values()} == {"alive"}
        assert before[victim.incarnation]["address"] == two.url_of(victim)
        assert before[other.incarnation]["own"]

        victim.process.signal(signal.SIGKILL)
        leases = two.leases_of(victim)
        process = victim.process
        two.gone(process)
        process.ended()
        await asyncio.to_thread(until, lambda: told(two, other)[victim.incarnation]["state"] == "dead", every=0.5)
        after = await asyncio.to_thread(told, two, other)
        assert after[other.incarnation]["state"] == "alive"
        assert after[victim.incarnation]["claims"]["deliveries"] == {"exit_entry": len(leases)}
        assert "taken over by another node" in after[victim.incarnation]["next"]["en"]
        assert after[victim.incarnation]["process"] == process.pid

        await asyncio.to_thread(until, lambda: not told(two, other)[victim.incarnation]["claims"]["deliveries"], every=0.5)
        taken = await asyncio.to_thread(told, two, other)
        assert taken[victim.incarnation]["next"]["en"] == "it left nothing, or all of it has been taken over"
        recovered = {delivery for _, _, details in two.audited("recovered") for delivery in details["deliveries"]}
        assert recovered == set(leases)
        assert len(filed) == _FILED
    two.stop_gateway()
    # Asked while none runs: the command is no node itself, and a node that ended in order is not dead.
    last = await asyncio.to_thread(told, two, other)
    assert {identity: one["state"] for identity, one in last.items()} == {victim.incarnation: "dead", other.incarnation: "left"}
