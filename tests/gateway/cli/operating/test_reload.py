"""The running gateway reads its configuration again when it is told to, by command or by signal."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.running.starter import starter_folder
from tests.gateway.cli.conftest import Command, serve
from tests.patience import output


@pytest.fixture
def config(stopped: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration of its own."""
    folder = stopped / "config"
    shutil.copytree(starter_folder(), folder)
    monkeypatch.setenv("GATEWAY_CONFIG", str(folder))
    return folder


@pytest.fixture
def serving(config: Path) -> Iterator[subprocess.Popen[str]]:
    """A gateway without sandboxes over that configuration; its log is on stdout."""
    process = serve(dict(os.environ))
    _until(process, "signed heads")
    yield process
    output(process)
    assert process.returncode == 0


def _until(process: subprocess.Popen[str], word: str) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if word in line:
            return line
    pytest.fail(f"it ended without {word}")


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_what_changed_is_shown_and_what_is_wrong_with_file_and_line(serving: subprocess.Popen[str], config: Path, command: Command) -> None:
    _replace(config / "services" / "passport.yaml", "promised_working_days: 7", "promised_working_days: 6")
    _replace(config / "departments" / "tax.yaml", "concurrency: 32", "concurrency: 3")
    (config / "gateway.yaml").write_text("lease_seconds: 20\n")
    told = command("reload")
    assert told.code == 0
    assert "services: changed passport" in told.out
    assert "departments: changed tax; reopened tax" in told.out
    assert "next start only: lease_seconds" in told.out
    assert "3" in command("departments", "tax").out

    _replace(config / "departments" / "tax.yaml", "concurrency: 3", "concurrency: many")
    refused = command("reload")
    assert refused.code == 1
    assert "tax.yaml:3: limits.concurrency:" in refused.err
    found: Any = command("departments", "tax", "--json").json
    assert found[0]["limits"]["concurrency"] == 3


def test_the_signal_does_the_same_and_says_it_in_the_log(serving: subprocess.Popen[str], config: Path) -> None:
    _replace(config / "services" / "passport.yaml", "promised_working_days: 7", "promised_working_days: 6")
    serving.send_signal(signal.SIGHUP)
    said: Any = json.loads(_until(serving, "configuration_reloaded"))
    assert (list(said["services"]["changed"]), said["departments"]["removed"], said["restart_needed"]) == (["passport"], [], [])
    _replace(config / "services" / "passport.yaml", "code: passport", "code: pass_port")
    serving.send_signal(signal.SIGHUP)
    assert "passport.yaml" in _until(serving, "configuration_refused")
    _replace(config / "services" / "passport.yaml", "code: pass_port", "code: passport")
    serving.send_signal(signal.SIGHUP)
    _until(serving, "configuration_reloaded")


def test_where_none_runs_there_is_nothing_to_reload(stopped: Path, command: Command) -> None:
    refused = command("reload")
    assert (refused.code, "gateway check" in refused.err) == (3, True)


def test_a_terminal_that_is_closed_stops_it(config: Path) -> None:
    controller, terminal = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway.cli", "serve"],
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=dict(os.environ),
        start_new_session=True,
    )
    os.close(terminal)
    _until(process, "signed heads")
    os.close(controller)
    process.send_signal(signal.SIGHUP)
    output(process)
    assert process.returncode == 0
