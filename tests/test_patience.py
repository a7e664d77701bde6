"""Limits of the tests end what hangs and give slow code its time."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
import pytest_timeout

from tests import conftest, patience
from tests.patience import Limit, end_of, output, run, until, within

_SLEEPS = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make limits believe that everything takes a thousand times as long."""
    monkeypatch.setattr(patience, "slower", lambda: 1000.0)
    clock = patience._Clock()
    monkeypatch.setattr(patience, "_clock", lambda: clock)
    time.sleep(2 * patience._TICK)  # until the next look has noticed


async def test_what_hangs_is_ended() -> None:
    with pytest.raises(TimeoutError):
        async with within(0.1):
            await asyncio.Event().wait()
    async with within(0.1):
        await asyncio.sleep(0)
    with pytest.raises(AssertionError, match="never: not within"):
        until(lambda: False, 0.1, why="never: not")


def test_a_process_that_hangs_is_ended() -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        run(_SLEEPS, seconds=0.1)
    with subprocess.Popen(_SLEEPS, stdout=subprocess.PIPE, text=True) as process:
        for wait in (end_of, output):
            with pytest.raises(subprocess.TimeoutExpired):
                wait(process, 0.1)
        process.kill()


def test_what_a_command_says_is_kept() -> None:
    said = run([sys.executable, "-S", "-c", "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"])
    assert (said.returncode, said.stdout, said.stderr) == (3, "out\n", "err\n")


@pytest.mark.usefixtures("busy")
async def test_beside_other_work_a_second_lasts_longer() -> None:
    limit = Limit(0.1)
    async with within(0.1):
        await asyncio.sleep(0.5)
    assert not limit.over
    assert patience.stretched(0.1) == pytest.approx(100)


def test_what_runs_beside_is_counted() -> None:
    cores = len(os.sched_getaffinity(0))
    busy = [subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"]) for _ in range(3 * cores)]
    try:
        until(lambda: patience.slower() >= 2)
    finally:
        for one in busy:
            one.kill()
            one.wait()


def test_pytests_own_limit_is_one_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[object] = []
    monkeypatch.setattr(pytest_timeout, "timeout_sigalrm", lambda item, _settings: rung.append(item))
    before = signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)[0]
    monkeypatch.setattr(patience, "now", iter([0.0, 0.01, 0.01, 0.1]).__next__)  # begun, then rung with time left, then rung again
    item = SimpleNamespace()
    try:
        assert conftest.pytest_timeout_set_timer(item, SimpleNamespace(method="signal", timeout=0.05))  # type: ignore[arg-type]  # of an item only a name is needed
        for _ in range(2):
            signal.pause()
        item.cancel_timeout()
    finally:
        signal.signal(signal.SIGALRM, before[0])
        signal.setitimer(signal.ITIMER_REAL, before[1])
    assert rung == [item]
