"""A running gateway takes renewed certificates by itself, and tells in time which end."""

from __future__ import annotations

import asyncio
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs
from typer.testing import CliRunner

from gateway.assembly import tls_watch
from gateway.assembly.app import Gateway, install, running
from gateway.assembly.tls_watch import TlsWatch
from gateway.cli import app as cli
from gateway.departments.hosted import Departments, tls_of
from gateway.installation.settings import Settings, load_settings
from gateway.telemetry.measures import create_metrics
from gateway.texts.refusals import ConfigurationRefused
from tests.certificates import Authority, keep
from tests.faults.installation import ROOT
from tests.patience import until
from tests.ports import free_ports

TLS = "\ntls: {certificate: tls_certificate, key: tls_key, ca: tls_ca}\n"


@pytest.fixture(scope="module")
def ca() -> Authority:
    return Authority()


@pytest.fixture
def settings(tmp_path: Path, ca: Authority, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation whose tax office asks for a certificate, which ends in 29 days."""
    for name in [name for name in os.environ if name.startswith("GATEWAY_")]:
        monkeypatch.delenv(name)
    shutil.copytree(ROOT / "config", tmp_path / "config")
    file = tmp_path / "config" / "departments" / "tax.yaml"
    file.write_text(file.read_text().replace("endpoint: sandbox", "endpoint: https://tax.example") + TLS)
    pair = ca.issue(days=29)
    keep(tmp_path / "var.secrets", "tax", token="t", tls_certificate=pair.certificate, tls_key=pair.key, tls_ca=ca.pem)
    for name, value in {"CONFIG": tmp_path / "config", "DATA": tmp_path / "var", "PORT": "0", "SANDBOX_PORT": free_ports(5) - 1}.items():
        monkeypatch.setenv(f"GATEWAY_{name}", str(value))
    monkeypatch.setenv("GATEWAY_LANGUAGE", "en")
    return load_settings()


@pytest.fixture
def departments(settings: Settings) -> Departments:
    return install(settings).departments


async def test_what_ends_is_told_once_at_each_stage_and_measured(departments: Departments) -> None:
    moment = datetime.now(UTC)
    metrics = create_metrics(CollectorRegistry())
    watch = TlsWatch(departments, metrics, clock=lambda: moment)
    told: list[tuple[str, int]] = []
    for days in (0, 0, 10, 23, 24, 28, 29, 30):
        moment = datetime.now(UTC) + timedelta(days=days)
        with capture_logs() as logs:
            await watch.look()
        told += [(line["event"], line["days"]) for line in logs]
    assert told == [
        ("certificate_expires", 28), ("certificate_expires", 5), ("certificate_expires", 0), ("certificate_expired", -1),
    ]  # fmt: skip
    left = metrics.registry.get_sample_value("gateway_certificate_seconds_left", {"department": "tax", "part": "certificate"})
    assert left is not None
    assert -2 * 86400 < left < 0


async def test_a_renewed_one_is_taken_and_a_broken_one_told_once(settings: Settings, departments: Departments, ca: Authority) -> None:
    watch = TlsWatch(departments, create_metrics(CollectorRegistry()))
    await watch.look()
    keep(settings.secrets_folder, "tax", tls_key="broken")
    with capture_logs() as logs:
        await watch.look()
        await watch.look()
    assert [(line["event"], line["department"]) for line in logs] == [("tls_refused", "tax")]
    assert "tls_key: is no private key" in logs[0]["problem"]
    pair = ca.issue(days=300)
    keep(settings.secrets_folder, "tax", tls_certificate=pair.certificate, tls_key=pair.key)
    with capture_logs() as logs:
        await watch.look()
    assert [line["event"] for line in logs] == ["tls_renewed"]
    assert tls_of(departments)["tax"].until["certificate"] > datetime.now(UTC) + timedelta(days=299)


def test_check_says_what_ends_and_what_cannot_be_used(settings: Settings, ca: Authority) -> None:
    checked = CliRunner().invoke(cli, ["check"])
    assert checked.exit_code == 0
    assert "tax.yaml:" in checked.output
    assert "our client certificate ends on" in checked.output.replace("\n", "")
    keep(settings.secrets_folder, "tax", tls_key=ca.issue().key)
    checked = CliRunner().invoke(cli, ["check"])
    assert checked.exit_code == 1
    assert "departments/tax/tls_key: is not the key of the certificate" in checked.output.replace("\n", "")


async def _asked(gateway: Gateway, path: str) -> dict[str, object]:
    socket = aiohttp.UnixConnector(path=str(gateway.reload.settings.socket))
    async with aiohttp.ClientSession(connector=socket) as client, client.get(f"http://gateway{path}") as answer:
        found: dict[str, object] = await answer.json()
        return found


async def test_a_running_gateway_says_it_and_goes_on_with_the_renewed_one(
    settings: Settings, ca: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls_watch, "EVERY", 0.05)
    async with running(install(settings)) as gateway:
        said = await _asked(gateway, "/readyz")
        assert said["ready"] is True
        assert "tax: our client certificate ends on" in str(said["checks"])
        department = await _asked(gateway, "/v1/departments/tax")
        assert "本方客户端证书将于" in str(department["tls"])
        adapter = gateway.parts.departments["tax"].department
        keep(settings.secrets_folder, "tax", tls_ca="broken")
        with pytest.raises(ConfigurationRefused) as refused:
            await gateway.reload.reload(actor="local")
        assert [Path(problem.file).name for problem in refused.value.problems] == ["tls_ca"]
        keep(settings.secrets_folder, "tax", tls_ca=ca.pem)
        pair = ca.issue(days=300)
        with capture_logs() as logs:
            keep(settings.secrets_folder, "tax", tls_key=pair.key, tls_certificate=pair.certificate)
            await asyncio.to_thread(until, lambda: any(line["event"] == "tls_renewed" for line in logs))
        assert (await _asked(gateway, "/readyz"))["checks"]["certificates"] is None  # type: ignore[index]  # as it is answered
        assert gateway.parts.departments["tax"].department is adapter
