"""The command line run as it is, against a real gateway with real sandboxes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest

from gateway.cli import main
from gateway.cli.stage import Stage, _free_ports
from gateway.cli.starter import starter_folder

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


def _environment(folder: Path) -> dict[str, str]:
    return {
        "GATEWAY_CONFIG": str(starter_folder()),
        "GATEWAY_DATA": str(folder / "data"),
        "GATEWAY_PORT": "0",
        "GATEWAY_SANDBOX_PORT": str(_free_ports()),
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
    for name, value in _environment(folder).items():
        monkeypatch.setenv(name, value)
    return folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A gateway with its sandboxes, in processes of their own."""

    stage: Stage
    process: subprocess.Popen[str]


@pytest.fixture(scope="session")
def _running() -> Iterator[Running]:
    folder = Path(tempfile.mkdtemp(prefix="gw-"))
    environment = {**os.environ, **_environment(folder)}
    stage = Stage(folder=folder, environment=environment)
    process = serve(environment, "--sandbox")
    assert process.stdout is not None
    assert process.stdin is not None
    while not stage.hear(process.stdout.readline().rstrip()):
        assert process.poll() is None
    yield Running(stage=stage, process=process)
    process.communicate(timeout=20)  # closes its stdin: it stops
    shutil.rmtree(folder)


@pytest.fixture
def running(_running: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    """The session's gateway; the environment names its installation."""
    for name, value in _running.stage.environment.items():
        if name.startswith("GATEWAY_"):
            monkeypatch.setenv(name, value)
    return _running


def serve(environment: dict[str, str], *options: str, command: str = "serve") -> subprocess.Popen[str]:
    """Start what stays up; it stops when its stdin is closed."""
    return subprocess.Popen(
        [sys.executable, "-m", "gateway.cli", command, "--with-parent", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )


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


@pytest.fixture
def process() -> Command:
    """Run a command in a process of its own."""

    def run(*arguments: str | Path) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "gateway.cli", *map(str, arguments)], capture_output=True, text=True, check=False, timeout=50
        )
        return Ran(code=done.returncode, out=done.stdout, err=done.stderr)

    return run
