"""Alive, ready, counted."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from gateway.model.delivery import DeliveryState
from tests.gateway.api.conftest import World
from tests.gateway.api.sample_cases import a_delivery, an_application


async def test_alive(world: World) -> None:
    assert (await world.ask("GET", "/livez", None)).json == {"alive": True}


async def test_ready_or_why_not(world: World) -> None:
    assert (await world.ask("GET", "/readyz", None)).json == {
        "ready": True,
        "checks": dict.fromkeys(("journal", "departments", "catalogue")),
    }

    world.readiness["journal"] = "disk is full"
    reply = await world.ask("GET", "/readyz", None)
    assert reply.status == 503
    assert reply.json["checks"]["journal"] == "disk is full"
    assert "Retry-After" in reply.headers


async def test_a_disabled_department_is_said_and_takes_nobody_along(world: World) -> None:
    world.readiness["departments"] = "tax: plugin tax cannot be loaded"
    reply = await world.ask("GET", "/readyz", None)
    assert reply.status == 200
    assert reply.json == {"ready": True, "checks": {"journal": None, "departments": "tax: plugin tax cannot be loaded", "catalogue": None}}


async def test_metrics_need_an_operators_key_and_name_nobody(world: World) -> None:
    case = an_application()
    world.journal.add(case, [a_delivery(case, "tax", state=DeliveryState.HELD)])
    await world.ask("GET", f"/v1/applications/{case.id}", "operator")

    reply = await world.ask("GET", "/metrics", "operator")
    families = {family.name: family for family in text_string_to_metric_families(reply.body.decode())}

    assert all(name.startswith("gateway_") for name in families)
    tax_held = {"department": "tax", "state": "held", "scope": "journal"}
    assert [s.value for s in families["gateway_deliveries"].samples if s.labels == tax_held] == [1.0]
    paused = {s.labels["department"]: s.value for s in families["gateway_department_paused"].samples}
    assert paused["tax"] == 0.0
    await world.ask("PATCH", "/v1/departments/tax", "operator", json={"paused": True, "reason": "maintenance"})
    assert b'gateway_department_paused{department="tax",scope="journal"} 1.0' in (await world.ask("GET", "/metrics", "operator")).body
    labels = {label for family in families.values() for sample in family.samples for label in sample.labels}
    assert labels <= {"route", "method", "status", "service", "department", "state", "result", "le", "scope"}
    assert case.id.encode() not in reply.body
    assert (await world.ask("GET", "/metrics", None)).status == 401
    assert (await world.ask("GET", "/metrics", "front-end")).status == 403
