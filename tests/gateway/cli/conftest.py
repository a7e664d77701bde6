"""The command line run as it is, against a real gateway with real sandboxes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.cli import main
from gateway.cli.running.stage import RunningGateway
from gateway.cli.running.starter import starter_folder
from tests.patience import Limit, output, run
from tests.ports import free_ports

Command = Callable[..., "Ran"]
SAMPLES = starter_folder() / "services"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> object:
        return orjson.loads(self.out)


def environment(folder: Path) -> dict[str, str]:
    """What an installation in ``folder`` has in its environment."""
    return {
        "GATEWAY_CONFIG": str(starter_folder()),
        "GATEWAY_DATA": str(folder / "data"),
        "GATEWAY_PORT": "0",
        "GATEWAY_SANDBOX_PORT": str(free_ports(5) - 1),
        "GATEWAY_LOG_FORMAT": "json",
        "GATEWAY_LANGUAGE": "en",
    }


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short name: a unix socket's address has 107 bytes."""
    made = Path(tempfile.mkdtemp(prefix="gw-"))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def stopped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation on which no gateway runs: the environment names it."""
    for name, value in environment(folder).items():
        monkeypatch.setenv(name, value)
    return folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A gateway with its sandboxes, in processes of their own."""

    stage: RunningGateway
    process: subprocess.Popen[str]


@pytest.fixture(scope="session")
def _running() -> Iterator[Running]:
    folder = Path(tempfile.mkdtemp(prefix="gw-"))
    whole = {**os.environ, **environment(folder)}
    stage = RunningGateway(folder=folder, environment=whole)
    process = serve(whole, "--sandbox")
    assert process.stdout is not None
    assert process.stdin is not None
    while not stage.hear(process.stdout.readline().rstrip()):
        assert process.poll() is None
    yield Running(stage=stage, process=process)
    output(process)  # closes its stdin: it stops
    shutil.rmtree(folder)


@pytest.fixture
def running(_running: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    """The session's gateway; the environment names its installation."""
    for name, value in _running.stage.environment.items():
        if name.startswith("GATEWAY_"):
            monkeypatch.setenv(name, value)
    return _running


def serve(variables: dict[str, str], *options: str, command: str = "serve") -> subprocess.Popen[str]:
    """Start what stays up; it stops when its stdin is closed."""
    return subprocess.Popen(
        [sys.executable, "-m", "gateway.cli", command, "--with-parent", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=variables,
    )


def until(command: Command, delivery_id: str, *states: str) -> dict[str, Any]:
    """The delivery as soon as it is in one of these states."""
    limit = Limit()
    while True:
        delivery: Any = command("show", delivery_id, "--json").json
        if delivery["state"] in states:
            return dict(delivery)
        assert not limit.over, delivery["state"]


def family(pid: int) -> set[int]:
    """The processes that a process has started, and theirs."""
    found: set[int] = set()
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found |= {int(child), *family(int(child))}
    return found


def outlived(pids: set[int], seconds: float) -> set[int]:
    """Those that are still running after so long."""
    limit = Limit(seconds)
    while (alive := {pid for pid in pids if _runs(pid)}) and not limit.over:
        time.sleep(0.02)  # there is no event to wait for: they are not our children
    return alive


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command in this process."""

    def run(*arguments: str | Path) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Ran(code=int(end.value.code or 0), out=said.out, err=said.err)

    return run


def run_process(*arguments: str | Path) -> Ran:
    """Run a command in a process of its own."""
    whole = [sys.executable, "-m", "gateway.cli", *map(str, arguments)]
    done = run(whole)
    return Ran(code=done.returncode, out=done.stdout, err=done.stderr)


@pytest.fixture
def process() -> Command:
    """Run a command in a process of its own."""
    return run_process
