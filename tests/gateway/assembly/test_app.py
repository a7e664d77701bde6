"""The parts put together, in this process: checked whole before anything is opened, one process a journal, everything let go at the end."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
from collections.abc import Callable
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateway.assembly.app import Installation, install, running
from gateway.installation.host import load_plugins, make_sandboxes
from gateway.installation.secrets import Secrets
from gateway.installation.settings import Settings, load_departments, load_settings
from gateway.journal.store.database import DatabaseRefused, open_reader
from gateway.journal.verification.verify import verify
from gateway.sdk.sandbox import serve_sandboxes
from gateway.texts.yaml_lines import ConfigError
from tests.faults.installation import ROOT, sample
from tests.gateway.journal.empty import empty
from tests.ports import free_ports


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in [name for name in os.environ if name.startswith("GATEWAY_")]:
        monkeypatch.delenv(name)
    shutil.copytree(ROOT / "config", tmp_path / "config")
    empty(tmp_path / "var" / "gateway.db")
    return load_settings(config=tmp_path / "config", data=tmp_path / "var", port=0, sandbox_port=free_ports(5) - 1)


async def _file(session: aiohttp.ClientSession, service: str, wait: int) -> Any:
    headers = {"Idempotency-Key": service, "Prefer": f"wait={wait}"}
    async with session.post("/v1/applications", json=sample(service), headers=headers) as answer:
        assert answer.status in (200, 202), await answer.text()
        return await answer.json()


def _over_socket(settings: Settings) -> aiohttp.ClientSession:
    return aiohttp.ClientSession("http://gateway", connector=aiohttp.UnixConnector(str(settings.socket)))


def _is_sound(installation: Installation) -> bool:
    secrets, settings = installation.secrets, installation.settings
    reader = open_reader(settings.database_url)
    try:
        return verify(reader, settings.heads_file, secrets.signing_key().public_key(), secrets.hmac_key()).ok
    finally:
        reader.dispose()


async def test_one_application_goes_to_five_departments(settings: Settings) -> None:
    installation = install(settings)
    configs, _ = load_departments(settings.config)
    boxes = make_sandboxes(load_plugins(), configs, settings, installation.secrets)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(serve_sandboxes(boxes))
        gateway = await stack.enter_async_context(running(installation))
        view, key = await gateway.parts.keys.create("front-end", "hall", actor="local")
        session = aiohttp.ClientSession(f"http://127.0.0.1:{gateway.port}", headers={"Authorization": f"Bearer {key}"})
        ended = await _file(await stack.enter_async_context(session), "newlywed", 30)
        assert ended["state"] == "approved", ended
        assert {one["department"]: one["attempts"] for one in ended["deliveries"]} == dict.fromkeys(configs, 1)
    assert not settings.socket.exists()
    assert _is_sound(installation)
    assert view.revoked_at is None


def _disabled(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    file = settings.config / "departments" / "exit_entry.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "enabled: false\n", encoding="utf-8")


def _of_another_sdk(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_plugins().adapters["exit_entry"], "sdk", "9.0")


def _cannot_be_made(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_plugins().adapters["exit_entry"], "__init__", lambda *_: 1 / 0)


def _cannot_be_opened(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: object) -> None:
        raise SystemExit

    monkeypatch.setattr(load_plugins().adapters["exit_entry"], "open", fail)


@pytest.mark.parametrize("break_one", [_disabled, _of_another_sdk, _cannot_be_made, _cannot_be_opened])
async def test_one_department_that_is_not_there_touches_no_other(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, break_one: Callable[[Settings, pytest.MonkeyPatch], None]
) -> None:
    configs, _ = load_departments(settings.config)
    boxes = make_sandboxes(load_plugins(), configs, settings, Secrets(settings.secrets_folder))
    break_one(settings, monkeypatch)
    async with serve_sandboxes(boxes), running(install(settings)), _over_socket(settings) as session:
        ended = await _file(session, "house-transfer", 30)
        assert ended["state"] == "approved", ended
        async with session.get("/v1/departments") as answer:
            problems = {one["name"]: one["problem"] for one in (await answer.json())["items"]}
        assert [name for name, problem in problems.items() if problem is not None] == ["exit_entry"]
        async with session.post("/v1/applications", json=sample("passport"), headers={"Idempotency-Key": "p"}) as answer:
            assert answer.status == 503


async def test_without_dispatch_and_serving_there_is_the_socket_alone_and_nothing_is_sent(settings: Settings) -> None:
    installation = install(settings)
    async with running(installation, dispatch=False, serve=False) as gateway:
        assert gateway.port is None
        async with _over_socket(settings) as session:
            filed = await _file(session, "retirement", 0)
        assert [one["state"] for one in filed["deliveries"]] == ["ready", "waiting"]
        assert all(one["attempts"] == 0 for one in filed["deliveries"])
    async with running(installation, dispatch=False, serve=False), _over_socket(settings) as session:
        again = await _file(session, "retirement", 0)
    assert again == filed
    assert _is_sound(installation)


async def test_a_journal_has_one_process_and_is_let_go_at_the_end(settings: Settings) -> None:
    installation, impatient = install(settings), install(settings.model_copy(update={"lock_seconds": 0.3}))
    async with running(installation, dispatch=False, serve=False):
        with pytest.raises(DatabaseRefused) as refused:
            await running(impatient, dispatch=False, serve=False).__aenter__()
        assert refused.value.code == "locked"
    async with running(impatient, dispatch=False, serve=False):
        pass


async def test_a_start_that_fails_lets_everything_go(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        installation = install(settings.model_copy(update={"port": taken.getsockname()[1]}))
        with pytest.raises(OSError, match="address already in use"):
            await running(installation).__aenter__()
    async with running(installation, dispatch=False):
        pass


async def test_a_journal_made_with_other_secrets_is_refused(settings: Settings) -> None:
    async with running(install(settings), dispatch=False, serve=False):
        pass
    key = settings.secrets_folder / "hmac.key"
    kept = key.read_bytes()
    key.unlink()
    with pytest.raises(ConfigError, match=r"hmac\.key"):
        await running(install(settings), dispatch=False, serve=False).__aenter__()
    assert not key.exists(), "a new one opens nothing"
    key.touch(mode=0o600)
    key.write_bytes(bytes(32))
    with pytest.raises(DatabaseRefused, match=r"hmac\.key") as refused:
        await running(install(settings), dispatch=False, serve=False).__aenter__()
    assert refused.value.code == "other_secrets"
    key.write_bytes(kept)
    async with running(install(settings), dispatch=False, serve=False):
        pass


async def test_definitions_are_kept_by_digest_old_and_new(settings: Settings) -> None:
    async with running(install(settings), dispatch=False, serve=False):
        pass
    file = settings.config / "services" / "passport.yaml"
    file.write_text(file.read_text().replace("promised_working_days: 7", "promised_working_days: 6"))
    for _ in range(2):
        async with running(install(settings), dispatch=False, serve=False):
            pass
    with closing(sqlite3.connect(settings.data / "gateway.db")) as connection:
        kept = dict(connection.execute("SELECT code, count(*) FROM service_definition GROUP BY code").fetchall())
    assert kept["passport"] == 2
    assert {code: count for code, count in kept.items() if code != "passport"} == dict.fromkeys(kept.keys() - {"passport"}, 1)


def test_a_wrong_configuration_is_refused_with_file_and_line_before_anything_is_opened(settings: Settings) -> None:
    shutil.rmtree(settings.data)
    file = settings.config / "services" / "passport.yaml"
    file.write_text(file.read_text().replace("operation: apply_passport", "operation: apply_pasport"))
    with pytest.raises(ConfigError) as refused:
        install(settings)
    assert "passport.yaml" in str(refused.value)
    assert all(problem.line > 0 for problem in refused.value.problems)
    assert not settings.data.exists()
