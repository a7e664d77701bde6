"""The audit as an auditor reads it."""

from __future__ import annotations

from gateway.journal.audit.hash_chain import GENESIS, canonical_details, entry_hash
from tests.gateway.api.conftest import World
from tests.gateway.api.sample_cases import an_application


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


async def test_what_a_person_does_to_it_is_done_at_the_machine_alone(world: World) -> None:
    for role in ("auditor", "operator"):
        for act in ("acceptance", "upgrade", "key"):
            assert (await world.ask("POST", f"/v1/audit/{act}", role, json={"reason": "x"})).status == 403
    accepted = await world.ask("POST", "/v1/audit/acceptance", "local", json={"reason": "looked into"})
    assert [problem["kind"] for problem in accepted.json["problems"]] == ["row_forged"]
    assert world.audit.reasons == ["looked into"]
    assert (await world.ask("POST", "/v1/audit/acceptance", "local", json={"reason": ""})).status == 422
    assert (await world.ask("POST", "/v1/audit/upgrade", "local")).json == {"chains": 1}
    assert (await world.ask("POST", "/v1/audit/key", "local")).json["new"] == "b"
