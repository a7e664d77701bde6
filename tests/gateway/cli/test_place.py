"""The gateway of an installation: the running one, or one made for the command, or a clear refusal."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from gateway.journal.database import Lock
from gateway.settings import load_settings
from tests.gateway.cli.conftest import SAMPLES, Command


def _leave_socket() -> None:
    """What a killed gateway leaves: a socket that nobody listens on."""
    settings = load_settings()
    settings.data.mkdir()
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(settings.socket))
    left.close()


def test_a_stopped_gateway_is_worked_on_and_nothing_is_sent(stopped: Path, process: Command, command: Command) -> None:
    _leave_socket()
    made = process("key", "create", "front-end")
    assert made.code == 0
    assert made.out.startswith("gw_")
    assert made.out.count("\n") == 1
    filed: Any = process("submit", SAMPLES / "passport.sample.json", "--json").json
    assert [d["state"] for d in filed["deliveries"]] == ["ready"]
    assert [d["attempts"] for d in filed["deliveries"]] == [0]
    assert not load_settings().socket.exists()
    verified = command("audit", "verify")
    assert verified.code == 0, verified.out + verified.err


def test_data_that_another_process_holds_is_refused(stopped: Path, process: Command) -> None:
    """A gateway that is starting or stopping: it has the data, but does not listen."""
    with Lock(load_settings().database_url):
        refused = process("departments")
    assert refused.code == 3
    assert "owns this journal" in refused.err
    assert "Traceback" not in refused.err


def test_a_wrong_configuration_is_3_with_its_place(
    stopped: Path, process: Command, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    assert command("init", config).code == 0
    (config / "departments" / "tax.yaml").write_text("title: {zh: 税务, en: Tax}\nendpoint: sandbox\nlimits: {concurrency: none}\n")
    monkeypatch.setenv("GATEWAY_CONFIG", str(config))
    refused = process("departments")
    assert refused.code == 3
    assert "tax.yaml:3" in refused.err
    assert "Traceback" not in refused.err
