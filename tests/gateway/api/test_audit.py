"""The audit as an auditor reads it."""

from __future__ import annotations

from gateway.journal.audit import GENESIS, canonical_details, entry_hash
from tests.gateway.api.cases import an_application
from tests.gateway.api.conftest import World


async def test_entries_can_be_read_back_to_the_first_and_verified(world: World) -> None:
    cases = [an_application() for _ in range(3)]
    for case in cases:
        world.journal.add(case, [])

    entries, cursor = [], ""
    while True:
        page = (await world.ask("GET", f"/v1/audit?limit=2{cursor}", "auditor")).json
        entries += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"

    assert [entry["seq"] for entry in entries] == [3, 2, 1]
    previous = GENESIS
    for entry in reversed(entries):
        row = {**entry, "at": entry["at_microseconds"], "details": canonical_details(entry["details"])}
        previous = entry_hash(previous, row)
        assert entry["hash"] == previous


async def test_entries_of_one_application_or_event(world: World) -> None:
    cases = [an_application() for _ in range(2)]
    for case in cases:
        world.journal.add(case, [])

    found = (await world.ask("GET", f"/v1/audit?application={cases[0].id}", "auditor")).json["items"]
    assert [entry["application_id"] for entry in found] == [cases[0].id]
    assert (await world.ask("GET", "/v1/audit?event=key_created", "auditor")).json == {"items": [], "next": None}
    assert (await world.ask("GET", f"/v1/audit?cursor={cases[0].id}", "auditor")).status == 400


async def test_the_signed_head(world: World) -> None:
    assert (await world.ask("GET", "/v1/audit/checkpoint", "auditor")).json["seq"] == world.journal.head.seq
