"""What stays up: says where everything is, ends when asked, leaves nothing running."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
from pathlib import Path

import pytest

from gateway.cli.stage import Stage
from tests.gateway.cli.conftest import Command, Running, family, outlived, serve
from tests.patience import end_of, output


def _start(folder: Path, *options: str) -> tuple[Stage, subprocess.Popen[str]]:
    stage = Stage(folder=folder, environment=dict(os.environ))
    process = serve(stage.environment, *options)
    assert process.stdout is not None
    while not stage.hear(line := process.stdout.readline().rstrip()):
        assert line, "it ended"
        if line.startswith("signed heads") and "--sandbox" not in options:
            break
    return stage, process


def test_where_everything_is(running: Running) -> None:
    assert running.stage.address.startswith("http://127.0.0.1:")
    assert set(running.stage.sandboxes) == {"exit_entry", "marriage", "real_estate", "social_security", "tax"}
    assert set(running.stage.keys) == {"front-end", "operator", "auditor"}


def test_it_ends_when_asked_and_leaves_nothing(stopped: Path) -> None:
    _, process = _start(stopped, "--sandbox")
    started = family(process.pid)
    assert len(started) == 1
    process.terminate()
    end_of(process)
    assert process.returncode == 0
    assert outlived(started, 1) == set()
    assert not (stopped / "data" / "gateway.sock").exists()
    process.communicate()


def test_killed_it_takes_its_sandboxes_along_and_the_keys_stay_the_same(stopped: Path) -> None:
    first, process = _start(stopped, "--sandbox")
    started = family(process.pid)
    process.kill()
    process.communicate()
    second, process = _start(stopped, "--sandbox")
    assert second.keys == first.keys
    started |= family(process.pid)
    output(process)  # its stdin is closed: whoever started it has ended
    assert process.returncode == 0
    assert outlived(started, 10) == set()
    keys = stopped / "data.secrets" / "local-keys.json"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600


def test_without_sandboxes_no_keys(stopped: Path) -> None:
    stage, process = _start(stopped)
    process.send_signal(signal.SIGINT)
    end_of(process)
    out, _ = process.communicate()
    assert process.returncode == 0
    assert stage.sandboxes == {}
    assert "key" not in out
    assert not (stopped / "data.secrets" / "local-keys.json").exists()


def test_a_second_gateway_on_the_same_data_is_refused(running: Running, process: Command) -> None:
    refused = process("serve")
    assert refused.code == 3
    assert "owns this journal" in refused.err
    assert "Traceback" not in refused.err


def test_a_port_that_is_taken_is_3(running: Running, stopped: Path, process: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_PORT", running.stage.address.rsplit(":", 1)[1])
    refused = process("serve")
    assert refused.code == 3
    assert "GATEWAY_PORT" in refused.err
    assert "Traceback" not in refused.err


def test_sandboxes_alone(stopped: Path) -> None:
    process = serve(dict(os.environ), command="sandbox")
    assert process.stdout is not None
    lines = []
    while (line := process.stdout.readline().rstrip()) != "sandboxes ready":
        assert line
        lines.append(line)
    assert len(lines) == 5
    output(process)
    assert process.returncode == 0
