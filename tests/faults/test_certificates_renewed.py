"""Client certificates of a SOAP and a REST department are renewed while cases are under way: every call arrives, and once."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import ssl
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import orjson
import pytest
from sqlalchemy import Engine, func, select

from gateway.assembly import tls_watch
from gateway.assembly.app import install, running
from gateway.cases.caller import LOCAL_CALLER
from gateway.installation.host import load_plugins, make_sandboxes
from gateway.installation.secrets import Secrets
from gateway.installation.settings import load_departments, load_settings
from gateway.journal.store import schema
from gateway.journal.store.database import open_reader
from gateway.sdk.sandbox import serve_sandboxes
from tests.certificates import Authority, demanding, keep
from tests.faults.installation import ROOT, sample
from tests.patience import until, within
from tests.ports import free_ports

DEPARTMENTS = ("social_security", "tax")
CASES = 60
TLS = "\ntls: {certificate: tls_certificate, key: tls_key, ca: tls_ca}\n"


@asynccontextmanager
async def door(context: ssl.SSLContext, port: int, seen: Counter[int]) -> AsyncIterator[int]:
    """Let callers with a certificate in, forward them to a plain port, and count connections by certificate. Gives the port."""

    async def let_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen[int(writer.get_extra_info("peercert")["serialNumber"], 16)] += 1
        inner, outer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_hand_on(reader, outer), _hand_on(inner, writer))

    server = await asyncio.start_server(let_in, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def _hand_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
    writer.close()


def approved(reader: Engine) -> int:
    """Count the cases that have ended well."""
    ended = select(func.count()).select_from(schema.application).where(schema.application.c.state == "approved")
    with reader.connect() as connection:
        return int(connection.execute(ended).scalar_one())


@pytest.mark.slow("a whole gateway with two departments; tests/gateway/installation/test_tls.py renews under load at the client")
async def test_certificates_are_renewed_while_cases_go_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GATEWAY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(tls_watch, "EVERY", 0.1)
    shutil.copytree(ROOT / "config", tmp_path / "config")
    settings = load_settings(config=tmp_path / "config", data=tmp_path / "var", port=0, sandbox_port=free_ports(5) - 1)
    secrets, ca = Secrets(settings.secrets_folder), Authority()
    sandboxes = make_sandboxes(load_plugins(), load_departments(settings.config)[0], settings, secrets)
    ports = {sandbox.context.name: port for sandbox, port in sandboxes if sandbox.context.name in DEPARTMENTS}
    seen: Counter[int] = Counter()
    first, second = ca.issue(), ca.issue()
    async with AsyncExitStack() as stack, within(60):
        await stack.enter_async_context(serve_sandboxes([one for one in sandboxes if one[0].context.name in DEPARTMENTS]))
        for name in DEPARTMENTS:
            context = demanding(tmp_path, ca.issue("localhost", server=True), ca)
            port = await stack.enter_async_context(door(context, ports[name], seen))
            file = settings.config / "departments" / f"{name}.yaml"
            file.write_text(file.read_text().replace("endpoint: sandbox", f"endpoint: https://localhost:{port}") + TLS)
            keep(settings.secrets_folder, name, tls_certificate=first.certificate, tls_key=first.key, tls_ca=ca.pem)
        gateway = await stack.enter_async_context(running(install(settings)))

        async def file_some(least: int) -> None:
            for number in range(CASES // 2):
                filed = await gateway.parts.intake.file(
                    orjson.dumps(sample("retirement")),
                    caller=LOCAL_CALLER,
                    idempotency_key=f"{least}-{number}",
                    language="en",
                    traceparent=None,
                )
                assert filed.created

        await file_some(0)
        for name in DEPARTMENTS:
            keep(settings.secrets_folder, name, tls_certificate=second.certificate, tls_key=second.key)
        await file_some(1)
        reader = open_reader(settings.database_url)
        stack.callback(reader.dispose)
        await asyncio.to_thread(until, lambda: approved(reader) == CASES, 60)
        with reader.connect() as connection:
            results = set(connection.execute(select(schema.attempt.c.result).distinct()).scalars())
            submitted = connection.execute(select(func.max(schema.delivery.c.attempts))).scalar_one()
    assert results <= {"accepted", "approved", "decided", "still_open"}, results
    assert submitted == 1
    assert set(seen) == {first.serial, second.serial}
