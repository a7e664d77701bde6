"""Trends over HTTP: whole hours, the departments that the caller may see, percentiles from buckets that were added."""

from __future__ import annotations

import time
from typing import Any

import pytest

from gateway.api.shapes.answers import rfc3339
from gateway.journal.hours.figures import HOUR, hour_of
from gateway.journal.store import schema
from tests.gateway.api.conftest import World
from tests.gateway.journal.hours.calls import of_calls

NOW = hour_of(time.time_ns() // 1000)
SECOND = 1_000_000


@pytest.fixture(autouse=True)
def in_the_middle_of_the_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the hour, whatever the clock says meanwhile."""
    monkeypatch.setattr("gateway.api.figures.trends._now", lambda: NOW + HOUR // 2)


def hours(world: World, *counted: int) -> None:
    """Count these hours (ago), one case each, with ten calls to the tax office of which one failed."""
    latencies = of_calls([SECOND] * 9 + [5 * SECOND])
    for ago in counted:
        at = NOW - ago * HOUR
        cases = {"received": 3, "approved": 1, "rejected": 1, "withdrawn": 0, "promised": 2, "on_time": 1}
        world.journal.insert(schema.case_hour, {"hour": at, **cases, "counted_at": at + HOUR, "settled": True})
        calls = {"sent": 9, "sent_again": 2, "asked": 1, "failed": 1, "approved": 5, "rejected": 1, "returned": 0}
        kept = {"latencies": latencies.stored(), "longest": latencies.longest}
        world.journal.insert(schema.department_hour, {"hour": at, "department": "tax", **calls, **kept})


async def asked(world: World, query: str = "", role: str = "operator") -> dict[str, Any]:
    answer = await world.ask("GET", f"/v1/trends{query}", role)
    assert answer.status == 200, answer.json
    return dict(answer.json)


async def test_the_last_day_by_the_hour_and_together(world: World) -> None:
    hours(world, 0, 1, 23, 24)
    found = await asked(world)
    assert (found["begins"], found["ends"]) == (rfc3339(NOW - 23 * HOUR), rfc3339(NOW + HOUR))
    assert [one["hour"] for one in found["cases"]["hours"]] == [rfc3339(NOW - ago * HOUR) for ago in (23, 1, 0)]
    assert found["counted_at"] == rfc3339(NOW + HOUR)
    assert found["cases"]["total"] == {
        "received": 9, "approved": 3, "rejected": 3, "withdrawn": 0, "promised": 6, "on_time": 3, "on_time_share": 0.5,
    }  # fmt: skip
    of = {one["department"]: one for one in found["departments"]}
    assert set(of) == {"marriage", "real_estate", "tax"}
    assert (of["tax"]["total"]["sent"], of["tax"]["total"]["failed"], of["tax"]["total"]["calls"]) == (27, 3, 30)
    assert 0.7 < of["tax"]["total"]["p50_seconds"] < 1.5
    assert 4 < of["tax"]["total"]["p95_seconds"] <= 5
    assert (of["marriage"]["total"]["sent"], of["marriage"]["total"]["p95_seconds"]) == (0, None)
    assert len(of["marriage"]["hours"]) == 3, "an hour that was counted, in which nothing passed"


async def test_a_span_in_whole_hours_and_one_department(world: World) -> None:
    hours(world, 0, 1, 2, 3)
    begins, ends = rfc3339(NOW - 3 * HOUR + 59 * 60 * SECOND), rfc3339(NOW - HOUR + SECOND)
    found = await asked(world, f"?department=tax&from={begins.replace('+', '%2B')}&to={ends.replace('+', '%2B')}")
    assert (found["begins"], found["ends"]) == (rfc3339(NOW - 3 * HOUR), rfc3339(NOW))
    assert [one["department"] for one in found["departments"]] == ["tax"]
    assert len(found["departments"][0]["hours"]) == 3


async def test_a_department_sees_itself_alone_and_not_the_centre(world: World) -> None:
    hours(world, 0)
    found = await asked(world, role="department:tax")
    assert (found["cases"], [one["department"] for one in found["departments"]]) == (None, ["tax"])
    for other in ("marriage", "nowhere"):
        assert (await world.ask("GET", f"/v1/trends?department={other}", "department:tax")).status == 404


async def test_who_may(world: World) -> None:
    found = [(await world.ask("GET", "/v1/trends", role)).status for role in ("local", "operator", "auditor", "front-end", None)]
    assert found == [200, 200, 200, 403, 401]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("department=water&from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z", ["to"]),
        ("from=yesterday&to=now&days=3", ["from", "to", "days"]),
    ],
)
async def test_what_cannot_be_asked_for_is_told_at_once(world: World, query: str, wrong: list[str]) -> None:
    refused = await world.ask("GET", f"/v1/trends?{query}", "operator")
    assert (refused.status, [one["parameter"] for one in refused.json["errors"]]) == (400, wrong)


async def test_of_a_longer_span_the_last_days_are_given(world: World) -> None:
    hours(world, 0)
    found = await asked(world, "?from=0001-01-01T00:00:00Z")
    assert 0 < len(found["cases"]["hours"]) <= 31 * 24
    assert found["cases"]["total"]["received"] == (await asked(world))["cases"]["total"]["received"]


@pytest.mark.parametrize(
    "query", ["from=0001-01-01T00:00:00%2B14:00&to=0001-01-02T00:00:00Z", "from=9999-12-31T00:00:00Z&to=9999-12-31T23:59:59Z"]
)
async def test_a_span_without_anything_kept_is_empty(world: World, query: str) -> None:
    hours(world, 0, 1)
    found = await asked(world, f"?{query}")
    assert (found["begins"], found["cases"]["hours"], found["counted_at"]) == (found["ends"], [], None)
