"""The interface by its settings: no request holds the others up, and nothing is open that should not be."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
import time
from asyncio import events
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
from structlog.testing import capture_logs

from gateway.api import ApiLimits
from gateway.assembly.app import install, running
from gateway.assembly.interface import bounds_of, limits_of
from gateway.installation.settings import Settings, load_settings
from gateway.texts.bounds import BOUNDS
from tests.cpu import without_collector
from tests.faults.installation import ROOT, sample
from tests.gateway.texts.test_bounds import ATTACKS, HELD
from tests.ports import free_ports


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("GATEWAY_")]:
        monkeypatch.delenv(name)
    shutil.copytree(ROOT / "config", tmp_path / "config")
    return tmp_path / "config"


@asynccontextmanager
async def _serving(config: Path, **given: Any) -> AsyncIterator[tuple[Settings, aiohttp.ClientSession, dict[str, Any]]]:
    """A gateway that sends nothing, a session on its port, and the headers of a front end and an operator."""
    settings = load_settings(config=config, data=config.parent / "var", port=0, sandbox_port=free_ports(5) - 1, **given)
    async with running(install(settings), dispatch=False) as gateway, aiohttp.ClientSession(f"http://127.0.0.1:{gateway.port}") as http:
        headers = {}
        for role in ("front-end", "operator"):
            _, key = await gateway.parts.keys.create(role, role, actor="test")
            headers[role] = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Idempotency-Key": "k"}
        yield settings, http, headers


@contextmanager
def _held(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The most CPU that one callback of the loop took of its thread."""
    most = [0.0]
    run = events.Handle._run

    def timed(handle: events.Handle) -> None:
        before = time.thread_time()
        run(handle)
        most[0] = max(most[0], time.thread_time() - before)

    with monkeypatch.context() as patched, without_collector():
        patched.setattr(events.Handle, "_run", timed)
        yield most


def _forms() -> Iterator[bytes]:
    """Applications whose data is what is too much."""
    company = sample("company-start")
    many = [{"name": f"n{number}", "id_number": "500152199001010018"} for number in range(6_000)]
    for data in (
        {**company["data"], "employees": many},
        {**company["data"], "employees": ["x" * 40] * 19_900},
        {**company["data"], **{f"unknown_{number}": number for number in range(480)}},
        {**company["data"], "company_name": "张" * 300_000},
        {f"k{i}": {f"a{j}": 1 for j in range(39)} for i in range(499)},
        {"employees": [[[number]] for number in range(6_000)]},
    ):
        yield orjson.dumps({**company, "data": data})


CALLS = (
    ("/v1/applications", "front-end"),
    ("/v1/applications/check", "front-end"),
    ("/v1/applications/lookup", "front-end"),
    ("/v1/applications/00000000-0000-7000-8000-000000000000/revisions", "front-end"),
    ("/v1/departments/real_estate/queries/housing_holdings", "front-end"),
    ("/v1/departments/real_estate/callbacks", "front-end"),
    ("/v1/deliveries/retry", "operator"),
)
FORMS = ("/v1/applications", "/v1/applications/check")
#: One of each kind of attack; that every kind is cheap to read is shown where it is read.
KINDS = ("unknown keys", "as many keys as values", "empty objects", "numbers that are infinite", "nested", "names twice", "long names")


async def test_no_body_of_a_megabyte_holds_the_loop(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = [ATTACKS[kind] for kind in KINDS]
    async with _serving(config, key_requests=10_000) as (_, http, headers):
        for path, role in CALLS:
            for body in (*bodies, *_forms()) if path in FORMS else bodies[::2]:
                with _held(monkeypatch) as held:
                    async with http.post(path, data=body[: 1024 * 1024], headers=headers[role]) as answer:
                        told = await answer.read()
                assert held[0] < HELD, (path, body[:40])
                assert answer.status in (200, 400, 401, 404, 413, 422, 429, 503), (path, body[:40])
                assert len(told) < 100_000, (path, body[:40])
                found = orjson.loads(told)
                assert len(found.get("errors", ())) <= BOUNDS.errors


async def test_a_query_string_of_any_kind_is_answered_with_bounded_errors(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with _serving(config) as (_, http, headers):
        for query in ("&".join(f"a{n}" for n in range(1500)), "&" * 7000, "cursor=" + "9" * 7000, "%ff" * 2500, "limit=1&" * 900):
            with _held(monkeypatch) as held:
                async with http.get(f"/v1/applications?{query}", headers=headers["front-end"]) as answer:
                    found = await answer.json()
            assert held[0] < HELD
            assert answer.status in (200, 400)
            assert len(found.get("errors", ())) <= BOUNDS.errors


async def test_large_bodies_at_once_leave_the_others_their_turn(config: Path) -> None:
    """The loop comes round between them: small requests are answered while eight large ones are looked through."""
    async with _serving(config) as (_, http, headers):
        body = next(_forms())

        async def large() -> int:
            async with http.post("/v1/applications/check", data=body, headers=headers["front-end"]) as answer:
                return answer.status

        async def small(until: asyncio.Future[Any]) -> int:
            answered = 0
            while not until.done():
                async with http.get("/livez") as answer:
                    answered += answer.status == 200
            return answered

        eight = asyncio.gather(*(large() for _ in range(8)))
        assert await small(eight) >= 8
        assert await eight == [200] * 8


async def test_metrics_need_a_key_also_on_this_machine_and_have_a_port_of_their_own_only_if_set(config: Path) -> None:
    port = free_ports(1)
    async with _serving(config, metrics_port=port) as (_, http, headers), aiohttp.ClientSession() as anybody:
        async with http.get("/metrics") as answer:
            assert answer.status == 401
        async with http.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}) as answer:
            assert answer.status == 401
        async with http.get("/metrics", headers=headers["operator"]) as answer:
            assert answer.status == 200
        async with anybody.get(f"http://127.0.0.1:{port}/metrics") as answer:
            assert (answer.status, b"gateway_deliveries" in await answer.read()) == (200, True)
        for other in ("/v1/services", "/livez", "/openapi.json"):
            async with anybody.get(f"http://127.0.0.1:{port}{other}") as answer:
                assert answer.status == 404
    async with _serving(config), aiohttp.ClientSession() as anybody:
        with pytest.raises(aiohttp.ClientConnectionError):
            await anybody.get(f"http://127.0.0.1:{port}/metrics")


async def test_folders_are_made_for_us_alone(config: Path) -> None:
    before = os.umask(0o022)
    try:
        async with _serving(config) as (settings, _, _):
            for folder in (settings.data, settings.secrets_folder, settings.heads_file.parent):
                assert stat.S_IMODE(folder.stat().st_mode) == 0o700, folder
    finally:
        os.umask(before)


async def test_a_department_elsewhere_without_encryption_is_said_at_the_start(config: Path) -> None:
    file = config / "departments" / "tax.yaml"
    (secret := config.parent / "var.secrets" / "departments" / "tax" / "token").parent.mkdir(parents=True)
    secret.touch(mode=0o600)
    secret.write_text("t")
    file.write_text(
        file.read_text(encoding="utf-8").replace("endpoint: sandbox", "endpoint: http://tax.example.gov.cn/api"), encoding="utf-8"
    )
    with capture_logs() as lines:
        async with _serving(config):
            pass
    assert [line["department"] for line in lines if line["event"] == "endpoint_unencrypted"] == ["tax"]


def test_the_settings_are_what_the_interface_goes_by(config: Path) -> None:
    settings = load_settings(config=config)
    assert limits_of(settings) == ApiLimits()
    assert bounds_of(settings) == BOUNDS
    other = load_settings(config=config, body_values=100, key_requests=7, trusted_proxies="10.0.0.0/8, ::1", listed_errors=3)
    assert (bounds_of(other).values, bounds_of(other).errors, limits_of(other).key_requests) == (100, 3, 7)
    assert [str(network) for network in limits_of(other).trusted_proxies] == ["10.0.0.0/8", "::1/128"]
