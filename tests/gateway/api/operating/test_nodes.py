"""Nodes as operators see them, and the fate of a dead one's work, in words that are true."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.journal.read.nodes import About, Claims, NodeRow
from gateway.model.identifiers import new_id
from gateway.operations.watch.presence import Node, Nodes, NodeState
from tests.gateway.api.conftest import World
from tests.gateway.api.sample_cases import NOON

SECOND = 1_000_000


def node(state: NodeState, *, own: bool = False, roles: str = "dispatch,api", claims: Claims | None = None) -> Node:
    about = About(id=new_id(), host="counter-1", process=4711, address="http://127.0.0.1:8080", roles=roles, version="1.2.0")
    left = NOON if state is NodeState.LEFT else None
    row = NodeRow(id=about.id, about=about, started_at=NOON - 60 * SECOND, seen_at=NOON, left_at=left, claims=claims or Claims())
    return Node(row=row, state=state, own=own, age=1_520_000)


HELD = Claims(deliveries={"tax": 3}, jobs=1, until=NOON + 30 * SECOND)


async def test_each_says_who_it_is_since_when_and_what_it_holds(world: World) -> None:
    old = Node(row=NodeRow(id=new_id(), about=None, started_at=NOON, seen_at=NOON), state=NodeState.ALIVE, own=False, age=0)
    world.nodes.found = Nodes(items=(node(NodeState.ALIVE, own=True, claims=HELD), old), alone=False)
    answer = (await world.ask("GET", "/v1/nodes", "operator")).json
    assert answer["shared"] is True
    first, second = answer["items"]
    assert {name: first[name] for name in ("state", "own", "host", "process", "roles", "version", "heartbeat_age_seconds", "next")} == {
        "state": "alive", "own": True, "host": "counter-1", "process": 4711, "roles": ["api", "dispatch"], "version": "1.2.0",
        "heartbeat_age_seconds": 1.5, "next": None,
    }  # fmt: skip
    assert first["claims"] == {"deliveries": {"tax": 3}, "jobs": 1, "until": "2026-11-23T09:30:30.000+08:00"}
    assert (second["host"], second["version"], second["roles"], second["claims"]["until"]) == (None, None, None, None)


@pytest.mark.parametrize(
    ("dead", "others", "alone", "told"),
    [
        (HELD, [NodeState.ALIVE], False, "taken over by another node within a second or two of the lease's end, at 09:30:30 the last"),
        (HELD, [NodeState.LEFT, NodeState.DEAD], False, "nobody takes it over: start one with the role dispatch"),
        (HELD, [], True, "the next start takes it over"),
        (HELD, [NodeState.ALIVE], True, "the gateway that runs is taking it over"),
        (Claims(), [NodeState.ALIVE], False, "all of it has been taken over"),
    ],
)
async def test_what_happens_to_what_a_dead_one_left(world: World, dead: Claims, others: list[NodeState], alone: bool, told: str) -> None:  # noqa: FBT001  # a parameter of the test
    world.nodes.found = Nodes(items=(*map(node, others), node(NodeState.DEAD, claims=dead)), alone=alone)
    answer = (await world.ask("GET", "/v1/nodes", "operator")).json
    assert answer["shared"] is not alone
    assert told in answer["items"][-1]["next"]["en"]
    assert all(one["next"] is None for one in answer["items"] if one["state"] != "dead")


async def test_a_node_that_only_answers_takes_nothing_over(world: World) -> None:
    front = node(NodeState.ALIVE, roles="api")
    world.nodes.found = Nodes(items=(front, node(NodeState.DEAD, claims=HELD)), alone=False)
    answer = (await world.ask("GET", "/v1/nodes", "operator")).json
    assert "nobody takes it over" in answer["items"][1]["next"]["en"]
    world.nodes.found = replace(world.nodes.found, items=(replace(front, row=replace(front.row, about=None)), *world.nodes.found.items[1:]))
    answer = (await world.ask("GET", "/v1/nodes", "operator")).json
    assert "taken over by another node" in answer["items"][1]["next"]["en"], "one of a version before does both"


async def test_they_are_for_operators(world: World) -> None:
    assert [(await world.ask("GET", "/v1/nodes", role)).status for role in ("local", "front-end", "auditor", "department:tax", None)] == [
        200, 403, 403, 403, 401,
    ]  # fmt: skip
