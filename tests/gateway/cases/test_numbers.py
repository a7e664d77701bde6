"""办件编号 are given once, over restarts and days."""

from __future__ import annotations

import asyncio
from datetime import datetime

from gateway.cases.numbers import Numbers
from gateway.model.identifiers import CHINA
from tests.gateway.worlds.world import World

IMPLEMENTATION = "11500152000000019R4000111001001"
BEFORE_MIDNIGHT = int(datetime(2026, 11, 23, 23, 59, 59, tzinfo=CHINA).timestamp() * 1_000_000)


async def test_many_at_once_over_more_than_a_block_are_all_different(world: World) -> None:
    numbers = Numbers(world.journal.write)
    given = await asyncio.gather(*(numbers.take(IMPLEMENTATION, BEFORE_MIDNIGHT) for _ in range(2500)))
    assert len(set(given)) == 2500


async def test_a_restart_goes_on_after_the_block(world: World) -> None:
    first = await Numbers(world.journal.write).take(IMPLEMENTATION, BEFORE_MIDNIGHT)
    await world.crash()
    second = await Numbers(world.journal.write).take(IMPLEMENTATION, BEFORE_MIDNIGHT)
    assert int(second.removeprefix(IMPLEMENTATION)) - int(first.removeprefix(IMPLEMENTATION)) == 1000


async def test_the_day_is_the_one_in_china(world: World) -> None:
    numbers = Numbers(world.journal.write)
    days = [await numbers.take(IMPLEMENTATION, BEFORE_MIDNIGHT + step * 1_000_000) for step in (0, 1, 0)]
    assert ["20261123" in day for day in days] == [True, False, True]
    assert len(set(days)) == 3
