"""A department's secret is rotated while it calls back: with either secret until the end is said, and no callback is refused."""

from __future__ import annotations

import asyncio
import os
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

import aiohttp
import orjson
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner, Result

from gateway.assembly.app import Gateway, install, running
from gateway.cli import app as cli
from gateway.cli.terminal.exits import Failed
from gateway.installation.settings import Settings, load_settings
from gateway.sdk.webhooks import Webhook
from tests.faults.installation import ROOT
from tests.patience import until, within
from tests.ports import free_ports

Rotate = Callable[..., Result]
ADDRESS = "/v1/departments/real_estate/callbacks"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in [name for name in os.environ if name.startswith("GATEWAY_")]:
        monkeypatch.delenv(name)
    shutil.copytree(ROOT / "config", tmp_path / "config")
    for name, value in {"CONFIG": tmp_path / "config", "DATA": tmp_path / "var", "PORT": "0", "SANDBOX_PORT": free_ports(5) - 1}.items():
        monkeypatch.setenv(f"GATEWAY_{name}", str(value))
    monkeypatch.setenv("GATEWAY_LANGUAGE", "en")
    return load_settings()


@pytest.fixture
def rotate() -> Rotate:
    return lambda *arguments: CliRunner().invoke(cli, ["department", "rotate-secret", "real_estate", *arguments])


def secret_of(settings: Settings, name: str = "callback_secret") -> str:
    return (settings.secrets_folder / "departments" / "real_estate" / name).read_text().strip()


async def call_back(http: aiohttp.ClientSession, gateway: Gateway, secret: str) -> int:
    """The registry tells of a case, signed with this secret."""
    case = {"deliveryKey": f"{uuid.uuid4().hex}-1", "reference": "BDC20261123-000001", "djlx": "add_co_owner", "state": "rejected"}
    body = orjson.dumps({"type": "registration.decided", "data": {**case, "code": "4001", "message": "x"}})
    headers = Webhook(SecretStr(secret)).sign(uuid.uuid4().hex, body) | {"Content-Type": "application/json"}
    async with http.post(f"http://127.0.0.1:{gateway.port}{ADDRESS}", data=body, headers=headers) as answer:
        return answer.status


async def test_no_callback_is_refused_while_the_secret_is_changed_over(settings: Settings, rotate: Rotate) -> None:
    async with running(install(settings), dispatch=False) as gateway, aiohttp.ClientSession() as http, within():
        signing = [secret_of(settings)]
        answers: list[int] = []
        over = asyncio.Event()

        async def go_on() -> None:
            while not over.is_set():
                answers.append(await call_back(http, gateway, signing[0]))

        async def some_more() -> None:
            before = len(answers)
            await asyncio.to_thread(until, lambda: len(answers) >= before + 20)

        async with asyncio.TaskGroup() as group:
            for _ in range(4):
                group.create_task(go_on())
            await some_more()
            made = await asyncio.to_thread(rotate, "callback_secret", "--make")
            assert made.exit_code == 0
            new = secret_of(settings)
            assert new in made.output
            await gateway.reload.reload(actor="local")
            await some_more()  # by the old one
            signing[0] = new
            await some_more()
            over.set()
        good = set(answers)
        assert good == {200}
        registry = gateway.parts.metrics.registry
        assert registry.get_sample_value("gateway_callbacks_by_previous_secret_total", {"department": "real_estate"})
        old = secret_of(settings, "callback_secret_previous")
        assert "a secret before is still taken" in CliRunner().invoke(cli, ["check"]).output.replace("\n", "")
        assert (await asyncio.to_thread(rotate, "callback_secret", "--end")).exit_code == 0
        await gateway.reload.reload(actor="local")
        assert await call_back(http, gateway, old) == 401
        assert await call_back(http, gateway, new) in good
        assert await call_back(http, gateway, "whsec_" + "A" * 40) == 401


def test_what_cannot_be_rotated_says_why(settings: Settings, rotate: Rotate, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    install(settings)  # makes the secrets of the sandboxes
    for arguments in (("callback_secret",), ("callback_secret", "--make", "--end")):
        found = rotate(*arguments)
        assert isinstance(found.exception, Failed)
        assert "one of these" in str(found.exception)
    assert "callback_secret" in str(rotate("no_secret", "--make").exception)
    assert isinstance(rotate("callback_secret", "--end").exception, Failed)
    (tmp_path / "new").write_text("  app secret of tomorrow \n")
    assert rotate("app_secret", str(tmp_path / "new")).exit_code == 0
    assert secret_of(settings, "app_secret") == "app secret of tomorrow"
    monkeypatch.setenv("GATEWAY_REAL_ESTATE_APP_SECRET", "x")
    assert "GATEWAY_REAL_ESTATE_APP_SECRET_PREVIOUS" in str(rotate("app_secret", "--make").exception)


def test_of_a_department_that_does_not_call_back_the_one_before_is_overwritten_which_is_said(settings: Settings, tmp_path: Path) -> None:
    install(settings)
    (tmp_path / "new").write_text("token of tomorrow")
    done = CliRunner().invoke(cli, ["department", "rotate-secret", "tax", "token", str(tmp_path / "new")])
    assert done.exit_code == 0
    assert "the one before is overwritten" in done.output
    folder = settings.secrets_folder / "departments" / "tax"
    assert [file.name for file in folder.iterdir()] == ["token"]
    assert (folder / "token").read_text().strip() == "token of tomorrow"
