"""DBOS: an async workflow with five gathered steps, started in the processes that run it (its shortest way, without a queue)."""

from __future__ import annotations

import asyncio
import os
import sys

import uvloop
from dbos import DBOS

from bench.peers.job import DEPARTMENTS, Calls, InFlight, body, obey

#: Connections and threads of a process: each step's record takes one of both. With 10 connections, or 8 or 64 threads, it used more CPU.
POOL, THREADS = 20, 16


async def _front(url: str, stubs: int, number: str) -> None:
    async with Calls(stubs) as calls:

        async def act(department: int, sent: str) -> str:
            return await calls.one(department, sent.encode())

        step = DBOS.step()(act)

        async def forward(sent: str) -> list[str]:
            return list(await asyncio.gather(*(step(department, sent) for department in range(DEPARTMENTS))))

        workflow = DBOS.workflow()(forward)
        DBOS(
            config={
                "name": "bench",
                "system_database_url": url,
                "sys_db_pool_size": POOL,
                "max_executor_threads": THREADS,
                "executor_id": f"process-{number}",
                "application_version": "1",
                "log_level": "WARNING",
            }
        )
        DBOS.launch()
        sent = body().decode()

        async def done() -> list[str]:
            handle = await DBOS.start_workflow_async(workflow, sent)
            receipts: list[str] = await handle.get_result()
            return receipts

        await obey(InFlight(done))
    # Without DBOS.destroy(), which waits for sleeping threads: the process ends here.
    os._exit(0)


if __name__ == "__main__":
    uvloop.run(_front(sys.argv[2], int(sys.argv[3]), sys.argv[4]))
