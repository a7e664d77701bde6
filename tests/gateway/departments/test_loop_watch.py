"""A blocked loop is noticed, and the adapter that blocks it named."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
import structlog

from gateway.departments import loop_watch
from gateway.departments.loop_watch import LoopWatch
from tests.gateway.conftest import Make
from tests.gateway.dispatch.test_dispatcher import ended, quick
from tests.gateway.worlds.offices import approved
from tests.patience import stretched, within


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_watch, "_BEAT", 0.02)
    monkeypatch.setattr(loop_watch, "_BLOCKED", 0.1)


async def test_an_adapter_that_blocks_the_loop_is_named_and_counts_as_down(make_world: Make) -> None:
    world, dispatcher = await quick(make_world, breaker={"failures": 1, "open_seconds": 60})
    blamed = asyncio.Event()

    def blame(department: str) -> None:
        dispatcher.blocked(department)
        blamed.set()

    watch = LoopWatch({"office": world.casework.departments["office"]}, blame)
    await world.start(dispatcher)
    watch.start()

    def blocks(call: Any, request: Any) -> Any:
        time.sleep(stretched(0.5))  # something no adapter may do
        return approved()

    world.offices["office"].says("submit", blocks)
    with structlog.testing.capture_logs() as lines:
        case = await world.file("office-safe")
        await ended(world, case)
        async with within():
            await blamed.wait()
    named = [line for line in lines if line["event"] == "loop_blocked"]
    assert [line["department"] for line in named] == ["office"]
    assert named[0]["at"].startswith("offices.py:")
    assert world.one(case).state == "approved"  # its final answer is taken as it is
    watch.close()
    await dispatcher.stop(1)
    assert world.breakers.down("office")


async def test_a_loop_that_beats_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_watch, "_BLOCKED", 1.0)  # the real value, since a busy machine takes less for a block
    blamed: list[str] = []
    watch = LoopWatch({}, blamed.append)
    with structlog.testing.capture_logs() as lines:
        watch.start()
        for _ in range(10):
            await asyncio.sleep(0.02)
        watch.close()
    assert (blamed, lines) == ([], [])
