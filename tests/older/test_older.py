"""Journals, backups and adapters' projects that an older gateway made: each is opened, proven and run as it is.

``made-by-1734555.tar.gz`` was written by that commit: ``gateway demo --keep``, ``gateway backup``, and ``gateway new-adapter`` from two
contracts of ``tests/gateway/scaffold/zoo``. It stays as it is; what a later format needs is another file beside it.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.gateway.scaffold.projects import conformance
from tests.patience import run

ROOT = Path(__file__).parents[2]
_MADE = Path(__file__).parent / "made-by-1734555.tar.gz"

Ask = Callable[..., tuple[int, str]]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """The folder in which the older gateway's files lie."""
    return unpacked(tmp_path)


def unpacked(folder: Path) -> Path:
    with tarfile.open(_MADE) as archive:
        archive.extractall(folder, filter="data")
    return folder


def ask(folder: Path, *words: str | Path) -> tuple[int, str]:
    """Run a command on the installation of a folder; gives its exit code and what it wrote."""
    environment = {**os.environ, "GATEWAY_DATA": str(folder / "data"), "GATEWAY_CONFIG": str(ROOT / "config"), "GATEWAY_PORT": "0"}
    done = run([sys.executable, "-m", "gateway.cli", *words], cwd=ROOT, env=environment)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def _moved_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = unpacked(tmp_path_factory.mktemp("opened"))
    code, said = ask(made, "deliveries", "--json")
    assert code == 0, said
    return made


@pytest.fixture
def opened(_moved_up: Path, tmp_path: Path) -> Path:
    """The same after a command of this gateway has moved the journal's tables up, which verifying does not."""
    return shutil.copytree(_moved_up, tmp_path / "copy")


def test_it_says_how_an_older_journal_is_moved_up(made: Path) -> None:
    code, said = ask(made, "audit", "verify")
    assert code != 0
    assert "start the gateway once" in said


def test_its_journal_verifies(opened: Path) -> None:
    code, said = ask(opened, "audit", "verify", "--json")
    assert (code, json.loads(said)["entries"]) == (0, 32), said  # with the entry of the definitions that are kept now


def test_its_cases_ended_without_a_reason_and_were_handed_in_when_they_were_received(opened: Path) -> None:
    with sqlite3.connect(opened / "data/gateway.db") as journal:
        found = set(journal.execute("SELECT end_reason, handed_in_at, ended_at IS NULL FROM application"))
    assert found == {(None, None, 0)}


def test_a_changed_one_does_not(opened: Path) -> None:
    with sqlite3.connect(opened / "data/gateway.db") as changed:
        changed.execute("UPDATE delivery SET attempts = attempts + 1 WHERE step = (SELECT min(step) FROM delivery)")
    code, said = ask(opened, "audit", "verify")
    assert code == 1, said


@pytest.mark.slow("commands in processes; that an older journal verifies stays")
def test_its_cases_are_read(made: Path) -> None:
    code, said = ask(made, "deliveries", "--json", "--state", "approved")
    assert code == 0, said
    assert len(json.loads(said)) == 10


@pytest.mark.slow("a restore and its commands in processes; that an older journal verifies stays")
def test_its_backup_is_restored_and_verifies(made: Path) -> None:
    shutil.rmtree(made / "data")
    (made / "data").mkdir()
    shutil.rmtree(made / "data.log")
    code, said = ask(made, "restore", made / "journal.backup")
    assert code == 0, said
    code, said = ask(made, "audit", "verify")
    assert code == 0, said


@pytest.mark.parametrize("name", ["old_permits", "old_residence"])
@pytest.mark.slow("a project that runs its own tests; that an older journal verifies stays")
def test_its_projects_pass_their_own_tests(made: Path, name: str) -> None:
    assert "passed" in conformance(made / name)
