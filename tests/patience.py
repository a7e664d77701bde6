"""Time limits of tests, counted in seconds that the machine really gave, so that a limit means the same beside other work as alone.

:func:`now` is a clock that slows down with the load: with six busy processes on two processors a second lasts three. Every time limit of a
test is one of the waits below (``tests/test_suite.py`` checks that), and so is pytest's own limit of a whole test.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any, AnyStr, Protocol, TypeVar

#: Seconds within which any awaited event must have happened. Its speed never fails a test.
PATIENCE = 30.0
#: Seconds between two looks at how busy the machine is.
_TICK = 0.25
_LOAD = Path("/proc/loadavg")

T = TypeVar("T")


class _Clock:
    """Counts the time that the machine gives, in a thread of its own. A late look counts once, because this process had to wait too."""

    def __init__(self) -> None:
        self._given = 0.0
        self._looked = time.monotonic()
        self.slower = 1.0
        threading.Thread(target=self._forever, name="patience", daemon=True).start()

    def __call__(self) -> float:
        return self._given + min(time.monotonic() - self._looked, _TICK) / self.slower

    def _forever(self) -> None:
        while True:
            time.sleep(_TICK)
            self.slower = slower()
            began, self._looked = self._looked, time.monotonic()
            self._given += min(self._looked - began, _TICK) / self.slower


@cache
def _clock() -> _Clock:
    return _Clock()


def slower() -> float:
    """Tell how many times slower things go than on an idle machine: the runnable processes for each processor, at least 1."""
    running = int(_LOAD.read_text().split()[3].partition("/")[0]) if _LOAD.exists() else os.getloadavg()[0]
    return max(1.0, running / len(os.sched_getaffinity(0)))


def now() -> float:
    """Give the seconds that the machine has granted since the first call."""
    return _clock()()


def stretched(seconds: float) -> float:
    """Give the plain seconds that so many last under the present load, for functions that take a number and wait once."""
    now()
    return seconds * _clock().slower


class Limit:
    """A wait that ends. :attr:`piece` is the time to wait before looking at it again."""

    def __init__(self, seconds: float = PATIENCE) -> None:
        self._ends = now() + seconds

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return self._ends - now()

    @property
    def over(self) -> bool:
        """True once the time is up."""
        return self.left <= 0

    @property
    def piece(self) -> float:
        """The plain seconds until the next look."""
        return min(max(self.left, 0.001), _TICK)


class Waitable(Protocol):
    """Anything with an end to wait for, like ``subprocess.Popen``."""

    def wait(self, timeout: float | None = None) -> int:
        """Give the exit code. Raises ``subprocess.TimeoutExpired``."""
        ...


@asynccontextmanager
async def within(seconds: float = PATIENCE) -> AsyncIterator[None]:
    """Raise TimeoutError in the block if it takes longer, like ``asyncio.timeout``."""
    limit, loop = Limit(seconds), asyncio.get_running_loop()
    timers: list[asyncio.TimerHandle] = []
    async with asyncio.timeout(None) as timeout:

        def look() -> None:
            if limit.over:
                timeout.reschedule(loop.time())
            else:
                timers[:] = [loop.call_later(limit.piece, look)]

        look()
        try:
            yield
        finally:
            timers[-1].cancel()


def until(condition: Callable[[], object], seconds: float = PATIENCE, *, every: float = 0.01, why: str = "it did not happen") -> None:
    """Wait for a condition of which nobody is notified."""
    limit = Limit(seconds)
    while not condition():
        assert not limit.over, f"{why} within {seconds:g} s"
        time.sleep(every)


def end_of(process: Waitable, seconds: float = PATIENCE) -> int:
    """Wait for the end of a process, and give its exit code. Raises ``subprocess.TimeoutExpired``."""
    return _patiently(process.wait, seconds)


def output(process: subprocess.Popen[AnyStr], seconds: float = PATIENCE) -> tuple[AnyStr, AnyStr]:
    """Close a process's standard input, wait for its end, and give its output. Raises ``subprocess.TimeoutExpired``."""
    return _patiently(lambda piece: process.communicate(timeout=piece), seconds)


def run(command: Sequence[str | Path], *, seconds: float = PATIENCE, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command to its end and keep its output, like ``subprocess.run``. It is killed if it takes longer."""
    options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    with subprocess.Popen([str(word) for word in command], text=True, **options) as process:
        try:
            said, complained = output(process, seconds)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(command, process.returncode, said, complained)


def _patiently(wait: Callable[[float], T], seconds: float) -> T:
    limit = Limit(seconds)
    while True:
        try:
            return wait(limit.piece)
        except subprocess.TimeoutExpired:
            if limit.over:
                raise
