"""A gateway that starts with very many deliveries due: its first send, and the cost of claims, filing, lists and memory."""

from __future__ import annotations

import asyncio
import json
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bench.backlog_rows import SAMPLE, fill
from bench.contest import line, percentile, start
from bench.processes import cpu_seconds, family, peak_bytes
from gateway.cases.casework import mac_by
from gateway.installation.secrets import Secrets
from tests.ports import free_ports

#: Calls ignored before claims are measured, and calls measured.
_LET_GO, _CLAIMED = 100, 800
_FILED, _AT_ONCE = 2000, 32
_LOOKS = 15

_PAGES = {
    "applications": "/v1/applications?limit=100",
    "applications by state": "/v1/applications?limit=100&state=in_progress",
    "applications by service": "/v1/applications?limit=100&service=one",
    "an application by its number": "/v1/applications?number=BACKLOG00000900",
    "applications that need attention": "/v1/applications?limit=100&needs_attention=true",
    "deliveries": "/v1/deliveries?limit=100",
    "deliveries of a department": "/v1/deliveries?limit=100&department=stub_1",
    "deliveries by state": "/v1/deliveries?limit=100&state=ready",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """The figures of one backlog. Times are in milliseconds unless their names say seconds."""

    size: int
    first_send_seconds: float  # from the start of the process to the first call at the department
    claim_ms: float  # CPU a delivery claimed, called and recorded
    filing_ms: float  # CPU an application filed while its department is paused
    filed_per_second: float
    filing_p99_ms: float
    peak_mb: float
    pages_ms: dict[str, float]  # p95 over several looks at each list and its next page
    departments_ms: float  # p95 over several looks at the departments, which count their open deliveries


class Department:
    """A department that answers each call after 5 ms and counts the calls."""

    def __init__(self) -> None:
        self.calls = 0
        self.first_at = 0.0
        self._came = asyncio.Event()

    async def act(self, request: web.Request) -> web.Response:
        """Count a call, and answer it."""
        await request.read()
        self.first_at = self.first_at or time.monotonic()
        self.calls += 1
        self._came.set()
        await asyncio.sleep(0.005)
        return web.Response(body=b'{"receipt":"R1"}', content_type="application/json")

    async def after(self, calls: int) -> None:
        """Wait until so many calls have come."""
        while self.calls < calls:
            self._came.clear()
            await self._came.wait()


def backlog(size: int) -> Backlog:
    """Measure one size, from an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        data, stubs = Path(folder) / "var", free_ports(5)
        with _node(data, stubs):
            pass
        secrets = Secrets(data.with_name("secrets"))
        fill(data / "gateway.db", size, mac_by(secrets.hmac_key()), secrets.signing_key())
        return asyncio.run(_measure(size, data, stubs))


@contextmanager
def _node(data: Path, stubs: int) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    process = start("bench.node", str(data), str(stubs), "", "0")
    try:
        yield process, json.loads(line(process))
    finally:
        process.communicate("\n")


async def _measure(size: int, data: Path, stubs: int) -> Backlog:
    async with serving(stubs) as department:
        began = time.monotonic()
        with _node(data, stubs) as (process, place):
            await department.after(_LET_GO)
            used = _cpu(process)
            await department.after(_LET_GO + _CLAIMED)
            claim_ms = 1000 * (_cpu(process) - used) / _CLAIMED
            base = f"http://127.0.0.1:{place['port']}"
            async with aiohttp.ClientSession(base, headers={"Authorization": f"Bearer {place['operator']}"}) as operator:
                await pause(operator, department)
                filing = await _file(base, place["key"], process)
                pages = {name: await _look(operator, path) for name, path in _PAGES.items()}
                departments = await _look(operator, "/v1/departments")
            return Backlog(
                size=size, first_send_seconds=department.first_at - began, claim_ms=claim_ms, pages_ms=pages,
                departments_ms=departments,
                peak_mb=peak_bytes(process.pid) / 1e6, **filing,
            )  # fmt: skip


@asynccontextmanager
async def serving(port: int) -> AsyncIterator[Department]:
    """Serve the department at a port."""
    department, app = Department(), web.Application()
    app.router.add_post("/act", department.act)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
    try:
        yield department
    finally:
        await runner.cleanup()


async def pause(operator: aiohttp.ClientSession, department: Department) -> None:
    """Pause the department, and wait until no call to it is under way."""
    body = {"paused": True, "reason": "bench"}
    async with operator.patch("/v1/departments/stub_1", json=body) as reply:
        reply.raise_for_status()
    while True:  # calls under way end first
        calls = department.calls
        async with operator.get("/v1/deliveries?limit=1&state=sending") as reply:
            under_way = (await reply.json())["items"]
        if not under_way and calls == department.calls:
            return


async def _file(base: str, key: str, process: subprocess.Popen[str]) -> dict[str, float]:
    body, took = SAMPLE.read_bytes(), []
    names = iter(range(_FILED))
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    async with aiohttp.ClientSession(base, headers=headers) as session:

        async def worker() -> None:
            for name in names:
                began = time.perf_counter()
                async with session.post("/v1/applications", data=body, headers={"Idempotency-Key": f"filed-{name}"}) as reply:
                    await reply.read()
                    reply.raise_for_status()
                took.append(time.perf_counter() - began)

        used, began = _cpu(process), time.perf_counter()
        await asyncio.gather(*(worker() for _ in range(_AT_ONCE)))
        seconds, used = time.perf_counter() - began, _cpu(process) - used
    return {"filing_ms": 1000 * used / _FILED, "filed_per_second": _FILED / seconds, "filing_p99_ms": percentile(tuple(took), 99)}


async def _look(operator: aiohttp.ClientSession, path: str) -> float:
    """Give the 95th percentile of several looks at a list, each followed by its next page."""
    took = []
    for _ in range(_LOOKS):
        url: str | None = path
        for _page in range(2):
            if url is None:
                break
            began = time.perf_counter()
            async with operator.get(url) as reply:
                said = await reply.json()
                reply.raise_for_status()
            took.append(time.perf_counter() - began)
            url = f"{path}&cursor={said['next']}" if said.get("next") else None
    return percentile(tuple(took), 95)


def _cpu(process: subprocess.Popen[str]) -> float:
    return cpu_seconds(family(process.pid))


def mean(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Give the means of two measurements of the same size."""
    figures: dict[str, Any] = {name: (one[name] + other[name]) / 2 for name in one if name != "pages_ms"}
    pages = {name: (took + other["pages_ms"][name]) / 2 for name, took in one["pages_ms"].items()}
    return {**figures, "size": one["size"], "pages_ms": pages}
