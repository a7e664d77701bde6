"""What is measured, in a process of its own: the gateway with five REST adapters, or the same calls made bare."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import time
from datetime import timedelta
from pathlib import Path

import aiohttp
import orjson

from bench.contest import at_a_rate
from bench.processes import peak_bytes
from gateway.app import Installation, running
from gateway.logs import configure_logs
from gateway.model.department import DepartmentConfig, Limits
from gateway.model.service import Text
from gateway.process import run, settled
from gateway.routing.catalogue import load_catalogue
from gateway.routing.departments import Hosted
from gateway.sdk import Approved, Call, Connection, Department, Operation, Options, Outcome, Output, Request, Safe
from gateway.sdk.rest import ReplyModel, RestClient, read_reply
from gateway.secrets import Secrets
from gateway.settings import Settings

HERE = Path(__file__).parent


class Act(Request):
    """What a stub department sees."""

    name: str
    id_number: str
    text: str


class Receipt(Output):
    """What it gives."""

    receipt: str


class _Reply(ReplyModel):
    receipt: str


class Stub(Department):
    """The adapter of a stub department, written as any REST adapter is."""

    adapter = "stub"
    operations = (
        Operation(name="act", title_zh="办理", title_en="Act", request=Act, output=Receipt, resend=Safe(remembered=timedelta(days=1))),
    )

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._client = RestClient(connection)

    async def open(self) -> None:
        """Make the session."""
        await self._client.open()

    async def close(self) -> None:
        """Close it."""
        await self._client.close()

    async def submit(self, call: Call, request: Request) -> Outcome:
        """One POST."""
        reply = read_reply(_Reply, await self._client.request(call, "POST", "/act", json=request.model_dump(mode="json")))
        return Approved(output=Receipt(receipt=reply.receipt), reference=call.key)


def installation(data: Path, stub_port: int, database: str) -> Installation:
    """The gateway with five stub departments at ``stub_port`` and the ports after it; its secrets lie beside ``data``."""
    settings = Settings(data=data, config=HERE / "config", port=0, database=database or None)
    hosted = {}
    for number in range(1, 6):
        name = f"stub_{number}"
        limits = Limits(concurrency=200)
        config = DepartmentConfig(
            name=name, title=Text(zh=name, en=name), endpoint=f"http://127.0.0.1:{stub_port + number - 1}", limits=limits
        )
        connection = Connection(
            name=name,
            endpoint=config.endpoint,
            secrets={},
            options=Options(),
            deadline=limits.deadline_seconds,
            max_reply_bytes=limits.max_reply_bytes,
            concurrency=limits.concurrency,
        )
        hosted[name] = Hosted(config=config, department=Stub(connection))
    catalogue = load_catalogue(settings.config / "services", dict.fromkeys(hosted, Stub))
    return Installation(settings=settings, secrets=Secrets(settings.secrets_folder), departments=hosted, catalogue=catalogue)


async def _gateway(data: Path, stub_port: int, database: str) -> None:
    sink = configure_logs("json", stream=(data.parent / "log.jsonl").open("w"))
    async with running(installation(data, stub_port, database)) as gateway:
        _, key = await gateway.parts.keys.create("front-end", "bench", actor="local")
        _, operator = await gateway.parts.keys.create("operator", "bench", actor="local")
        settled()
        _say({"port": gateway.port, "key": key, "operator": operator})
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    sink.close()


async def _bare(stub_port: int, applications: int, at_once: int, unhurried: int, per_second: float) -> None:
    sample = json.loads((HERE / "config/services/five.sample.json").read_text())
    body = orjson.dumps({"name": sample["applicant"]["name"], "id_number": sample["applicant"]["id_number"], **sample["data"]})
    gate = asyncio.Semaphore(at_once)
    headers = {"Content-Type": "application/json"}

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()) as session:

        async def call(port: int) -> bytes:
            async with session.post(f"http://127.0.0.1:{port}/act", data=body, headers=headers) as reply:
                return await reply.read()

        async def one(_: str = "") -> float:
            async with gate:
                started = time.perf_counter()
                await asyncio.gather(*(call(stub_port + number) for number in range(5)))
                return time.perf_counter() - started

        await asyncio.gather(*(one() for _ in range(at_once)))
        alone = [await one() for _ in range(unhurried)]
        slowly = await at_a_rate(one, unhurried, per_second)
        started, cpu = time.perf_counter(), _cpu()
        await asyncio.gather(*(one() for _ in range(applications)))
        seconds, cpu = time.perf_counter() - started, _cpu() - cpu
        _say({"seconds": seconds, "cpu": cpu, "peak": peak_bytes(os.getpid()), "alone": alone, "unhurried": slowly})


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _say(what: dict[str, object]) -> None:
    sys.__stdout__.write(json.dumps(what) + "\n")  # type: ignore[union-attr]  # a process started by bench has one
    sys.__stdout__.flush()  # type: ignore[union-attr]  # as above


if __name__ == "__main__":
    if sys.argv[1] == "gateway":
        run(_gateway(Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
    else:
        run(_bare(int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]), float(sys.argv[6])))
