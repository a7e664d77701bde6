"""What stays up: says where everything is, ends when asked, leaves nothing running."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import orjson
import pytest

from gateway.cli.running.stage import RunningGateway
from gateway.installation.settings import load_settings
from gateway.journal.store.database import Lock
from tests.full import full
from tests.gateway.cli.conftest import Command, Running, family, outlived, run_process, serve
from tests.patience import PATIENCE, end_of, output, stretched


def _start(folder: Path, *options: str) -> tuple[RunningGateway, subprocess.Popen[str]]:
    stage = RunningGateway(folder=folder, environment=dict(os.environ))
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
    alone = {"clerk", "supervisor", "operator", "auditor", "administrator"}
    assert set(running.stage.sign_ins) == {*alone, "officer:exit_entry", "head:exit_entry"}


def test_what_a_sandbox_began_is_for_training_and_every_page_says_so(running: Running) -> None:
    for path in ("/", "/t", "/sign-in", "/services/newlywed", "/nowhere"):
        asked = {"Accept": "text/html", "Accept-Language": "zh-CN"}
        request = Request(f"{running.stage.address}{path}", headers=asked)  # noqa: S310  # the gateway's own address
        try:
            answer = urlopen(request, timeout=stretched(PATIENCE))  # noqa: S310  # the gateway's own address
        except HTTPError as error:
            answer = error
        with answer:
            assert "培训 TRAINING" in answer.read().decode(), path


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


@pytest.mark.slow("a gateway with its sandboxes, started twice; serving with sandboxes stays")
def test_killed_it_takes_its_sandboxes_along_and_the_keys_stay_the_same(stopped: Path, command: Command) -> None:
    first, process = _start(stopped, "--sandbox")
    started = family(process.pid)
    process.kill()
    process.communicate()
    assert command("user", "password", "clerk").code == 0
    second, process = _start(stopped, "--sandbox")
    assert second.keys == first.keys
    assert len(first.sign_ins) == 7
    assert second.sign_ins == {role: told for role, told in first.sign_ins.items() if role != "clerk"}  # that one was changed since
    started |= family(process.pid)
    output(process)  # its stdin is closed: whoever started it has ended
    assert process.returncode == 0
    assert outlived(started, 10) == set()
    for name in ("local-keys.json", "local-sign-ins.json"):
        assert stat.S_IMODE((stopped / "data.secrets" / name).stat().st_mode) == 0o600


def test_without_sandboxes_no_keys(stopped: Path) -> None:
    stage, process = _start(stopped)
    process.send_signal(signal.SIGINT)
    end_of(process)
    out, _ = process.communicate()
    assert process.returncode == 0
    assert stage.sandboxes == {}
    assert "key" not in out
    assert list((stopped / "data.secrets").glob("local-*")) == []


@pytest.mark.slow("a gateway in a process; tests/faults/test_restart.py has a second process on the same data refused")
def test_a_second_gateway_on_the_same_data_is_refused(running: Running, process: Command) -> None:
    refused = process("serve")
    assert refused.code == 3
    assert "owns this journal" in refused.err
    assert "Traceback" not in refused.err


def test_a_start_waits_for_a_command_and_says_for_whom(stopped: Path) -> None:
    with Lock(load_settings().database_url):
        process = serve(dict(os.environ))
        assert process.stdout is not None
        said = orjson.loads(process.stdout.readline())
        assert (said["event"], said["process"], said["holder"]) == ("journal_awaited", str(os.getpid()), "command")
    assert any("gateway_started" in line for line in iter(process.stdout.readline, ""))
    output(process)
    assert process.returncode == 0


@pytest.mark.slow("a gateway in a process; that a start waits for a command and says for whom stays, as does a command that waits in vain")
def test_a_start_that_waited_in_vain_names_the_command(stopped: Path, process: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_LOCK_SECONDS", "0.5")
    with Lock(load_settings().database_url):
        refused = process("serve")
    assert refused.code == 3
    assert f"process {os.getpid()}, a command, has this journal" in refused.err
    assert "Traceback" not in refused.err


@pytest.mark.slow("starts with commands beside, five of twenty; that a start waits for one command stays")
@pytest.mark.timeout(600)  # some hundred processes, one after the other
def test_starts_and_stops_with_commands_in_a_loop(stopped: Path) -> None:
    """Each command ends well, whatever the gateway is doing; control: a second gateway is refused each time."""
    over, codes = threading.Event(), []

    def ask() -> None:
        while not over.is_set():
            codes.append(run_process("departments", "--json"))

    with ThreadPoolExecutor() as pool:
        asking = pool.submit(ask)
        try:
            for _ in range(full(20, 5)):
                _, process = _start(stopped)
                refused = run_process("serve")
                assert (refused.code, f"process {process.pid} owns this journal" in refused.err) == (3, True), refused.err
                output(process)
                assert process.returncode == 0
        finally:
            over.set()
        asking.result()
    assert len(codes) >= full(20, 5)
    # A command that had found the gateway just before it stopped is told so, and has done nothing.
    assert [ran.err for ran in codes if ran.code != 0 and "does not answer" not in ran.err] == []


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
