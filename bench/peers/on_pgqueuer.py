"""PgQueuer, by its performance guide: asyncpg, a connection of the queue manager's own, a pool beside it, ``autovac``, batches."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from typing import Any

import asyncpg
import uvloop
from pgqueuer import PgQueuer
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries

from bench.peers.job import Calls, obey, until_told
from bench.peers.queued import Keeper, Queued

#: Jobs fetched with one query. The guide wants more for short jobs. 10 and 25 came to the same within the noise, 100 used more CPU.
BATCH = 50
_ENTRYPOINT = "forward"


class _Front(Queued):
    async def prepare(self) -> None:
        """Install its schema, with the autovacuum settings it recommends."""
        await super().prepare()
        queries = Queries.from_asyncpg_pool(self.pool)
        await queries.install()
        await queries.optimize_autovacuum()

    async def enqueue(self, jobs: list[tuple[int, int | None]]) -> list[int]:
        """Insert all of them at once."""
        queries = Queries.from_asyncpg_pool(self.pool)
        payloads = [b"%d %d " % (application, -1 if department is None else department) + self.sent for application, department in jobs]
        found: list[int] = await queries.enqueue([_ENTRYPOINT] * len(jobs), payloads, [0] * len(jobs))
        return found

    async def left(self) -> int:
        """Count the jobs still in the table. A job that is done has moved to the log."""
        return int(await self.pool.fetchval("SELECT count(*) FROM pgqueuer"))

    async def done_at(self) -> dict[int, float]:
        """Read the times in its log."""
        rows = await self.pool.fetch("SELECT job_id, extract(epoch FROM created) AS at FROM pgqueuer_log WHERE status = 'successful'")
        return {int(row["job_id"]): float(row["at"]) for row in rows}


async def _front(url: str, shape: str) -> None:
    async with asyncpg.create_pool(url, min_size=1, max_size=10) as pool:
        front = _Front(pool, shape)
        await front.prepare()
        await obey(front)


async def _work(url: str, stubs: int) -> None:
    connection = await asyncpg.connect(url)
    async with Calls(stubs) as calls, asyncpg.create_pool(url, min_size=5, max_size=20) as pool:
        keeper = Keeper(calls, pool)
        worker = PgQueuer(AsyncpgDriver(connection))

        async def forward(job: Any) -> None:  # noqa: ANN401  # the library's types are not there when this is checked
            application, department, sent = job.payload.split(b" ", 2)
            await keeper.do(int(application), None if int(department) < 0 else int(department), sent)

        worker.entrypoint(_ENTRYPOINT)(forward)
        running = asyncio.ensure_future(worker.run(batch_size=BATCH, dequeue_timeout=timedelta(seconds=10)))
        await until_told()
        running.cancel()


if __name__ == "__main__":
    if sys.argv[1] == "work":
        uvloop.run(_work(sys.argv[2], int(sys.argv[3])))
    else:
        uvloop.run(_front(sys.argv[2], sys.argv[4]))
