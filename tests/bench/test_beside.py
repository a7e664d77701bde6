"""The code of a commit before as a contestant."""

from __future__ import annotations

import subprocess

import pytest

from bench.beside import ROOT, checked_out, told
from bench.contest import Round


def test_the_code_of_a_commit_stands_in_a_folder_of_its_own_and_goes_again() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout of git")
    with checked_out("HEAD") as place:
        assert (place / "bench/node.py").is_file()
        assert place.resolve() != ROOT
    assert not place.exists()
    assert str(place) not in subprocess.run(["git", "worktree", "list"], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_a_commit_that_there_is_not_is_said() -> None:
    with pytest.raises(subprocess.CalledProcessError), checked_out("no such commit"):
        pass


def _round(per_second: float, cpu_ms: float) -> Round:
    return Round(per_second=per_second, cpu_ms=cpu_ms, peak_bytes=1, alone=(0.01, 0.02), unhurried=(0.01, 0.02))


def test_the_gain_is_the_median_of_each_rounds_ratio() -> None:
    rounds = {
        "bare": [_round(1000, 1)] * 3,
        "gateway": [_round(500, 2), _round(600, 2), _round(900, 2)],
        "gateway at abc": [_round(250, 4), _round(200, 4), _round(300, 4)],
    }
    said = told(rounds, {"gateway": [300, 300, 300], "gateway at abc": [100, 200, 300]})
    assert "throughput, gateway, of gateway at abc: 3.00 (2.00 to 3.00)" in said
    assert "CPU an application, gateway, of gateway at abc: 0.50 (0.50 to 0.50)" in said
    assert "filing alone, gateway, of gateway at abc: 1.50 (1.00 to 3.00)" in said
