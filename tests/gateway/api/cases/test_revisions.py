"""Answering a 补正, taking an application back."""

from __future__ import annotations

from gateway.model.identifiers import new_id
from tests.gateway.api.catalogue_stand_ins import SAMPLE
from tests.gateway.api.conftest import World
from tests.gateway.api.sample_cases import a_delivery, an_application

KEY = {"Idempotency-Key": "two"}


async def test_a_revision_is_filed_under_its_own_key(world: World) -> None:
    await world.key("front-end")
    case = an_application(caller=world.ids["front-end"])
    world.journal.add(case, [a_delivery(case)])
    path = f"/v1/applications/{case.id}/revisions"

    reply = await world.ask("POST", path, json=SAMPLE, headers=KEY)
    assert (reply.status, reply.headers["Location"], reply.json["id"]) == (202, f"/v1/applications/{case.id}", case.id)
    assert (await world.ask("POST", path, json=SAMPLE)).status == 400
    assert (await world.ask("POST", path, json={}, headers=KEY)).status == 422


async def test_withdrawal_takes_a_reason_or_no_body_at_all(world: World) -> None:
    await world.key("front-end")
    case = an_application(caller=world.ids["front-end"])
    world.journal.add(case, [a_delivery(case)])
    path = f"/v1/applications/{case.id}/withdrawal"

    assert (await world.ask("POST", path)).status == 202
    assert (await world.ask("POST", path, json={"reason": "不办了"})).status == 202
    assert (await world.ask("POST", path, json={"why": "x"})).status == 422
    assert world.revisions.withdrawn == [(case.id, None), (case.id, "不办了")]


async def test_voiding_takes_a_reason_and_is_the_machines_over_http(world: World) -> None:
    case = an_application()
    world.journal.add(case, [a_delivery(case)])
    path = f"/v1/applications/{case.id}/void"

    reply = await world.ask("POST", path, "local", json={"reason": "重复收件"})
    assert (reply.status, reply.json["id"]) == (200, case.id)
    for wrong in ({}, {"reason": ""}, {"reason": " "}, {"reason": "x" * 501}, {"reason": "x", "who": "me"}):
        assert (await world.ask("POST", path, "local", json=wrong)).status == 422, wrong
    for role in ("front-end", "operator", "auditor"):
        assert (await world.ask("POST", path, role, json={"reason": "x"})).status == 403, role
    assert (await world.ask("POST", f"/v1/applications/{new_id()}/void", "local", json={"reason": "x"})).status == 404
    assert world.revisions.voided == [(case.id, "重复收件")]


async def test_nobody_changes_what_is_anothers(world: World) -> None:
    case = an_application()
    world.journal.add(case, [a_delivery(case)])

    assert (await world.ask("POST", f"/v1/applications/{case.id}/revisions", json=SAMPLE, headers=KEY)).status == 404
    assert (await world.ask("POST", f"/v1/applications/{case.id}/withdrawal")).status == 404
    assert world.revisions.withdrawn == []
