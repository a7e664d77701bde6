"""Restate: a service whose handler runs the five calls with ``ctx.run_typed``, served by Hypercorn's workers, called over HTTP."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from typing import Any

import aiohttp
import hypercorn
import hypercorn.run
import restate
import uvloop

from bench.peers.job import DEPARTMENTS, Calls, InFlight, body, obey

WORKERS = 2
_STUBS = "BENCH_STUBS"

_forward = restate.Service("forward")
_calls: list[Calls] = []


async def _opened() -> Calls:
    # A session belongs to an event loop, and each of Hypercorn's workers has its own.
    if not _calls:
        _calls.append(await Calls(int(os.environ[_STUBS])).__aenter__())
    return _calls[0]


async def _one(department: int, sent: str) -> str:
    return await (await _opened()).one(department, sent.encode())


async def _all(ctx: Any, sent: str) -> list[str]:  # noqa: ANN401  # the library's types are not there when this is checked
    futures = [ctx.run_typed(f"act-{number}", _one, department=number, sent=sent) for number in range(DEPARTMENTS)]
    await restate.gather(*futures)
    return [await future for future in futures]


_forward.handler("all")(_all)
app = restate.app([_forward])


async def _front(ingress: str) -> None:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(ingress, connector=connector, timeout=aiohttp.ClientTimeout(total=120)) as session:
        sent = body().decode()

        async def done() -> list[str]:
            async with session.post("/forward/all", json=sent) as reply:
                if reply.status != 200:
                    raise RuntimeError(f"{reply.status}: {await reply.text()}")
                receipts: list[str] = await reply.json()
                return receipts

        await obey(InFlight(done))


def _work(port: int, stubs: str) -> None:
    os.environ[_STUBS] = stubs
    config = hypercorn.Config()
    config.application_path = "bench.peers.on_restate:app"
    config.bind = [f"127.0.0.1:{port}"]
    config.workers = WORKERS
    config.worker_class = "uvloop"
    config.h2_max_concurrent_streams = 2147483647  # this line and the next two are its configuration for production
    config.keep_alive_max_requests = 2147483647
    config.keep_alive_timeout = timedelta(days=365).total_seconds()
    hypercorn.run.run(config)


if __name__ == "__main__":
    if sys.argv[1] == "work":
        _work(int(sys.argv[2]), sys.argv[3])
    else:
        uvloop.run(_front(sys.argv[2]))
