"""One contestant in one round: started on a core of its own, loaded, measured, ended."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp

from bench.processes import cpu_seconds, family, peak_bytes
from tests.ports import free_ports

APPLICATIONS = int(os.environ.get("BENCH_APPLICATIONS", "1500"))
AT_ONCE = 100
#: Applications of one round at a low rate, and their number a second.
UNHURRIED, PER_SECOND = 60, 10.0
UNLOADED = 100

#: The core of a contestant of ``make bench``. The departments and the load have the other.
CONTESTANT = {0}

SAMPLE = (Path(__file__).parent / "config/services/five.sample.json").read_bytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """The figures of one round. ``alone`` (one after the other) and ``unhurried`` (a low rate) are in seconds an application."""

    per_second: float
    cpu_ms: float  # an application, of every process of the contestant
    peak_bytes: int
    alone: tuple[float, ...]
    unhurried: tuple[float, ...]


def start(*words: str, cores: set[int] | None = None, at: Path | None = None) -> subprocess.Popen[str]:
    """Start a process of the bench on these cores alone (None: on those of the starter), of the code in the folder ``at`` if any."""
    process = subprocess.Popen([sys.executable, "-m", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=at)
    if cores is not None:
        os.sched_setaffinity(process.pid, cores)
    return process


def line(process: subprocess.Popen[str]) -> str:
    """Read the next line of a process. Raises RuntimeError if it has ended."""
    said = process.stdout.readline() if process.stdout is not None else ""
    if not said:
        raise RuntimeError("a process of the bench ended early; what it printed stands above")
    return said


@contextmanager
def departments(cores: set[int] | None) -> Iterator[int]:
    """Run the departments, on the same cores as their callers (None: on all cores). Gives their first port."""
    port = free_ports(5)
    process = start("bench.stubs", str(port), cores=cores)
    if cores is not None:
        os.sched_setaffinity(0, cores)
    try:
        line(process)
        yield port
    finally:
        process.terminate()
        process.communicate()


def bare(stubs: int, how: str = "aiohttp") -> Round:
    """Make the same calls without a gateway: by ``aiohttp`` alone, by the ``adapters``, or by those on ``zeep`` alone."""
    process = start("bench.bare", how, str(stubs), cores=CONTESTANT)
    measured: dict[str, Any] = json.loads(line(process))
    process.communicate()
    return Round(
        per_second=APPLICATIONS / measured["seconds"],
        cpu_ms=1000 * measured["cpu"] / APPLICATIONS,
        peak_bytes=measured["peak"],
        alone=tuple(measured["alone"]),
        unhurried=tuple(measured["unhurried"]),
    )


class Place(NamedTuple):
    """A gateway that is measured: its port, a front end's key and an operator's."""

    port: int
    key: str
    operator: str


@contextmanager
def serving(
    stubs: int, database: str = "", *, cores: set[int] | None = CONTESTANT, soap: int = 0, at: Path | None = None
) -> Iterator[tuple[Place, int]]:
    """Run a gateway in a process of its own, of the code in the folder ``at`` where there is one. Gives its place and its process id."""
    with tempfile.TemporaryDirectory() as folder:
        process = start("bench.node", str(Path(folder) / "var"), str(stubs), database, str(soap), cores=cores, at=at)
        try:
            yield Place(**json.loads(line(process))), process.pid
        finally:
            process.communicate("\n")  # which it waits for


def gateway(
    stubs: int,
    database: str = "",
    server: int | None = None,
    *,
    cores: set[int] | None = CONTESTANT,
    soap: int = 0,
    at: Path | None = None,
) -> Round:
    """Measure the gateway on SQLite or that database, with ``soap`` departments over SOAP. ``server`` is the database's process id.

    It is that of the code in the folder ``at`` where there is one.
    """
    with serving(stubs, database, cores=cores, soap=soap, at=at) as (place, process):
        measured = asyncio.run(load(place.port, place.key, lambda: _used(process, server)))
        return Round(peak_bytes=peak_bytes(process), **measured)


def _used(*roots: int | None) -> float:
    return cpu_seconds(pid for root in roots if root is not None for pid in family(root))


async def load(port: int, key: str, used: Callable[[], float]) -> dict[str, Any]:
    """Load a gateway and give the fields of a Round. ``used`` gives its CPU seconds so far, at the start and the end of what counts."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=headers, connector=connector) as session:

        async def one(name: str) -> float:
            return await file_and_wait(session, name)

        await asyncio.gather(*(one(f"warm-{number}") for number in range(AT_ONCE)))
        alone = [await one(f"alone-{number}") for number in range(UNLOADED)]
        unhurried = await at_a_rate(one, UNHURRIED, PER_SECOND)
        names = iter(f"load-{number}" for number in range(APPLICATIONS))

        async def worker() -> None:
            for name in names:
                await one(name)

        before, started = used(), time.perf_counter()
        await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
        seconds = time.perf_counter() - started
        cpu = used() - before
    return {"per_second": APPLICATIONS / seconds, "cpu_ms": 1000 * cpu / APPLICATIONS, "alone": tuple(alone), "unhurried": tuple(unhurried)}


async def file_and_wait(session: aiohttp.ClientSession, name: str, base: str = "") -> float:
    """File one application under a key and wait until every department has decided. Gives the seconds that took."""
    started = time.perf_counter()
    headers = {"Idempotency-Key": name, "Prefer": "wait=60"}
    async with session.post(f"{base}/v1/applications", data=SAMPLE, headers=headers) as reply:
        answer: dict[str, Any] = await reply.json()
    if reply.status != 200 or answer["state"] != "approved":
        raise RuntimeError(f"{reply.status}: {answer}")
    return time.perf_counter() - started


async def at_a_rate(one: Callable[[str], Awaitable[float]], count: int, per_second: float) -> list[float]:
    """Begin so many calls at a steady rate, whatever comes back (an open loop). Gives the duration of each."""
    began = time.perf_counter()
    tasks = []
    for number in range(count):
        await asyncio.sleep(max(0.0, began + number / per_second - time.perf_counter()))  # the rate offered
        tasks.append(asyncio.ensure_future(one(f"unhurried-{number}")))
    return list(await asyncio.gather(*tasks))


def percentile(values: tuple[float, ...], which: int) -> float:
    """Give a percentile of some seconds, in milliseconds."""
    return 1000 * statistics.quantiles(values, n=100)[which - 1]
