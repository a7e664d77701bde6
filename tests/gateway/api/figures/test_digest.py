"""The digest over HTTP: of yesterday unless asked, with what needs somebody now, and without anything personal."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

import pytest

from gateway.journal.hours.figures import HOUR
from gateway.journal.store import schema
from gateway.model.delivery import DeliveryState
from gateway.model.identifiers import CHINA
from gateway.operations.digest import span_of
from tests.gateway.api.conftest import World
from tests.gateway.api.sample_cases import a_delivery, an_application
from tests.gateway.journal.hours.calls import of_calls

SECOND = 1_000_000
YESTERDAY = datetime.now(CHINA).date() - timedelta(days=1)


@pytest.fixture(autouse=True)
def the_day_after(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the day, whatever the clock says meanwhile."""
    monkeypatch.setattr("gateway.api.figures.digest.yesterday", lambda: YESTERDAY)


async def asked(world: World, query: str = "", role: str = "operator") -> dict[str, Any]:
    answer = await world.ask("GET", f"/v1/digest{query}", role)
    assert answer.status == 200, answer.json
    return dict(answer.json)


def counted(world: World, hour: int) -> None:
    cases = {"received": 2, "approved": 1, "rejected": 0, "withdrawn": 0, "promised": 1, "on_time": 1}
    world.journal.insert(schema.case_hour, {"hour": hour, **cases, "counted_at": hour + HOUR, "settled": True})
    calls = {"sent": 3, "sent_again": 1, "asked": 0, "failed": 1, "approved": 1, "rejected": 0, "returned": 0}
    kept = {"latencies": of_calls([SECOND]).stored(), "longest": SECOND}
    world.journal.insert(schema.department_hour, {"hour": hour, "department": "tax", **calls, **kept})


async def test_the_hours_of_the_day_and_no_others(world: World) -> None:
    span = span_of(YESTERDAY)
    for hour in (span.begins - HOUR, *span.hours, span.ends):
        counted(world, hour)
    found = await asked(world)
    assert (found["day"], found["hours_counted"], found["cases"]["received"]) == (YESTERDAY.isoformat(), 24, 48)
    [tax] = [one for one in found["departments"] if one["department"] == "tax"]
    assert (tax["figures"]["sent"], tax["figures"]["sent_again"], tax["figures"]["failed"], tax["breaker"]) == (72, 24, 24, "closed")
    other = await asked(world, f"?day={YESTERDAY + timedelta(days=1)}")
    assert (other["hours_counted"], other["cases"]["received"]) == (1, 2)
    assert (await asked(world, "?day=2020-01-01"))["hours_counted"] == 0


async def test_what_needs_somebody_now(world: World) -> None:
    now = time.time_ns() // 1000
    late = an_application(due_at=now - 1, needs_attention=True)
    deliveries = [a_delivery(late, "tax", state=DeliveryState.HELD), a_delivery(late, "marriage", state=DeliveryState.IN_DOUBT)]
    world.journal.add(late, deliveries)
    row = {"name": "tax", "breaker": "stopped", "failures": 1, "problem": "auth", "since": 1, "probe_at": 2, "version": 1}
    world.journal.insert(schema.department, row)
    world.readiness["audit"] = "entry 7 is not what was signed"
    found = await asked(world)
    state = found["now"]
    assert (state["in_progress"], state["past_due"], state["needing_attention"], state["held"], state["in_doubt"]) == (1, 1, 1, 1, 1)
    assert state["oldest_received_at"] is not None
    of = {one["department"]: (one["breaker"], one["open"]) for one in found["departments"]}
    assert (of["tax"], of["marriage"], of["real_estate"]) == (("stopped", 1), ("closed", 1), ("closed", 0))
    assert found["audit_problem"] == "entry 7 is not what was signed"


async def test_keys_that_end_are_named_by_role_and_id_not_by_what_people_call_them(world: World) -> None:
    soon, later = (time.time_ns() // 1000 + days * 24 * HOUR for days in (3, 60))
    key, _ = await world.keys.create("front-end", "王芳的窗口", actor="test", expires_at=soon)
    await world.keys.create("front-end", "another", actor="test", expires_at=later)
    answer = await world.ask("GET", "/v1/digest", "operator")
    assert [(one["kind"], one["of"], one["name"]) for one in answer.json["endings"]] == [("key", "front-end", key.id)]
    assert "王芳" not in answer.body.decode()


async def test_jobs_of_the_day_and_those_that_run(world: World) -> None:
    begins = span_of(YESTERDAY).begins // 1000
    millis = f"{begins + 1000:012x}"
    row = {
        "caller": "c", "body_hmac": "b", "filter": "{}", "selected": 0, "cursor": None, "last": None, "created_at": begins * 1000,
        "ended_at": None, "lease_owner": None, "lease_until": None, "version": 0,
    }  # fmt: skip
    for number, state in enumerate(("running", "ended")):
        name = f"{millis[:8]}-{millis[8:]}-7000-8000-{number:012d}"
        world.journal.insert(schema.job, {**row, "id": name, "key": str(number), "state": state})
    assert (await asked(world))["jobs"] == {"begun": 2, "running": 1}
    assert (await asked(world, f"?day={YESTERDAY - timedelta(days=1)}"))["jobs"] == {"begun": 0, "running": 1}


async def test_who_may(world: World) -> None:
    roles = ("local", "operator", "auditor", "department:tax", "front-end", None)
    assert [(await world.ask("GET", "/v1/digest", role)).status for role in roles] == [200, 200, 200, 403, 403, 401]
    refused = await world.ask("GET", "/v1/digest?day=tomorrow", "operator")
    assert (refused.status, refused.json["errors"][0]["parameter"]) == (400, "day")
