"""The wall clock jumps an hour or 400 days: what was due goes out in its time, nothing is repeated early, the audit verifies."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.clock import Clock
from tests.faults.clock_jumps import JUMPS, Seen, try_jump, wrong
from tests.faults.figures import SQLITE

#: The rest is for the full run.
_TRIED = ("an hour back", "an hour forth")
_BACK = pytest.mark.xfail(strict=True, reason="due times are the wall clock's: after a jump back they are an hour away")
_FORTH = pytest.mark.xfail(strict=True, reason="the settle time is the wall clock's: after a jump forth an absence is believed at once")


@pytest.fixture(scope="module")
def jumps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen]:
    """The jumps, side by side."""
    folder = tmp_path_factory.mktemp("jumps")

    async def try_all() -> list[Seen]:
        return await asyncio.gather(*(try_jump(folder / str(place), SQLITE, JUMPS[name]) for place, name in enumerate(_TRIED)))

    return dict(zip(_TRIED, asyncio.run(try_all()), strict=True))


@pytest.mark.parametrize("name", [pytest.param(_TRIED[0], marks=_BACK), _TRIED[1]])
def test_what_is_due_in_seconds_goes_out_in_seconds(jumps: dict[str, Seen], name: str) -> None:
    assert jumps[name].due_seconds is not None


@pytest.mark.parametrize("name", [_TRIED[0], pytest.param(_TRIED[1], marks=_FORTH)])
def test_what_still_travels_is_not_sent_again(jumps: dict[str, Seen], name: str) -> None:
    assert jumps[name].travelling_sent == 1


@pytest.mark.parametrize("name", _TRIED)
def test_what_is_filed_afterwards_ends_and_the_audit_verifies(jumps: dict[str, Seen], name: str) -> None:
    assert jumps[name].new == ["approved", "approved"]
    assert jumps[name].sent <= 2  # no storm of retries
    assert jumps[name].travelling_state != "held"
    assert jumps[name].verifies


def test_all_that_may_be_wrong_after_a_jump_is_named() -> None:
    right = Seen(due_seconds=5.0, sent=2, travelling_sent=1, travelling_state="in_doubt", new=["approved"], verifies=True)
    assert wrong(right) == []
    bad = Seen(due_seconds=None, sent=3, travelling_sent=2, travelling_state="held", new=["in_progress"], verifies=False)
    assert len(wrong(bad)) == 6


def test_the_clock_jumps_and_the_monotonic_one_does_not(tmp_path: Path) -> None:
    clock = Clock(tmp_path)
    script = "import sys, time\nfor _ in sys.stdin: print(time.time(), time.monotonic(), flush=True)"
    with subprocess.Popen(
        [sys.executable, "-c", script],
        env={**os.environ, **clock.environment, **clock.at_once},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        told = []
        for jump in (0, 3600):
            clock.jump(jump)
            process.stdin.write("\n")
            process.stdin.flush()
            told.append([float(word) for word in process.stdout.readline().split()])
    assert 3590 < told[1][0] - told[0][0] < 3700
    assert 0 < told[1][1] - told[0][1] < 60
