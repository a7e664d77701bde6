"""Stuck deliveries are named to the gateway's operators."""

from __future__ import annotations

from gateway.journal.read.stuck import Kind, Stuck
from gateway.model.identifiers import new_id
from tests.gateway.api.conftest import World


async def test_every_one_is_named_with_its_kind(world: World) -> None:
    assert (await world.ask("GET", "/v1/deliveries/stuck", "operator")).json == {"items": []}
    world.watchdog.found = [Stuck(delivery_id=new_id(), application_id=new_id(), department="tax", kind=kind) for kind in Kind]
    found = (await world.ask("GET", "/v1/deliveries/stuck", "auditor")).json["items"]
    assert [one["kind"] for one in found] == ["no_time", "no_lease", "lease_over", "overdue", "nothing_open"]
    assert (await world.ask("GET", "/v1/deliveries/stuck", "front-end")).status == 403
    assert (await world.ask("GET", "/v1/deliveries/stuck?x=1", "operator")).status == 400
