"""Repairs of many: the request is checked all at once, then the job is begun, followed, stopped."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.journal.read.job_views import JobDelivery, JobView
from gateway.journal.read.selection import Selection
from gateway.journal.store.views import Page
from gateway.model.delivery import DeliveryState
from gateway.model.identifiers import new_id
from tests.gateway.api.conftest import World
from tests.gateway.api.sample_cases import NOON

KEY = {"Idempotency-Key": "repair-1"}


async def test_a_dry_run_counts_by_department_state_and_what_would_happen(world: World) -> None:
    reply = await world.ask("POST", "/v1/deliveries/retry", "operator", json={"filter": {}, "dry_run": True})
    assert (reply.status, reply.json["selected"], reply.json["would"]) == (200, 7, {"sent_again": 6, "never": 1})
    assert reply.json["items"][1] == {"department": "tax", "state": "in_doubt", "would": "never", "count": 1}
    assert not world.jobs.begun


async def test_a_filter_is_handed_on_whole(world: World, job: JobView) -> None:
    asked: dict[str, Any] = {
        "state": ["held"], "department": "tax", "operation": "register", "service": "newlywed", "problem": "http_400",
        "updated_after": "2026-11-23T09:30:00+08:00", "updated_before": "2026-11-23T09:30:01+08:00",
        "received_after": "2026-11-23T01:30:00Z", "received_before": "2026-11-23T01:30:01Z", "ids": [job.id],
    }  # fmt: skip
    reply = await world.ask("POST", "/v1/deliveries/retry", "operator", headers=KEY, json={"filter": asked, "reason": "mended"})
    assert (reply.status, reply.headers["Location"]) == (202, f"/v1/jobs/{job.id}")
    wanted = Selection(
        states=(DeliveryState.HELD,), department="tax", operation="register", service="newlywed", problem="http_400",
        updated_after=NOON, updated_before=NOON + 1_000_000, received_after=NOON, received_before=NOON + 1_000_000, ids=(job.id,),
    )  # fmt: skip
    assert world.jobs.begun == [(wanted, "repair-1", "mended")]
    assert Selection.of_json(wanted.as_json()) == wanted
    again = await world.ask("POST", "/v1/deliveries/retry", "local", headers=KEY, json={"filter": asked})
    assert again.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/filter"]),
        ({"filter": {"state": []}}, ["/filter/state"]),
        (
            {"filter": {"state": ["approved"], "updated_after": "yesterday", "department": "x y", "ids": ["1"]}, "dry_run": "yes"},
            ["/dry_run", "/filter/department", "/filter/ids/0", "/filter/state/0", "/filter/updated_after"],
        ),
        ({"filter": {"state": "held", "received_before": "2026-11-23T09:30:00"}}, ["/filter/received_before", "/filter/state"]),
    ],
)
async def test_everything_that_is_wrong_is_told_at_once(world: World, body: dict[str, Any], pointers: list[str]) -> None:
    reply = await world.ask("POST", "/v1/deliveries/retry", "operator", headers=KEY, json=body)
    assert reply.status == 422
    assert sorted(error["pointer"] for error in reply.json["errors"]) == pointers
    assert not world.jobs.begun


async def test_a_key_is_needed_to_begin(world: World, job: JobView) -> None:
    assert (await world.ask("POST", "/v1/deliveries/retry", "operator", json={"filter": {}})).status == 400
    for role in ("front-end", "auditor", "department:tax"):
        assert (await world.ask("POST", "/v1/deliveries/retry", role, headers=KEY, json={"filter": {}})).status == 403


async def test_a_job_is_followed_and_stopped(world: World, job: JobView) -> None:
    shown = (await world.ask("GET", f"/v1/jobs/{job.id}", "operator")).json
    assert (shown["looked_at"], shown["released"], shown["passed_over"], shown["moved_on"]) == (6, 5, {"never": 1}, 3)
    assert (shown["now"], shown["reason"]) == ({"approved": 5}, "对方已修复")
    assert shown["filter"] == {"state": ["held", "in_doubt"], "department": "tax", "received_after": "2026-11-23T09:30:00.000+08:00"}
    assert (await world.ask("GET", f"/v1/jobs/{job.id}", "auditor")).json["reason"] is None
    assert [one["id"] for one in (await world.ask("GET", "/v1/jobs", "operator")).json["items"]] == [job.id]
    assert (await world.ask("POST", f"/v1/jobs/{job.id}/stop", "operator")).status == 200
    assert world.jobs.stopped == [job.id]
    for path in (f"/v1/jobs/{new_id()}", "/v1/jobs/x", f"/v1/jobs/{new_id()}/deliveries"):
        assert (await world.ask("GET", path, "operator")).status == 404
    assert (await world.ask("POST", "/v1/jobs/x/stop", "operator")).status == 404


async def test_each_delivery_of_a_job_is_reported(world: World, job: JobView) -> None:
    done = JobDelivery(
        delivery_id=new_id(), application_id=new_id(), number="CL-20261123-00000001-4", department="tax", at=NOON,
        result="released", state=DeliveryState.APPROVED, problem=None,
    )  # fmt: skip
    world.jobs.page = Page((done,), done.delivery_id)
    reply = (await world.ask("GET", f"/v1/jobs/{job.id}/deliveries?result=released&limit=1", "operator")).json
    assert (reply["items"][0]["state"], reply["next"]) == ("approved", done.delivery_id)
    assert (await world.ask("GET", f"/v1/jobs/{job.id}/deliveries?colour=red", "operator")).status == 400
