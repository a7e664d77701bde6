"""Departments: their health, their callbacks, their queries."""

from __future__ import annotations

from gateway.journal import schema
from gateway.model.delivery import DeliveryState
from tests.gateway.api.cases import NOON, a_delivery, an_application
from tests.gateway.api.conftest import DEPARTMENTS, World


async def test_health_queue_and_what_each_offers(world: World) -> None:
    case = an_application()
    world.journal.add(case, [a_delivery(case, "tax", state=DeliveryState.HELD)])
    row = {
        "name": "tax",
        "breaker": "open",
        "failures": 5,
        "problem": "timeout",
        "since": NOON,
        "probe_at": NOON + 10_000_000,
        "version": 1,
    }
    world.journal.insert(schema.department, row)

    listed = (await world.ask("GET", "/v1/departments", "operator")).json["items"]
    tax = (await world.ask("GET", "/v1/departments/tax", "auditor")).json

    assert [d["name"] for d in listed] == list(DEPARTMENTS)
    assert tax in listed
    assert (tax["breaker"], tax["problem"], tax["open"]) == ("open", "timeout", {"held": 1})
    assert tax["oldest_open_at"] is not None
    assert tax["operations"] == [{"name": "register", "title": {"zh": "登记", "en": "Register"}, "resend": "safe", "read_only": False}]
    broken = next(d for d in listed if d["name"] == "real_estate")
    assert (broken["problem"], broken["adapter"], broken["operations"]) == ("cannot be imported", None, [])
    assert (await world.ask("GET", "/v1/departments/unknown", "operator")).status == 404


async def test_a_callback_needs_no_key_and_is_acknowledged_as_its_adapter_says(world: World) -> None:
    path = "/v1/departments/tax/callbacks"
    reply = await world.ask("POST", path, None, data=b"ok", headers={"Webhook-Id": "m1", "Content-Type": "text/xml"})
    assert (reply.status, reply.headers["Content-Type"], reply.body) == (200, "text/xml", b"<ack id='m1'/>")

    forged = await world.ask("POST", path, None, data=b"forged")
    assert (forged.status, forged.json["type"]) == (401, "/problems/unauthorized")
    assert (await world.ask("POST", "/v1/departments/unknown/callbacks", None, data=b"ok")).status == 404


async def test_a_question_is_answered_at_once(world: World) -> None:
    question = {"request": {"name": "欧阳明"}, "purpose": "购房"}
    reply = await world.ask("POST", "/v1/departments/real_estate/queries/housing_holdings", json=question)
    assert (reply.status, reply.json) == (200, {"count": 0, "holdings": []})
    assert (await world.ask("POST", "/v1/departments/tax/queries/unknown", json=question)).status == 404
