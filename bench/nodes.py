"""One node and two on one PostgreSQL, all on all cores, to see whether a second one costs anything."""

from __future__ import annotations

import asyncio
import json
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import aiohttp

from bench.contest import APPLICATIONS, AT_ONCE, file_and_wait, line, start
from tests.postgres import Ground, Server


def per_second(ground: Ground, stubs: int, nodes: int) -> float:
    """Give the applications a second that so many nodes complete, filed at each in turn."""
    server = Server.made(ground)
    try:
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            database = server.url(server.create())
            places = []
            for number in range(nodes):
                process = start("bench.node", str(Path(folder) / f"node-{number}"), str(stubs), database, "0")
                stack.callback(_end, process)
                places.append(json.loads(line(process)))
            return asyncio.run(_load([place["port"] for place in places], places[0]["key"]))
    finally:
        server.stop()


def _end(process: subprocess.Popen[str]) -> None:
    process.communicate("\n")


async def _load(ports: list[int], key: str) -> float:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=0)) as session:

        async def some(name: str, count: int) -> None:
            numbers = iter(range(count))

            async def worker() -> None:
                for number in numbers:
                    await file_and_wait(session, f"{name}-{number}", f"http://127.0.0.1:{ports[number % len(ports)]}")

            await asyncio.gather(*(worker() for _ in range(AT_ONCE)))

        await some("warm", AT_ONCE)
        began = time.perf_counter()
        await some("load", APPLICATIONS)
        return APPLICATIONS / (time.perf_counter() - began)
