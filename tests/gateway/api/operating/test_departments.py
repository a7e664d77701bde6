"""Departments: their health, their callbacks."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

import pytest

from gateway.journal.store import schema
from gateway.model.delivery import DeliveryState
from gateway.model.identifiers import CHINA, new_id
from gateway.operations.controls import WantedControls
from tests.gateway.api.catalogue_stand_ins import hosted
from tests.gateway.api.conftest import DEPARTMENTS, World
from tests.gateway.api.sample_cases import NOON, a_delivery, an_application


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
    first = next(d for d in listed if d["name"] == "tax")
    assert tax.pop("counted_at") >= first.pop("counted_at")
    assert tax == first
    assert (tax["breaker"], tax["problem"], tax["open"]) == ("open", "timeout", {"held": 1})
    assert tax["oldest_open_at"] is not None
    assert tax["operations"] == [
        {"name": "register", "title": {"zh": "登记", "en": "Register"}, "resend": "safe", "read_only": False},
        {"name": "housing_holdings", "title": {"zh": "住房查询", "en": "Homes"}, "resend": "safe", "read_only": True},
    ]
    broken = next(d for d in listed if d["name"] == "real_estate")
    assert (broken["problem"], broken["adapter"], broken["operations"]) == ("cannot be imported", None, [])
    assert broken["quality"] is None
    assert tax["quality"] == {"tier": "bronze", "claimed": "silver", "lacking": ["probe", "real-system"]}
    assert (await world.ask("GET", "/v1/departments/unknown", "operator")).status == 404


async def test_hours_maintenance_and_quota_are_told_with_why(world: World) -> None:
    now = datetime.now(CHINA)
    planned = {"from": (now - timedelta(hours=1)).isoformat(), "to": (now + timedelta(hours=1)).isoformat()}
    _install(world, "tax", hours=[{"days": "daily", "from": "00:00", "to": "24:00"}], quota=2, maintenance=[planned])
    world.journal.insert(schema.quota_use, {"department": "tax", "day": f"{now:%Y%m%d}", "used": 2})
    tax = (await world.ask("GET", "/v1/departments/tax", "operator")).json
    assert (tax["availability"]["state"], tax["availability"]["until"][:19]) == ("maintenance", planned["to"][:19])
    assert tax["availability"]["why"] == {
        "zh": f"部门计划维护中，{now + timedelta(hours=1):%Y-%m-%d %H:%M:%S} 恢复受理。",
        "en": f"Office is in planned maintenance: closed until {now + timedelta(hours=1):%Y-%m-%d %H:%M:%S}.",
    }
    assert (tax["quota"]["daily"], tax["quota"]["used"]) == (2, 2)
    assert "quota of 2 a day is used up until" in tax["quota"]["why"]["en"]
    metrics = (await world.ask("GET", "/metrics", "operator")).body
    assert b'gateway_department_closed{department="tax",scope="journal"} 1.0' in metrics
    assert b'gateway_department_quota_left{department="tax",scope="journal"} 0.0' in metrics
    marriage = (await world.ask("GET", "/v1/departments/marriage", "operator")).json
    assert (marriage["availability"], marriage["quota"]) == ({"state": "open", "until": None, "why": None}, None)


async def test_a_delivery_says_until_when_its_department_is_closed_or_its_quota_used_up(world: World) -> None:
    now = datetime.now(CHINA)
    case = an_application()
    due = time.time_ns() // 1000 + 3_600_000_000
    delivery = a_delivery(case, "tax", state=DeliveryState.READY, due_at=due)
    world.journal.add(case, [delivery])
    _install(world, "tax", quota=1)
    world.journal.insert(schema.quota_use, {"department": "tax", "day": f"{now:%Y%m%d}", "used": 1})
    shown = (await world.ask("GET", f"/v1/deliveries/{delivery.id}", "operator")).json
    assert "quota of 1 a day is used up until" in shown["why"]["en"]
    assert "限额 1 件已用完" in shown["why"]["zh"]
    other = f"{now + timedelta(hours=2):%H:%M}", f"{now + timedelta(hours=3):%H:%M}"
    _install(world, "tax", hours=[{"days": "daily", "from": other[0], "to": other[1]}])
    shown = (await world.ask("GET", f"/v1/deliveries/{delivery.id}", "department:tax")).json
    assert f"outside its hours: closed until {now + timedelta(hours=2):%Y-%m-%d %H:%M}" in shown["why"]["en"]
    assert "waiting uses up no attempt" in shown["next"]["en"]


def _install(world: World, name: str, **more: Any) -> None:
    """Take another configuration of a department, as a reload does."""
    departments: Any = world.parts.departments
    departments[name] = hosted(name, **more)
    world.parts.openings.renew()


async def test_a_departments_key_sees_itself_alone(world: World) -> None:
    assert [d["name"] for d in (await world.ask("GET", "/v1/departments", "department:tax")).json["items"]] == ["tax"]
    assert (await world.ask("GET", "/v1/departments/tax", "department:tax")).json["name"] == "tax"
    assert (await world.ask("GET", "/v1/departments/marriage", "department:tax")).status == 404
    assert (await world.ask("GET", "/v1/departments", "front-end")).status == 403


async def test_a_departments_key_is_not_told_how_other_steps_stand(world: World) -> None:
    case = an_application()
    waiting = a_delivery(case, "tax", state=DeliveryState.WAITING, after=("marriage",), due_at=None, position=1)
    world.journal.add(case, [a_delivery(case, "marriage", state=DeliveryState.HELD, problem="http_400"), waiting])
    for path in (f"/v1/deliveries/{waiting.id}", "/v1/deliveries?department=tax"):
        assert b"held" not in (await world.ask("GET", path, "department:tax")).body
        assert b"held" in (await world.ask("GET", path, "operator")).body
    assert (await world.ask("GET", "/v1/deliveries?department=marriage", "department:tax")).json["items"] == []


async def test_a_callback_needs_no_key_and_is_acknowledged_as_its_adapter_says(world: World) -> None:
    path = "/v1/departments/tax/callbacks"
    reply = await world.ask("POST", path, None, data=b"ok", headers={"Webhook-Id": "m1", "Content-Type": "text/xml"})
    assert (reply.status, reply.headers["Content-Type"], reply.body) == (200, "text/xml", b"<ack id='m1'/>")

    forged = await world.ask("POST", path, None, data=b"forged")
    assert (forged.status, forged.json["type"]) == (401, "/problems/unauthorized")
    assert (await world.ask("POST", "/v1/departments/unknown/callbacks", None, data=b"ok")).status == 404


async def test_an_operator_pauses_and_limits_one(world: World) -> None:
    body = {"paused": True, "limits": {"concurrency": 4}, "reason": "maintenance"}
    said = await world.ask("PATCH", "/v1/departments/tax", "operator", json=body)
    assert (said.status, said.json["paused"], said.json["paused_since"]) == (200, True, "2026-11-23T09:30:00.000+08:00")
    assert said.json["limits"] == {"concurrency": 4, "rate_per_second": None}
    assert said.json["overrides"] == {"concurrency": 4, "rate_per_second": None}
    assert world.controls.asked == [("tax", WantedControls(paused=True, limits={"concurrency": 4}), "maintenance")]

    await world.ask("PATCH", "/v1/departments/tax", "local", json={"limits": {"rate_per_second": None}, "reason": "over"})
    assert world.controls.asked[1] == ("tax", WantedControls(paused=None, limits={"rate_per_second": None}), "over")
    assert (await world.ask("PATCH", "/v1/departments/unknown", "operator", json=body)).status == 404
    for role in ("front-end", "auditor", "department:tax"):
        assert (await world.ask("PATCH", "/v1/departments/tax", role, json=body)).status == 403


async def test_an_operator_has_one_probed(world: World) -> None:
    path = "/v1/departments/tax/probe"
    for role in ("front-end", "auditor", "department:tax"):
        assert (await world.ask("POST", path, role)).status == 403
    said = await world.ask("POST", path, "operator")
    assert (said.status, said.json["name"], world.controls.probed) == (200, "tax", ["tax"])
    assert (await world.ask("POST", path, "operator", json={})).status == 409
    assert (await world.ask("POST", path, "operator", json={"reason": "r"})).status == 422
    assert (await world.ask("POST", "/v1/departments/unknown/probe", "operator")).status == 404


async def test_a_delivery_of_a_paused_department_says_so(world: World) -> None:
    case = an_application()
    delivery = a_delivery(case, "tax", state=DeliveryState.READY, due_at=NOON)
    world.journal.add(case, [delivery])
    await world.ask("PATCH", "/v1/departments/tax", "operator", json={"paused": True, "reason": "maintenance"})
    shown = (await world.ask("GET", f"/v1/deliveries/{delivery.id}", "operator")).json
    assert "paused by an operator since" in shown["why"]["en"]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, {"": "paused or limits", "/reason": "required"}),
        ({"reason": "  ", "limits": {}}, {"": "paused or limits", "/reason": "form"}),
        (
            {"paused": "yes", "limits": {"concurrency": 0, "rate_per_second": 0, "deadline": 1}},
            {
                "/paused": "true or false",
                "/limits/concurrency": "at least 1",
                "/limits/rate_per_second": "at least 0.001",
                "/limits": "not part",
                "/reason": "required",
            },
        ),
        (
            {"limits": {"concurrency": 1.5, "rate_per_second": "5"}, "reason": "x" * 501},
            {"/limits/concurrency": "integer", "/limits/rate_per_second": "number", "/reason": "at most 500"},
        ),
        (
            {"limits": {"concurrency": 1001, "rate_per_second": 1e9}, "reason": "x"},
            {"/limits/concurrency": "1000", "/limits/rate_per_second": "10000"},
        ),
    ],
)
async def test_all_that_is_wrong_with_what_is_said_is_told_at_once(world: World, body: dict[str, Any], wrong: dict[str, str]) -> None:
    reply = await world.ask("PATCH", "/v1/departments/tax", "operator", json=body)
    told = {error["pointer"]: error["detail"] for error in reply.json["errors"]}
    assert (reply.status, told.keys()) == (422, wrong.keys())
    for pointer, text in wrong.items():
        assert text in told[pointer], told
    assert world.controls.asked == []


async def test_what_operators_last_said_of_a_department_is_shown_to_operators(world: World) -> None:
    said = [("paused", "operator:li", "停机维护"), ("limited", f"caller:{new_id()}", "限流 13800138000")]
    for version, (act, actor, reason) in enumerate(said, 1):
        kept = {"act": act, "actor": actor, "at": NOON, "reason": reason}
        world.journal.payload("-", "note:department:tax", version, kept)
    world.journal.insert(schema.payload, {"application_id": "-", "part": "note:department:marriage", "revision": 1, "blob": "旧".encode()})

    shown = {d["name"]: d["acts"] for d in (await world.ask("GET", "/v1/departments", "operator")).json["items"]}
    limited, paused = shown["tax"]
    assert (paused["act"], paused["name"], paused["reason"], paused["at"]) == ("paused", "li", "停机维护", "2026-11-23T09:30:00.000+08:00")
    assert (limited["act"], limited["name"]) == ("limited", None)  # of a key that does not exist
    assert "13800138000" not in limited["reason"]
    [before] = shown["marriage"]  # by a release that kept the words alone
    assert (before["act"], before["at"], before["actor"], before["reason"]) == ("controlled", None, None, "旧")
    assert (await world.ask("GET", "/v1/departments/tax", "department:tax")).json["acts"] == []
    assert {a["reason"] for a in (await world.ask("GET", "/v1/departments/tax", "auditor")).json["acts"]} == {None}
