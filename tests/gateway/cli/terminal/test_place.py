"""The gateway of an installation: the running one, or one made for the command, or a clear refusal."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from gateway.installation.settings import load_settings
from gateway.journal.store.database import Lock
from gateway.journal.store.file_lock import Role
from tests.gateway.cli.conftest import SAMPLES, Command
from tests.patience import output, until


def _leave_socket() -> None:
    """What a killed gateway leaves: a socket that nobody listens on."""
    settings = load_settings()
    settings.data.mkdir()
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(settings.socket))
    left.close()


def test_a_stopped_gateway_is_worked_on_and_nothing_is_sent(stopped: Path, process: Command, command: Command) -> None:
    _leave_socket()
    made = command("key", "create", "front-end")
    assert made.code == 0
    assert made.out.startswith("gw_")
    assert made.out.count("\n") == 1
    filed: Any = process("submit", SAMPLES / "passport.sample.json", "--json").json
    assert [d["state"] for d in filed["deliveries"]] == ["ready"]
    assert [d["attempts"] for d in filed["deliveries"]] == [0]
    assert list(load_settings().data.glob("*.sock")) == [load_settings().socket], "its own is gone, a gateway's is left alone"
    verified = command("audit", "verify")
    assert verified.code == 0, verified.out + verified.err


def test_a_file_in_the_place_of_a_folder_is_3_with_its_setting(stopped: Path, command: Command) -> None:
    heads = load_settings().heads_file.parent
    heads.write_text("somebody's log")
    for arguments in (("nodes",), ("serve",)):
        refused = command(*arguments)
        assert refused.code == 3
        assert f"GATEWAY_LOG_FOLDER: {heads} cannot be a folder" in refused.err
    assert heads.read_text() == "somebody's log"


@pytest.mark.parametrize(
    ("role", "told"),
    [
        (Role.SERVE, "owns this journal"),
        pytest.param(Role.COMMAND, "a command, has this journal", marks=pytest.mark.slow("a command again; a gateway's data stays")),
    ],
)
def test_data_that_another_process_keeps_is_refused_with_whose_it_is(
    stopped: Path, process: Command, monkeypatch: pytest.MonkeyPatch, role: Role, told: str
) -> None:
    """A gateway that starts and never listens, a command that does not end."""
    monkeypatch.setenv("GATEWAY_LOCK_SECONDS", "0.5")
    with Lock(load_settings().database_url, role):
        refused = process("departments")
    assert refused.code == 3
    assert f"process {os.getpid()}" in refused.err
    assert told in refused.err
    assert "Traceback" not in refused.err


@pytest.mark.parametrize(
    "role",
    [Role.COMMAND, *(pytest.param(one, marks=pytest.mark.slow("a command again; one role stays")) for one in (Role.SERVE, Role.STOPPING))],
)
def test_a_command_waits_for_who_has_the_data_just_now(stopped: Path, role: Role) -> None:
    """A gateway that starts or stops, another command: it has the data, and does not listen."""
    with Lock(load_settings().database_url, role) as lock:
        waiting = subprocess.Popen(
            [sys.executable, "-m", "gateway.cli", "key", "list", "--json"], stdout=subprocess.PIPE, stdin=subprocess.PIPE
        )
        until(lambda: _has_open(waiting.pid, lock.path), why="the command did not come to the lock")
    out, _ = output(waiting)
    assert (waiting.returncode, out) == (0, b"[]\n")
    assert [file.name for file in load_settings().data.glob("*.sock")] == []


def _has_open(pid: int, path: Path | None) -> bool:
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # it was closed meanwhile
            if file.readlink() == path:
                return True
    return False


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
