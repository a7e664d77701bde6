"""``make bench``: the gateway against the same calls made bare, in turns, in one run; medians and ranges, as ratios."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import aiohttp

APPLICATIONS = int(os.environ.get("BENCH_APPLICATIONS", "1500"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
AT_ONCE = 100
UNLOADED = 100

SAMPLE = (Path(__file__).parent / "config/services/five.sample.json").read_bytes()


def _start(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-m", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _line(process: subprocess.Popen[str]) -> str:
    if process.stdout is None:
        raise RuntimeError("started without a pipe")
    line = process.stdout.readline()
    if not line:
        raise RuntimeError("a process of the bench ended early; what it printed stands above")
    return line


def _bare(stubs: int) -> dict[str, float]:
    process = _start("bench.node", "bare", str(stubs), str(APPLICATIONS), str(AT_ONCE))
    measured: dict[str, float] = json.loads(_line(process))
    process.communicate()
    return measured


def _gateway(stubs: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        process = _start("bench.node", "gateway", str(Path(folder) / "var"), str(stubs))
        place = json.loads(_line(process))
        measured = asyncio.run(_load(place["port"], place["key"]))
        if process.stdin is not None:
            process.stdin.write("\n")
            process.stdin.flush()
        measured["cpu"] = json.loads(_line(process))["cpu"] - place["cpu"]
        process.communicate()
    return measured


async def _load(port: int, key: str) -> dict[str, float]:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=headers, connector=connector) as session:

        async def one(name: str) -> float:
            """File one application and wait until every department has decided."""
            started = time.perf_counter()
            async with session.post("/v1/applications", data=SAMPLE, headers={"Idempotency-Key": name, "Prefer": "wait=60"}) as reply:
                answer: dict[str, Any] = await reply.json()
            if reply.status != 200 or answer["state"] != "approved":
                raise RuntimeError(f"{reply.status}: {answer}")
            return time.perf_counter() - started

        await asyncio.gather(*(one(f"warm-{number}") for number in range(AT_ONCE)))
        unloaded = [await one(f"alone-{number}") for number in range(UNLOADED)]
        names = iter(f"load-{number}" for number in range(APPLICATIONS))

        async def worker() -> None:
            for name in names:
                await one(name)

        started = time.perf_counter()
        await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
        seconds = time.perf_counter() - started
    cuts = statistics.quantiles(unloaded, n=100)
    return {"seconds": seconds, "p50": cuts[49], "p95": cuts[94]}


def _free_block() -> int:
    """The first of five free ports in a row."""
    for first in range(20_000, 30_000, 5):
        with ExitStack() as held:
            try:
                for port in range(first, first + 5):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
    raise RuntimeError("no five free ports in a row")


def _row(name: str, values: list[float], unit: str) -> None:
    print(f"{name:<52}{statistics.median(values):>9.2f} {unit:<4} ({min(values):.2f} to {max(values):.2f})")


def main() -> None:
    """Measure in turns and print."""
    port = _free_block()
    stubs = _start("bench.stubs", str(port))
    os.sched_setaffinity(stubs.pid, {1})
    os.sched_setaffinity(0, {1})
    try:
        _line(stubs)
        bare, ours = [], []
        for number in range(ROUNDS):
            bare.append(_bare(port))
            ours.append(_gateway(port))
            print(f"round {number + 1} of {ROUNDS} done", file=sys.stderr)
    finally:
        stubs.terminate()
        stubs.communicate()
    print(f"{APPLICATIONS} applications to five REST departments answering in 5 ms, {AT_ONCE} at a time; {ROUNDS} rounds")
    print("bare calls and gateway in turns, each on one core; SQLite with fsync, audit and logs on")
    _row("bare calls (asyncio.gather over aiohttp)", [APPLICATIONS / one["seconds"] for one in bare], "/s")
    _row("gateway, filed over HTTP, followed to the end", [APPLICATIONS / one["seconds"] for one in ours], "/s")
    _row("ratio of the throughput (0.25 or more is wanted)", [b["seconds"] / o["seconds"] for b, o in zip(bare, ours, strict=True)], "")
    filed = APPLICATIONS + AT_ONCE + UNLOADED
    _row("CPU an application, bare calls", [1000 * one["cpu"] / APPLICATIONS for one in bare], "ms")
    _row("CPU an application, gateway", [1000 * one["cpu"] / filed for one in ours], "ms")
    _row("one application alone, p50 (35 ms or less is wanted)", [one["p50"] * 1000 for one in ours], "ms")
    _row("one application alone, p95", [one["p95"] * 1000 for one in ours], "ms")


if __name__ == "__main__":
    main()
