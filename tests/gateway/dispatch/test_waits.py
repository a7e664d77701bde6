"""Each delivery that begins to wait for its department has one log line with the reason, the start and the end of the wait."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.departments.hosted import Hosted
from gateway.dispatch.waits import Waits
from gateway.model.department import DepartmentConfig
from gateway.model.errors import AuthFailed, Busy, DepartmentError, Unavailable
from gateway.operations.controls import WantedControls
from tests.gateway.conftest import Make
from tests.gateway.worlds.offices import config
from tests.gateway.worlds.world import OPERATOR, World

DOWN = Unavailable("refused")


def told(logs: list[Any]) -> list[tuple[str, str]]:
    return [(line["delivery"], line["why"]) for line in logs if line["event"] == "delivery_waits"]


def watched(world: World) -> Waits:
    waits = Waits(world.casework, world.breakers, world.reader, lambda: world.now)
    world.journal.listen(waits.committed)
    return waits


async def hear(world: World, failure: DepartmentError | None, times: int = 1) -> None:
    for _ in range(times):
        if (change := world.breakers.heard("office", failure, world.now)) is not None:
            await world.queue.keep(change)


@pytest.mark.parametrize(("failure", "why", "until"), [(DOWN, "down", 10), (AuthFailed("http_401"), "stopped", 60)])
async def test_behind_a_department_that_is_down_each_has_one_line_however_often_it_is_probed(
    world: World, failure: DepartmentError, why: str, until: int
) -> None:
    watched(world)
    await hear(world, failure, 5)
    since = world.now
    with capture_logs() as logs:
        cases = [await world.file("office-safe") for _ in range(2)]
        for _ in range(3):
            world.later(until)
            [probe] = world.breakers.probes(world.now)
            await world.queue.keep(probe)
            world.breakers.try_one("office")
            world.offices["office"].says("submit", failure)
            await world.claim()
            await world.do(world.works.popleft())
            await hear(world, failure)
    ids = [world.one(case).id for case in cases]
    assert told(logs) == [(ids[0], why), (ids[1], why)]
    [line, _] = [line for line in logs if line["event"] == "delivery_waits"]
    assert line["application"] == cases[0]
    assert line["trace_id"] == world.case(cases[0]).application.trace_id
    assert (line["step"], line["department"]) == ("do", "office")
    assert line["since"] < line["until"]
    assert since < world.now


async def test_what_was_in_the_queue_when_it_went_down_is_told_then(world: World) -> None:
    waits = watched(world)
    world.permits.allow("office", 0)
    with capture_logs() as logs:
        cases = [await world.file("office-safe") for _ in range(3)]
        ids = [world.one(case).id for case in cases]
        assert told(logs) == [(one, "limit") for one in ids]
        await hear(world, DOWN, 5)
        await waits.went_down("office", world.now)
        await waits.went_down("office", world.now)
    assert told(logs)[3:] == [(one, "down") for one in ids]
    await hear(world, None)
    with capture_logs() as logs:
        await waits.went_down("office", world.now)
        await world.run()
    assert told(logs) == []


async def test_pause_busy_and_no_adapter_are_told_as_such_and_what_goes_out_at_once_is_not(world: World) -> None:
    watched(world)
    with capture_logs() as logs:
        for kind in ("safe", "never", "look"):
            await world.file(f"office-{kind}")
        await world.run()
        assert told(logs) == []
        await hear(world, Busy("quota", retry_after=60))
        busy = await world.file("office-safe")
        await world.controls.change("office", WantedControls(paused=True), reason="r", caller=OPERATOR)
        paused = await world.file("office-safe")
        departments: Any = world.casework.departments
        departments["annex"] = Hosted(config=config("annex"), department=None, problem="disabled")
        gone = await world.file("annex-safe")
    assert told(logs) == [(world.one(busy).id, "busy"), (world.one(paused).id, "paused"), (world.one(gone).id, "no_adapter")]
    assert [line.get("since") is not None for line in logs if line["event"] == "delivery_waits"] == [False, True, False]


async def test_closed_hours_and_a_used_up_quota_are_told_with_until_when(make_world: Make) -> None:
    hours = [{"days": "daily", "from": "00:00", "to": "00:01"}]
    configs: dict[str, DepartmentConfig] = {"office": config("office", hours=hours), "annex": config("annex", quota=1)}
    world = await make_world(configs=configs)
    watched(world)
    with capture_logs() as logs:
        closed = await world.file("office-safe")
        first, second = await world.file("annex-safe"), await world.file("annex-safe")
        await world.run()
        await world.run()
    assert told(logs) == [(world.one(closed).id, "closed"), (world.one(second).id, "quota")]
    assert all(line["until"] for line in logs if line["event"] == "delivery_waits")
    assert world.one(first).state == "approved"
