"""Receipts are shown to who files and to who issues them again, and to nobody else anywhere."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.journal.store import schema
from gateway.journal.store.records import party_row
from gateway.model.case import Party
from gateway.model.identifiers import new_id
from tests.gateway.api.catalogue_stand_ins import SAMPLE
from tests.gateway.api.conftest import World
from tests.gateway.api.sample_cases import a_delivery, an_application

KEY = {"Idempotency-Key": "one"}


async def filed(world: World, **headers: str) -> Any:
    return (await world.ask("POST", "/v1/applications", json=SAMPLE, headers={**KEY, **headers})).json


@pytest.mark.parametrize("wait", [{}, {"Prefer": "wait=0"}])
async def test_one_issued_again_is_what_a_repeat_of_the_filing_shows_from_then_on(world: World, wait: dict[str, str]) -> None:
    case = await filed(world)
    assert case["receipts"] == []  # the stand-in files without people, as a version before did
    path = f"/v1/applications/{case['id']}/receipt"
    first = (await world.ask("POST", path)).json
    second = (await world.ask("POST", path, json={"role": "applicant"})).json
    assert (second["number"], second["received_at"], second["roles"]) == (case["number"], case["received_at"], ["applicant"])
    assert first["query_code"] != second["query_code"]
    assert first["link"] != second["link"]
    assert (await filed(world, **wait))["receipts"] == [second]


async def test_the_applicants_comes_first_and_who_has_left_has_none(world: World) -> None:
    case = await filed(world)
    left = Party(id=new_id(), application_id=case["id"], roles=(), kind="person", version=2)
    spouse = Party(id=new_id(), application_id=case["id"], roles=("spouse",), kind="person")
    applicant = Party(id=new_id(), application_id=case["id"], roles=("applicant", "handler"), kind="person")
    world.journal.insert(schema.party, *(party_row(row) for row in (left, spouse, applicant)))
    issued = [
        (await world.ask("POST", f"/v1/applications/{case['id']}/receipt", json={"role": role})).json for role in ("spouse", "handler")
    ]
    assert [one["roles"] for one in issued] == [["spouse"], ["applicant", "handler"]]
    assert (await filed(world))["receipts"] == issued[::-1]


async def test_neither_code_nor_link_is_in_any_other_answer(world: World) -> None:
    case = await filed(world)
    issued = (await world.ask("POST", f"/v1/applications/{case['id']}/receipt")).json
    one = f"/v1/applications/{case['id']}"
    for path in (one, f"{one}/events", "/v1/applications", "/v1/events", f"/v1/audit?application={case['id']}", "/v1/audit"):
        for role in ("front-end", "operator", "auditor", "local"):
            answer = await world.ask("GET", path, role)
            assert issued["query_code"].encode() not in answer.body, (role, path)
            assert issued["link"].encode() not in answer.body, (role, path)
    events = (await world.ask("GET", f"{one}/events")).json["items"]
    assert [event["event"] for event in events] == ["application_accepted", "receipt_issued"]


async def test_a_role_that_there_is_not_and_a_body_that_is_none_are_told(world: World) -> None:
    case = await filed(world)
    path = f"/v1/applications/{case['id']}/receipt"
    refused = await world.ask("POST", path, json={"role": "buyer"})
    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "/role")
    assert "applicant" in refused.json["errors"][0]["detail"]
    for body in ({"role": "Buyer"}, {"who": "applicant"}, {"role": None}):
        assert (await world.ask("POST", path, json=body)).status == 422


async def test_of_anothers_case_nothing_is_issued(world: World) -> None:
    case = an_application()
    world.journal.add(case, [a_delivery(case)])
    assert (await world.ask("POST", f"/v1/applications/{case.id}/receipt")).status == 404
    assert (await world.ask("POST", f"/v1/applications/{case.id}/receipt", "operator")).status == 403
