"""The gateway forked from a process that has loaded its code, which starts in a fraction of the time that importing takes.

The command itself runs after the fork, in a process of its own, so that a kill loop kills often enough to be meaningful.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.forkserver import ensure_running
from typing import IO, Protocol

_PR_SET_PDEATHSIG = 1
_LOADED = ["gateway.assembly.app", "gateway.cli.running.serve", "gateway.telemetry.logs", "gateway.assembly.process", "uvloop"]
_LOADED += [f"plugins.{name}.adapter" for name in ("exit_entry", "marriage", "real_estate", "social_security", "tax")]

_forking = multiprocessing.get_context("forkserver")
_forking.set_forkserver_preload(_LOADED)


@cache
def _running() -> None:
    """Start the server once, without the variables of the tests' coverage (see installation.py)."""
    counted = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("COVERAGE_")}
    try:
        ensure_running()
    finally:
        os.environ.update(counted)


class Child(Protocol):
    """The parts of ``subprocess.Popen`` that a process under test needs of its child."""

    pid: int

    def poll(self) -> int | None:
        """Give the exit code, or None while it runs."""
        ...

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises ``subprocess.TimeoutExpired``."""
        ...

    def send_signal(self, sig: int) -> None:
        """Send a signal."""
        ...


class Forked:
    """A command of the gateway in a forked child. ``stdout`` is its output."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        _running()
        reader, writer = _forking.Pipe(duplex=False)
        self._process = _forking.Process(target=_be, args=(list(command), dict(environment), writer), daemon=True)
        self._process.start()
        writer.close()
        self.stdout: IO[str] = os.fdopen(os.dup(reader.fileno()), encoding="utf-8", errors="replace")
        reader.close()
        self.pid = self._process.pid or 0

    def poll(self) -> int | None:
        """Give the exit code (negative: the signal), or None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises ``subprocess.TimeoutExpired`` as a child of subprocess does."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("forked gateway", timeout or 0)
        return self._process.exitcode

    def send_signal(self, sig: int) -> None:
        """Send a signal. Does nothing if it has ended."""
        if self._process.exitcode is None:
            os.kill(self.pid, sig)


def _be(command: list[str], environment: dict[str, str], out: Connection) -> None:
    """Become the command, in a session, an environment and an output of its own, and end with the process that forked it."""
    os.setsid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.dup2(out.fileno(), 1)
    os.dup2(out.fileno(), 2)
    out.close()
    os.environ.clear()
    os.environ.update(environment)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False, buffering=1)
    sys.argv = ["gateway", *command]
    from gateway.cli import main

    main()
