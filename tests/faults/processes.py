"""Processes under test: their log lines are read as they come and waited for by event, and they end by group."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from typing import IO, Any, TypeVar

import orjson

from tests.faults.forked import Child, Forked
from tests.patience import PATIENCE, Limit, end_of, stretched

T = TypeVar("T")


class Process:
    """A child in a process group of its own, with all its output. ``forked`` takes the command's words alone, see forked.py."""

    def __init__(self, command: list[str], environment: Mapping[str, str], *, forked: bool = False) -> None:
        self.lines: list[str] = []
        self._more = threading.Condition()
        self._silent = False  # its output has ended
        self._stdin: IO[str] | None = None
        self._child: Child
        if forked:
            child = Forked(command, environment)
            self._child, output = child, child.stdout
        else:
            started = subprocess.Popen(
                command,
                env=dict(environment),
                stdin=subprocess.PIPE,  # closed when the tests are killed, and then a process that was told to end with its parent does so
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
            self._child, self._stdin, output = started, started.stdin, started.stdout or sys.stdin
        self._reader = threading.Thread(target=self._read, args=(output,), daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._child.pid

    def _read(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                with self._more:
                    self.lines.append(line.rstrip("\n"))
                    self._more.notify_all()
        with self._more:
            self._silent = True
            self._more.notify_all()

    @property
    def text(self) -> str:
        """All its output so far."""
        with self._more:
            return "\n".join(self.lines)

    def events(self, name: str) -> list[dict[str, Any]]:
        """Give its log lines of that event."""
        with self._more:
            return [line for line in map(_parsed, self.lines) if line.get("event") == name]

    def wait_for(self, event: str, count: int = 1, **fields: object) -> list[dict[str, Any]]:
        """Wait for so many log lines of the event (with these fields), and give them."""
        return self._wait(
            f"{event} {fields} {count} times",
            lambda: [line for line in map(_parsed, self.lines) if line.get("event") == event and fields.items() <= line.items()],
            count,
        )

    def wait_for_line(self, text: str) -> None:
        """Wait for this line."""
        self._wait(text, lambda: [line for line in self.lines if line == text], 1)

    def _wait(self, what: str, find: Callable[[], list[T]], count: int) -> list[T]:
        limit = Limit()
        with self._more:
            while len(found := find()) < count:
                if limit.over or self._silent:
                    raise AssertionError(f"not written: {what}; the process wrote:\n" + "\n".join(self.lines[-40:]))
                self._more.wait(limit.piece)
        return found

    def signal(self, number: int) -> None:
        """Send a signal to the process alone."""
        self._child.send_signal(number)

    def ended(self) -> int:
        """Wait for its end, and give the exit code."""
        code = end_of(self._child)
        if self._stdin is not None:
            self._stdin.close()
        self._reader.join(stretched(PATIENCE))
        return code

    def kill(self) -> None:
        """Send SIGKILL to the whole group. Does nothing if it has ended."""
        if self._child.poll() is None:
            os.killpg(self._child.pid, signal.SIGKILL)
        self.ended()

    def stop(self) -> int:
        """Send SIGTERM, wait, and give the exit code. Kills it if it does not end."""
        if self._child.poll() is None:
            self.signal(signal.SIGTERM)
        try:
            return self.ended()
        except subprocess.TimeoutExpired:
            self.kill()
            raise


def _parsed(line: str) -> dict[str, Any]:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
