"""The wall clock jumps an hour or 400 days: due work goes out in time, nothing is repeated early, the audit verifies."""

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

#: The jump of 400 days forward is for the full run.
_TRIED = [
    pytest.param("an hour back", marks=pytest.mark.slow("an installation under libfaketime; the journal's own clock stays, under jumps")),
    pytest.param("an hour forth", marks=pytest.mark.slow("an installation under libfaketime; the journal's own clock stays, under jumps")),
]


@pytest.fixture(scope="module", params=_TRIED)
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """Try one jump, and give the observations."""
    return asyncio.run(try_jump(tmp_path_factory.mktemp("jump") / "installation", SQLITE, JUMPS[request.param]))


def test_what_is_due_in_seconds_goes_out_in_seconds(seen: Seen) -> None:
    assert seen.due_seconds is not None


def test_what_still_travels_is_not_sent_again(seen: Seen) -> None:
    assert seen.travelling_sent == 1


def test_what_is_filed_afterwards_ends_and_the_audit_verifies(seen: Seen) -> None:
    assert seen.new == ["approved", "approved"]
    assert seen.sent <= 2  # no storm of retries
    assert seen.travelling_state != "held"
    assert seen.verifies


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
