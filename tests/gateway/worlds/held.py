"""Deliveries that need a person, and the jobs that repair them, in a world of the tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from gateway.cases.caller import Caller
from gateway.journal.queues.jobs import Begun
from gateway.journal.read.insights import Insights
from gateway.journal.read.selection import Selection
from gateway.model.errors import InDoubt, Invalid
from gateway.operations.jobs.jobs import Jobs
from gateway.operations.jobs.runner import JobRunner
from tests.gateway.worlds.world import OPERATOR, World

LOST = InDoubt("timeout")


class Work:
    """The jobs of a world and their runner. ``round`` is one look at everything."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.insights = Insights(world.reader)
        self.jobs = Jobs(journal=world.journal, casework=world.casework, insights=self.insights, clock=lambda: world.now)
        self.runner = self.another()

    def another(self) -> JobRunner:
        """Make a runner that has worked nothing yet."""
        return JobRunner(self.world.journal, self.world.casework, self.insights, clock=lambda: self.world.now)

    async def begin(self, key: str = "job-1", *, caller: Caller = OPERATOR, reason: str | None = None, **asked: Any) -> Begun:
        wanted = Selection(**asked)
        self.world.later(1)
        return await self.jobs.begin(wanted, caller=caller, key=key, said={"filter": wanted.as_json()}, reason=reason)

    async def round(self, runner: JobRunner | None = None) -> bool:
        self.world.later(1)
        return await (runner or self.runner)._round()

    async def finish(self, runner: JobRunner | None = None) -> None:
        """Look until there is nothing more to release, while departments process their deliveries."""
        while True:
            before = self._calls()
            worked = await self.round(runner)
            await self.world.run()
            if not worked and self._calls() == before:
                return

    def _calls(self) -> int:
        return sum(len(office.calls) for office in self.world.offices.values())


@asynccontextmanager
async def working(world: World) -> AsyncIterator[Work]:
    """Give the jobs of a world until the end of the block."""
    work = Work(world)
    try:
        yield work
    finally:
        await asyncio.to_thread(work.insights.close)


async def held(world: World, count: int, service: str = "office-safe", answer: Exception | None = None) -> list[str]:
    """File so many cases whose delivery is held (or stands as after that answer), in order of arrival."""
    department = service.partition("-")[0]
    cases = []
    for _ in range(count):
        world.offices[department].says("submit", answer or Invalid("schema"))
        cases.append(await world.file(service))
        await world.run()
    return cases
