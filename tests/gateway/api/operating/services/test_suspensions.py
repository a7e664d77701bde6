"""Suspensions over the interface: said by who may, refused with their places, and told by the catalogue."""

from __future__ import annotations

import pytest

from gateway.cases.suspending.suspensions import ServiceSuspended
from gateway.journal.store.views import Suspension
from tests.gateway.api.conftest import World

NOTICE = {"zh": "系统升级 <b>&amp;", "en": "Moving <script>"}
BODY = {"notice": NOTICE, "reason": "they asked"}
UNTIL = "2029-12-08T00:00:00+08:00"


async def test_a_service_is_suspended_listed_told_and_resumed(world: World) -> None:
    said = await world.ask("POST", "/v1/services/newlywed/suspend", "operator", json={**BODY, "until": UNTIL})
    assert (said.status, said.json["service"], said.json["in_force"], said.json["notice"]) == (200, "newlywed", True, NOTICE)
    assert (said.json["acts"][0]["act"], said.json["acts"][0]["reason"]) == ("suspended", "they asked")
    for path in ("/v1/services/newlywed", "/v1/services"):
        found = (await world.ask("GET", path)).json
        suspended = (found.get("items") or [found])[0]["suspended"]
        assert (suspended["notice"], suspended["until"]) == (NOTICE, "2029-12-08T00:00:00.000+08:00")
    [listed] = (await world.ask("GET", "/v1/suspensions")).json["items"]
    assert (listed["id"], listed["acts"]) == (said.json["id"], [])  # reasons are not a front end's
    body = {"until": None, "reason": "longer"}
    changed = await world.ask("PATCH", f"/v1/suspensions/{listed['id']}", "operator", json=body)
    assert (changed.status, changed.json["until"]) == (200, None)
    again = await world.ask("POST", "/v1/services/newlywed/resume", "operator", json={"reason": "over"})
    assert (again.status, again.json["items"]) == (200, [])
    assert (await world.ask("GET", "/v1/services/newlywed")).json["suspended"] is None
    assert (await world.ask("POST", "/v1/services/newlywed/resume", "operator", json={"reason": "over"})).status == 409


@pytest.mark.parametrize(
    ("more", "pointers"),
    [
        ({"notice": {"zh": ""}}, {"/notice/zh"}),
        ({"notice": {"zh": " "}}, {"/notice/zh"}),
        ({"notice": {"zh": "a\u202eb", "en": "a\nb"}}, {"/notice/zh", "/notice/en"}),
        ({"notice": {"zh": "a\x00b"}}, {"/notice/zh"}),
        ({"notice": {"zh": "长" * 501}}, {"/notice/zh"}),
        ({"notice": {"en": "only"}}, {"/notice/zh"}),
        ({"reason": " "}, {"/reason"}),
        ({"since": "2001-01-01T00:00:00Z"}, {"/since"}),
        ({"until": "tomorrow"}, {"/until"}),
        ({"until": "9999-12-31T23:59:59Z"}, {"/until"}),
        ({"until": "0001-01-01T00:00:00Z"}, {"/until"}),
    ],
)
async def test_what_cannot_be_is_refused_at_its_place(world: World, more: dict[str, object], pointers: set[str]) -> None:
    said = await world.ask("POST", "/v1/services/newlywed/suspend", "operator", json={**BODY, **more})
    assert (said.status, {one["pointer"] for one in said.json["errors"]}) == (422, pointers)
    assert (await world.ask("GET", "/v1/suspensions")).json["items"] == []


async def test_who_may_not_cannot_and_what_is_not_there_is_not_found(world: World) -> None:
    for role in ("front-end", "auditor", "department:tax"):
        assert (await world.ask("POST", "/v1/services/newlywed/suspend", role, json=BODY)).status == 403
    assert (await world.ask("POST", "/v1/services/nowhere/suspend", "operator", json=BODY)).status == 404
    assert (await world.ask("POST", "/v1/services/nowhere/resume", "operator", json={"reason": "r"})).status == 404
    body = {"until": None, "reason": "r"}
    assert (await world.ask("PATCH", "/v1/suspensions/01a229d6-2a69-74bc-ae8d-7ef2d2db512b", "operator", json=body)).status == 404


async def test_a_front_end_is_refused_with_a_problem_of_its_own_kind(world: World) -> None:
    row = Suspension(id="1", service="newlywed", since=0, until=90_000_000, notice_zh="升级", notice_en=None, version=1)
    world.intake.refuse = ServiceSuspended(row, 30_000_000)
    body = {"service": "newlywed", "channel": "counter", "applicant": {}, "data": {}}
    said = await world.ask("POST", "/v1/applications", json=body, headers={"Idempotency-Key": "a"})
    assert (said.status, said.json["type"], said.headers["Retry-After"]) == (409, "/problems/service-suspended", "60")
    assert said.json["suspended"]["notice"] == {"zh": "升级", "en": "升级"}
    assert (await world.ask("GET", "/problems/service-suspended", None)).status == 200
