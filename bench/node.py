"""The measured gateway, in a process of its own."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from bench.adapters import RestStub, SoapStub, made
from gateway.assembly.app import Installation, running
from gateway.assembly.process import run, settled
from gateway.catalogue.catalogue import load_catalogue
from gateway.catalogue.working_days import load_calendar
from gateway.departments.hosted import Hosted
from gateway.installation.secrets import Secrets
from gateway.installation.settings import Settings
from gateway.model.centre import Board, Centre
from gateway.model.department import DepartmentConfig, Limits
from gateway.model.service import Text
from gateway.telemetry.logs import configure_logs

HERE = Path(__file__).parent


def installation(data: Path, stub_port: int, database: str = "", *, soap: int = 0) -> Installation:
    """Give the gateway with the stub departments at ``stub_port`` and the ports after it, the last ``soap`` of them over SOAP.

    Its secrets lie beside ``data``, the same for every node of that folder.
    """
    settings = Settings(
        data=data,
        secrets=data.with_name("secrets"),
        config=HERE / "config",
        port=0,
        database=database or None,
        centre=Centre(name=Text(zh="测速", en="Bench"), boards={"hall": Board()}),
        key_requests=1_000_000,  # a single key brings the whole load
        key_concurrency=100_000,
    )
    hosted = {}
    for name, department in made(stub_port, soap=soap).items():
        limits = Limits(concurrency=200, deadline_seconds=300)  # on a busy machine a call that is held to be counted is no late one
        config = DepartmentConfig(name=name, title=Text(zh=name, en=name), endpoint=department.connection.endpoint, limits=limits)
        hosted[name] = Hosted(config=config, department=department)
    adapters = {name: SoapStub if isinstance(one.department, SoapStub) else RestStub for name, one in hosted.items()}
    catalogue = load_catalogue(settings.config / "services", adapters)
    return Installation(
        settings=settings,
        secrets=Secrets(settings.secrets_folder),
        departments=hosted,
        catalogue=catalogue,
        calendar=load_calendar(settings.config / "calendar"),
    )


async def _gateway(data: Path, stub_port: int, database: str, soap: int) -> None:
    sink = configure_logs("json", stream=(data.parent / f"{data.name}.jsonl").open("w"))
    async with running(installation(data, stub_port, database, soap=soap)) as gateway:
        _, key = await gateway.parts.keys.create("front-end", "bench", actor="local")
        _, operator = await gateway.parts.keys.create("operator", "bench", actor="local")
        settled()
        print(json.dumps({"port": gateway.port, "key": key, "operator": operator}), flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    sink.close()


if __name__ == "__main__":
    run(_gateway(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
