"""The shared part of both queues on PostgreSQL: a table for the departments' answers, and the way to tell that a job is done."""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod

import asyncpg

from bench.contest import at_a_rate
from bench.peers.job import DEPARTMENTS, Calls, Front, body

#: A job is either an application, which makes its five calls, or a single call.
WHOLE, SPLIT = "whole", "split"
#: Seconds between two looks at whether everything is done. A look is one count.
_LOOK = 0.02

_TABLE = "CREATE TABLE answers (application bigint, department int, answer text, PRIMARY KEY (application, department))"
_KEEP = "INSERT INTO answers SELECT $1, * FROM unnest($2::int[], $3::text[])"


class Keeper:
    """Makes a job's calls and keeps the answers, since neither queue has a place for a job's result."""

    def __init__(self, calls: Calls, pool: asyncpg.Pool) -> None:
        self._calls = calls
        self._pool = pool

    async def do(self, application: int, department: int | None, sent: bytes) -> None:
        """Call one department, or all of them, and insert their answers."""
        if department is None:
            departments, answers = list(range(DEPARTMENTS)), await self._calls.all(sent)
        else:
            departments, answers = [department], [await self._calls.one(department, sent)]
        await self._pool.execute(_KEEP, application, departments, answers)


class Queued(Front):
    """Hands everything in at once, in batches, which is a queue's best case."""

    def __init__(self, pool: asyncpg.Pool, shape: str) -> None:
        self.pool = pool
        self.departments: list[int | None] = [None] if shape == WHOLE else list(range(DEPARTMENTS))
        self.sent = body()
        self._applications = 0

    async def prepare(self) -> None:
        """Make the table for the answers."""
        await self.pool.execute(_TABLE)

    @abstractmethod
    async def enqueue(self, jobs: list[tuple[int, int | None]]) -> list[int]:
        """Enqueue these jobs (application, department) by the library's batch call, and give their numbers."""

    @abstractmethod
    async def left(self) -> int:
        """Count the jobs that are not done."""

    @abstractmethod
    async def done_at(self) -> dict[int, float]:
        """Give each job's time of completion, in seconds of the system's clock."""

    async def load(self, count: int, at_once: int) -> None:  # noqa: ARG002  # a queue takes everything at once
        """Enqueue all, then wait until none is left."""
        await self._submit(count)
        await self._finished()

    async def unhurried(self, count: int, per_second: float) -> list[float]:
        """Enqueue at a steady rate. The queue's own records tell afterwards when each was done."""
        begun: list[tuple[float, list[int]]] = []

        async def one(_: str) -> float:
            started = time.time()
            begun.append((started, await self._submit(1)))
            return started

        await at_a_rate(one, count, per_second)
        await self._finished()
        done = await self.done_at()
        return [max(done[job] for job in jobs) - started for started, jobs in begun]

    async def _submit(self, count: int) -> list[int]:
        first = self._applications + 1
        self._applications += count
        jobs = [(number, department) for number in range(first, first + count) for department in self.departments]
        return await self.enqueue(jobs)

    async def _finished(self) -> None:
        while await self.left():  # noqa: ASYNC110  # only the database knows
            await asyncio.sleep(_LOOK)
        kept = await self.pool.fetchval("SELECT count(*) FROM answers")
        if kept != self._applications * DEPARTMENTS:
            raise RuntimeError(f"{kept} answers were kept of {self._applications} applications")
