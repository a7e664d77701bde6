"""strace on a running gateway: its writes and syncs, and a signal or an error at the n-th such call (``-e inject``)."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from tests.faults.processes import Process
from tests.patience import output

#: Calls of the journal's and the signer's threads, the event loop's sends (replies and calls to departments), and the journal's talk with
#: PostgreSQL.
Syscall = Literal["pwrite64", "fdatasync", "fsync", "write", "sendto", "recvfrom"]

_LINE = re.compile(r"^(\d+) +(pwrite64|fdatasync|fsync|write|sendto|recvfrom)\((\d+)<([^>]*)>")


@dataclass(frozen=True, slots=True)
class Place:
    """The ``number``-th call (from 1) of its kind in its thread, with its purpose."""

    syscall: Syscall
    number: int
    what: str = ""


def needs(tool: str) -> None:
    """Skip, by name, if a tool is missing, or fail if continuous integration lacks it."""
    if shutil.which(tool) is None:
        missing = f"{tool} is not installed (Debian: apt-get install {tool if tool != 'unshare' else 'util-linux'})"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)


#: Seconds that strace may take to let go of a gateway.
_LETS_GO = 5.0


class Tracer:
    """strace, attached to a gateway."""

    def __init__(self, gateway: Process, *expressions: str, threads: bool = True, file: str | None = None) -> None:
        handle, name = tempfile.mkstemp(prefix="trace-")
        os.close(handle)
        self._file = Path(name)
        self._seen: list[str] = []
        command = ["strace", *(["-f"] if threads else []), "-y", "-p", str(gateway.pid), "-o", name]
        for expression in expressions:
            command += ["-e", expression]
        if file is not None:
            command += ["-P", file]
        self._child = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        said = self._child.stderr.readline() if self._child.stderr is not None else ""
        if "attached" not in said:
            self.stop()
            raise RuntimeError(f"strace cannot attach to the gateway: {said.strip() or 'it said nothing'}")

    def stop(self) -> list[str]:
        """Let go of the gateway, which goes on, and give the trace."""
        if self._child.returncode is None:
            self._child.send_signal(signal.SIGINT)
            try:
                output(self._child, _LETS_GO)
            except subprocess.TimeoutExpired:  # it may wait for ever for a thread that ended as it was let go: the kernel lets go of all
                self._child.kill()
                output(self._child)
            self._seen = self._file.read_text(errors="replace").splitlines()
            self._file.unlink()
        return self._seen


@contextmanager
def traced(gateway: Process, *expressions: str, threads: bool = True, file: str | None = None) -> Iterator[Tracer]:
    """Trace a gateway until the block ends. With ``file`` (or a socket, as /proc names it) only its calls are traced."""
    tracer = Tracer(gateway, *expressions, threads=threads, file=file)
    try:
        yield tracer
    finally:
        tracer.stop()


def recorded(lines: list[str], *, loop: int, every_write: bool = False) -> list[Place]:
    """Give the places in a recording: every sync, first and last write of each commit (or every write), and everything the loop sent."""
    places: list[Place] = []
    counted = {"pwrite64": 0, "fdatasync": 0, "fsync": 0, "write": 0}
    commit: list[Place] = []
    for line in lines:
        if (found := _LINE.match(line)) is None:
            continue
        thread, syscall, _, name = found.groups()
        if syscall == "write" and (int(thread) != loop or not name.startswith("socket")):
            counted["write"] += int(thread) == loop
            continue
        counted[syscall] += 1
        match syscall:
            case "pwrite64":
                commit.append(Place("pwrite64", counted[syscall], Path(name).name))
            case "fdatasync":
                places += commit if every_write else [commit[0], commit[-1]] if len(commit) > 1 else commit
                places.append(Place("fdatasync", counted[syscall], Path(name).name))
                commit = []
            case "fsync":
                places.append(Place("fsync", counted[syscall], Path(name).name))
            case _:
                places.append(Place("write", counted[syscall], "sent"))
    return places


def recorded_at(lines: list[str], *, loop: int, server: str) -> list[Place]:
    """Do the same for a journal on PostgreSQL.

    The places of a commit are its first and last message to the ``server`` (its socket) and the reply to it, and everything the loop sent.
    """
    places: list[Place] = []
    counted = {"sendto": 0, "recvfrom": 0, "write": 0}
    begins, committing = True, False
    for line in lines:
        if (found := _LINE.match(line)) is None:
            continue
        thread, syscall, _, name = found.groups()
        if syscall == "write":
            counted["write"] += int(thread) == loop
            if int(thread) == loop and name.startswith("socket"):
                places.append(Place("write", counted["write"], "sent"))
        elif name == server and syscall == "sendto":
            counted["sendto"] += 1
            committing = "COMMIT" in line
            if begins or committing:
                places.append(Place("sendto", counted["sendto"], "COMMIT" if committing else "first"))
            begins = committing
        elif name == server and syscall == "recvfrom":
            counted["recvfrom"] += 1
            if committing:
                places.append(Place("recvfrom", counted["recvfrom"], "COMMIT"))
            committing = False
    return places
