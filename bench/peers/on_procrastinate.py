"""Procrastinate: async tasks in workers with a concurrency of their own, a connection pool, ``batch_defer_async``."""

from __future__ import annotations

import asyncio
import logging
import sys

import asyncpg
import uvloop
from procrastinate import App, PsycopgConnector

from bench.peers.job import Calls, obey, until_told
from bench.peers.queued import Keeper, Queued

#: Jobs that a worker runs beside each other. 25 and 100 came to the same within the noise, 10 used more CPU.
CONCURRENCY = 50
_TASK = "forward"


def _app(url: str) -> App:
    return App(connector=PsycopgConnector(conninfo=url, min_size=4, max_size=20))


class _Front(Queued):
    def __init__(self, pool: asyncpg.Pool, shape: str, app: App) -> None:
        super().__init__(pool, shape)
        self._app = app

    async def prepare(self) -> None:
        """Install its schema."""
        await super().prepare()
        await self._app.schema_manager.apply_schema_async()

    async def enqueue(self, jobs: list[tuple[int, int | None]]) -> list[int]:
        """Defer all of them in one call."""
        sent = self.sent.decode()
        arguments = [{"application": application, "department": department, "sent": sent} for application, department in jobs]
        numbers: list[int] = await self._app.configure_task(_TASK).batch_defer_async(*arguments)
        return numbers

    async def left(self) -> int:
        """Count the jobs that have not succeeded."""
        return int(await self.pool.fetchval("SELECT count(*) FROM procrastinate_jobs WHERE status <> 'succeeded'"))

    async def done_at(self) -> dict[int, float]:
        """Read the times in its events."""
        rows = await self.pool.fetch("SELECT job_id, extract(epoch FROM at) AS at FROM procrastinate_events WHERE type = 'succeeded'")
        return {int(row["job_id"]): float(row["at"]) for row in rows}


async def _front(url: str, shape: str) -> None:
    app = _app(url)
    async with asyncpg.create_pool(url, min_size=1, max_size=4) as pool, app.open_async():
        front = _Front(pool, shape, app)
        await front.prepare()
        await obey(front)


async def _work(url: str, stubs: int) -> None:
    app = _app(url)
    async with Calls(stubs) as calls, asyncpg.create_pool(url, min_size=5, max_size=10) as pool, app.open_async():
        keeper = Keeper(calls, pool)

        async def forward(application: int, department: int | None, sent: str) -> None:
            await keeper.do(application, department, sent.encode())

        app.task(name=_TASK)(forward)
        running = asyncio.ensure_future(app.run_worker_async(concurrency=CONCURRENCY, install_signal_handlers=False))
        await until_told()
        running.cancel()


if __name__ == "__main__":
    logging.disable(logging.INFO)  # two log lines a job, which nobody reads here, must not be measured
    if sys.argv[1] == "work":
        uvloop.run(_work(sys.argv[2], int(sys.argv[3])))
    else:
        uvloop.run(_front(sys.argv[2], sys.argv[4]))
