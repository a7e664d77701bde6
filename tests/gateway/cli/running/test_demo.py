"""The demo holds what it claims, and says so when it does not."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from gateway.cli.running import demo
from gateway.cli.running.demo import add_times
from tests.gateway.cli.conftest import Command, family, outlived


@pytest.fixture
def temporary(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the demo makes its folder."""
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_the_demo(temporary: Path, process: Command) -> None:
    played = process("demo")
    assert played.code == 0, played.out + played.err
    rows = re.findall(r"^ .+ (?:approved|通过) .+ \d\.\d\d s +\d+\.\d\d s", played.out, re.MULTILINE)
    assert len(rows) == 10
    assert "submit: http_429 → submit: http_429 → submit: approved" in played.out
    assert "10 effects in the ledgers" in played.out
    assert played.out.count("audit verified") == 2
    assert "everything held" in played.out
    assert list(temporary.iterdir()) == []


@pytest.mark.slow("a demo of its own; the demo itself stays")
def test_it_fails_when_a_ledger_differs(temporary: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: effects of departments that were not asked for are noticed."""
    first_act = demo._first_act

    async def spoilt(play: demo._Play) -> None:
        play.keys["a key that no department was given"] += 1
        await first_act(play)

    async def none(play: demo._Play) -> None:
        """One act is enough."""

    monkeypatch.setattr(demo, "_first_act", spoilt)
    monkeypatch.setattr(demo, "_second_act", none)
    played = command("demo", "--keep")
    assert played.code == 1
    assert "ledgers differ" in played.out
    (kept,) = temporary.iterdir()
    assert (kept / "data" / "gateway.db").exists()


@pytest.mark.slow("a demo of its own; the demo itself stays")
def test_killed_it_leaves_no_process(temporary: Path) -> None:
    playing = subprocess.Popen([sys.executable, "-m", "gateway.cli", "demo"], stdout=subprocess.PIPE, text=True)
    assert playing.stdout is not None
    while "newlywed" not in playing.stdout.readline():
        assert playing.poll() is None
    started = family(playing.pid)
    assert len(started) == 2
    playing.send_signal(signal.SIGKILL)
    playing.communicate()
    assert outlived(started, 20) == set()


def test_times_are_counted_from_the_filing() -> None:
    application = {"received_at": "2026-11-23T10:00:00.000+08:00", "deliveries": [{"id": "a"}, {"id": "b"}]}

    def event(at: str, state: str) -> dict[str, object]:
        return {"at": f"2026-11-23T10:00:0{at}+08:00", "moves": [{"delivery_id": "a", "state": state}]}

    add_times(application, [event("0.000", "sending"), event("1.500", "ready"), event("2.000", "sending"), event("3.250", "approved")])
    first, second = application["deliveries"]
    assert first == {"id": "a", "times": {"sending": 0.0, "ready": 1.5, "approved": 3.25}, "changed": 3.25}
    assert second == {"id": "b", "times": {}, "changed": None}
