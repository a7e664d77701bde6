"""The demo holds what it claims, and says so when it does not."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.request import urlopen

import pytest

from gateway.cli.running import demo
from gateway.cli.running.demo import add_times
from gateway.cli.running.stage import RunningGateway
from tests import patience
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


@pytest.mark.slow("a demo of its own that stays up; the lines that it prints stay")
def test_it_stays_up_for_a_browser_until_it_is_interrupted(temporary: Path) -> None:
    command = [sys.executable, "-m", "gateway.cli", "demo", "--stay"]
    playing = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
    assert playing.stdout is not None
    said: list[str] = []
    while not said or "ctrl-c ends it" not in said[-1]:
        said.append(playing.stdout.readline())
        assert playing.poll() is None, said
    text = "".join(said)
    assert text.index("everything held") < text.index("sign-in")
    pages = re.findall(r"(?:pages|sign-in|documents)  (http://\S+)", text)
    assert len(pages) == 3
    for page in pages:
        with urlopen(page) as answer:  # noqa: S310  # our own server
            assert answer.status == 200
    code = re.findall(r"login operator .* code: (.+)", text)[0]
    shown = patience.run(["sh", "-c", code])  # as somebody pastes it
    assert re.fullmatch(r"\d{6}\s*", shown.stdout), shown.stderr
    started = family(playing.pid)
    os.killpg(playing.pid, signal.SIGINT)  # as a terminal does
    assert patience.end_of(playing) == 0
    assert outlived(started, 20) == set()
    assert list(temporary.iterdir()) == []
    playing.communicate()


def test_each_role_is_told_how_to_sign_in_and_where_its_code_comes_from() -> None:
    stage = RunningGateway(folder=Path("/x"), environment={"GATEWAY_DATA": "/x/data"}, address="http://127.0.0.1:1")
    for line in ("clerk sign-in clerk word-1", "operator sign-in operator word-2 and the code of: gateway user code operator"):
        stage.hear(line)
    told = list(demo.places(stage))
    (clerk,) = [line for line in told if "word-1" in line]
    (operator,) = [line for line in told if "word-2" in line]
    assert "code" not in clerk
    assert re.search(r"code: GATEWAY_DATA=/x/data \S+/gateway user code operator$", operator)
    assert [line for line in told if line.endswith(("http://127.0.0.1:1/", "http://127.0.0.1:1/docs", "http://127.0.0.1:1/console"))]


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
