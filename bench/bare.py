"""The same calls without a gateway, by bare aiohttp or by the adapters, in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import orjson

from bench.adapters import DEPARTMENTS, SOAP, Act, SoapStub, made
from bench.contest import APPLICATIONS, AT_ONCE, PER_SECOND, UNHURRIED, UNLOADED, at_a_rate
from bench.processes import peak_bytes
from gateway.assembly.process import run
from gateway.model.identifiers import new_id
from gateway.sdk import Call

_SAMPLE = json.loads((Path(__file__).parent / "config/services/five.sample.json").read_text())
_SENT = {"name": _SAMPLE["applicant"]["name"], "id_number": _SAMPLE["applicant"]["id_number"], **_SAMPLE["data"]}
_TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

#: Makes one call at the department of that number.
CallOne = Callable[[int], Awaitable[object]]


async def _aiohttp(stub_port: int) -> None:
    body, headers = orjson.dumps(_SENT), {"Content-Type": "application/json"}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()) as session:

        async def call(number: int) -> bytes:
            async with session.post(f"http://127.0.0.1:{stub_port + number}/act", data=body, headers=headers) as reply:
                return await reply.read()

        await _measure(call)


async def _adapters(stub_port: int, *, by_plan: bool) -> None:
    departments = list(made(stub_port, soap=SOAP).values())
    async with AsyncExitStack() as stack:
        for department in departments:
            await department.open()
            stack.push_async_callback(department.close)
            if isinstance(department, SoapStub) and not by_plan:
                department.go_zeeps_way()

        async def call(number: int) -> object:
            asked = Call(operation="act", key=new_id(), attempt=1, deadline=30, traceparent=_TRACE)
            return await departments[number].submit(asked, Act.model_validate(_SENT))

        await _measure(call)


async def _measure(call: CallOne) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(_: str = "") -> float:
        async with gate:
            started = time.perf_counter()
            await asyncio.gather(*(call(number) for number in range(DEPARTMENTS)))
            return time.perf_counter() - started

    await asyncio.gather(*(one() for _ in range(AT_ONCE)))
    alone = [await one() for _ in range(UNLOADED)]
    slowly = await at_a_rate(one, UNHURRIED, PER_SECOND)
    started, cpu = time.perf_counter(), _cpu()
    await asyncio.gather(*(one() for _ in range(APPLICATIONS)))
    seconds, cpu = time.perf_counter() - started, _cpu() - cpu
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak": peak_bytes(os.getpid()), "alone": alone, "unhurried": slowly}), flush=True)


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    what, port = sys.argv[1], int(sys.argv[2])
    run(_aiohttp(port) if what == "aiohttp" else _adapters(port, by_plan=what == "adapters"))
