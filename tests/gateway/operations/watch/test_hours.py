"""The counting of hours beside the work of a gateway: at once, each minute, and in spite of a journal that is away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy import delete, select

from gateway.journal.hours.figures import HOUR, hour_of
from gateway.journal.read.insights import Insights
from gateway.journal.store import schema
from gateway.operations.watch.hours import HourWatch
from tests.gateway.worlds.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """A world and its counting."""

    world: World
    count: HourWatch

    def kept(self) -> list[tuple[int, int]]:
        """Give the hours that are kept, each with the cases that came in it."""
        h = schema.case_hour.c
        return [(row.hour, row.received) for row in self.world.rows(select(h.hour, h.received).order_by(h.hour))]


@pytest.fixture
async def counting(world: World) -> AsyncIterator[Counting]:
    insights = Insights(world.reader)
    world.now = time.time_ns() // 1000
    case = await world.file("office-safe")
    world.now = world.case(case).application.received_at
    await world.run()
    yield Counting(world=world, count=HourWatch(world.journal, insights, world.casework.departments))
    await asyncio.to_thread(insights.close)


async def test_it_counts_what_is_due_and_goes_on_at_once_while_there_is_more(counting: Counting) -> None:
    first = hour_of(counting.world.now)
    assert await counting.count.count() is False
    assert counting.kept() == [(first, 1)]
    counting.world.later(30 * 3600)
    assert await counting.count.count() is True
    assert await counting.count.count() is False
    assert counting.kept() == [(first, 1), *((first + place * HOUR, 0) for place in range(1, 31))]


async def test_what_another_node_has_just_counted_it_leaves(counting: Counting) -> None:
    await counting.count.count()
    with counting.world.writer.begin() as connection:
        connection.execute(delete(schema.department_hour))
    counting.world.later(30)
    await counting.count.count()
    assert counting.world.rows(select(schema.department_hour)) == []
    counting.world.later(30)
    await counting.count.count()
    assert len(counting.world.rows(select(schema.department_hour))) == 1
