"""Calls that outstay their deadline are ended, or lose their deliveries."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import structlog

from gateway.departments import containment
from gateway.dispatch import overseer
from gateway.dispatch.overseer import Overseer, UnderWay
from tests.gateway.conftest import Make
from tests.gateway.dispatch.test_dispatcher import ended, quick
from tests.gateway.worlds.offices import approved
from tests.patience import within


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containment, "GRACE", 0.01)
    monkeypatch.setattr(overseer, "_LOOK", 0.01)


async def test_a_call_past_its_deadline_is_cancelled_and_known_to_be_late() -> None:
    given_up: list[UnderWay] = []
    over = Overseer(given_up.append)
    late = []

    async def calling() -> None:
        call = over.begin([], 0.02)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            late.append(call.late)
        finally:
            over.end(call)

    await asyncio.create_task(calling())
    assert [one and one.code for one in late] == ["adapter_deadline"]
    assert not over.calls
    assert not given_up


async def test_one_within_its_deadline_is_left_alone() -> None:
    over = Overseer(lambda _: None)

    async def calling() -> UnderWay:
        call = over.begin([], 60)
        await asyncio.sleep(0)
        over.end(call)
        return call

    assert (await asyncio.create_task(calling())).late is None


async def test_an_adapter_that_will_not_end_loses_its_delivery_and_gives_its_permit_back(make_world: Make) -> None:
    world, dispatcher = await quick(make_world, limits={"concurrency": 1, "deadline_seconds": 0.5})
    await world.start(dispatcher)
    free = asyncio.Event()
    deaf_ones = 0

    async def deaf(call: Any, request: Any) -> Any:
        nonlocal deaf_ones
        deaf_ones += 1
        while not free.is_set():
            try:
                await free.wait()
            except asyncio.CancelledError:
                continue
        return approved("LATE")

    world.offices["office"].says("submit", deaf)
    case = await world.file("office-never")
    await ended(world, case)
    assert (world.one(case).state, world.one(case).problem) == ("in_doubt", "adapter_deadline")
    other = await world.file("office-safe")  # its permit is free again while the first still goes on
    await ended(world, other)
    assert world.one(other).state == "approved"
    free.set()
    await dispatcher.stop(1)
    assert (deaf_ones, world.one(case).state) == (1, "in_doubt")  # its final answer came too late


async def test_one_that_heeds_its_cancellation_is_in_doubt_at_its_deadline(make_world: Make) -> None:
    world, dispatcher = await quick(make_world, limits={"deadline_seconds": 0.05})
    await world.start(dispatcher)

    async def endless(call: Any, request: Any) -> Any:
        await asyncio.Event().wait()

    world.offices["office"].says("submit", endless)
    case = await world.file("office-never")
    await ended(world, case)
    assert (world.one(case).state, world.one(case).problem) == ("in_doubt", "adapter_deadline")
    await dispatcher.stop(1)


async def test_tasks_left_behind_are_named_and_ended(make_world: Make) -> None:
    world, dispatcher = await quick(make_world)
    await world.start(dispatcher)
    cancelled = asyncio.Event()

    async def lingers() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    kept: list[asyncio.Task[None]] = []

    async def leaves(call: Any, request: Any) -> Any:
        kept.append(asyncio.create_task(lingers()))
        return approved()

    world.offices["office"].says("submit", leaves)
    with structlog.testing.capture_logs() as lines:
        case = await world.file("office-safe")
        await ended(world, case)
        async with within():
            await cancelled.wait()
    assert world.one(case).state == "approved"
    named = [line for line in lines if line["event"] == "adapter_failed"]
    assert [(line["department"], line["operation"], line["error"]) for line in named] == [("office", "safe", "TaskLeftBehind")]
    assert "lingers" in named[0]["at"]
    await dispatcher.stop(1)
