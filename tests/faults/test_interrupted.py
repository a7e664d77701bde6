"""No false alarm after a commit without its head line, after torn lines, or with many processes that sign into one folder at once."""

from __future__ import annotations

import random
import shutil
import signal
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from gateway.installation.settings import load_settings
from tests.faults.installation import ROOT
from tests.faults.interrupted import MOMENTS, start, verified
from tests.patience import until
from tests.ports import free_ports

_FEW = 3


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow("kills a gateway on a server too; SQLite's stay"))])
def given(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """Give the settings of an installation on each store."""
    return _installation(tmp_path, request.getfixturevalue("postgres_url") if request.param == "postgresql" else None)


def _installation(folder: Path, url: str | None) -> dict[str, Any]:
    shutil.copytree(ROOT / "config", folder / "config")
    more = {} if url is None else {"database": url}
    ports = {"port": 0, "sandbox_port": free_ports(5) - 1}
    return {"config": folder / "config", "data": folder / "var", "head_seconds": 0.01, **ports, **more}


def _ended(*processes: BaseProcess) -> list[int | None]:
    until(lambda: all(process.exitcode is not None for process in processes), 120)
    return [process.exitcode for process in processes]


def _killed(given: dict[str, Any], times: int) -> None:
    moments = random.Random(times)
    settings = load_settings(**given)
    for number in range(times):
        process = start(given, 0, dies=list(MOMENTS)[number % len(MOMENTS)], nth=moments.randint(1 + (number == 0), 4))
        assert _ended(process) == [-signal.SIGKILL]
        report = verified(settings)
        assert report.ok, (number, report.problems)
    process = start(given, 2)
    assert _ended(process) == [0], "what was interrupted is gone on from"
    assert verified(settings).ok


def test_a_kill_between_a_commit_and_its_head_line_is_no_alarm(given: dict[str, Any]) -> None:
    _killed(given, _FEW)


@pytest.mark.slow("50 starts of a gateway on each store; make test does three")
@pytest.mark.timeout(600)
def test_fifty_kills_between_a_commit_and_its_head_line_are_no_alarm(given: dict[str, Any]) -> None:
    _killed(given, 50)


def _at_once(folder: Path, url: str, rounds: int) -> None:
    given = _installation(folder, url)
    shared = {"secrets": folder / "secrets", "log_folder": folder / "log"}
    moments = random.Random(rounds)
    for number in range(rounds):
        several = [{**given, **shared, "data": folder / f"node-{place}"} for place in range(5)]  # three nodes and two commands
        started = [start(one, 1 if place > 2 else 5) for place, one in enumerate(several)]
        if number % 2:
            started.append(start({**several[0], "data": folder / "node-5"}, 0, dies=moments.choice(list(MOMENTS)), nth=2))
        assert _ended(*started)[:5] == [0] * 5, number
    report = verified(load_settings(**given, **shared))
    assert report.ok, report.problems
    assert len(report.chains) == rounds * 5 + rounds // 2


def test_nodes_and_commands_that_start_at_once_never_write_over_each_other(tmp_path: Path, postgres_url: str) -> None:
    _at_once(tmp_path, postgres_url, 2)


@pytest.mark.slow("110 starts of a gateway; make test does ten")
@pytest.mark.timeout(600)
def test_twenty_starts_of_three_nodes_and_commands_at_once_are_no_alarm(tmp_path: Path, postgres_url: str) -> None:
    _at_once(tmp_path, postgres_url, 20)
