"""The demo holds what it claims, and says so when it does not."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from gateway.cli import demo
from tests.gateway.cli.conftest import Command


@pytest.fixture
def temporary(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the demo makes its folder."""
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_the_demo(temporary: Path, process: Command) -> None:
    played = process("demo")
    assert played.code == 0, played.out + played.err
    assert len(re.findall(r"^ .+ approved .+ s +\d", played.out, re.MULTILINE)) or played.out.count("approved") >= 10
    assert "submit: http_429 → submit: http_429 → submit: approved" in played.out
    assert "10 effects in the ledgers" in played.out
    assert played.out.count("audit verified") == 2
    assert "everything held" in played.out
    assert list(temporary.iterdir()) == []


def test_it_fails_when_a_ledger_differs(temporary: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: effects of departments that were not asked for are noticed."""
    first_act = demo._first_act

    async def spoilt(play: demo._Play) -> None:
        await first_act(play)
        play.keys["a key that no department was given"] += 1

    monkeypatch.setattr(demo, "_first_act", spoilt)
    played = command("demo", "--keep")
    assert played.code == 1
    assert "ledgers differ" in played.out
    (kept,) = temporary.iterdir()
    assert (kept / "data" / "gateway.db").exists()


def test_killed_it_leaves_no_process(temporary: Path) -> None:
    playing = subprocess.Popen([sys.executable, "-m", "gateway.cli", "demo"], stdout=subprocess.PIPE, text=True)
    assert playing.stdout is not None
    while "newlywed" not in playing.stdout.readline():
        assert playing.poll() is None
    family = psutil.Process(playing.pid).children(recursive=True)
    assert len(family) == 2
    playing.send_signal(signal.SIGKILL)
    playing.communicate()
    assert psutil.wait_procs(family, timeout=20)[1] == []
