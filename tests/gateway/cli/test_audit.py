"""``gateway audit verify``: beside a running gateway, and after somebody was at the file."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.cli.conftest import SAMPLES, Command, Running, environment, run_process


def test_a_running_gateway_verifies(running: Running, command: Command) -> None:
    command("submit", SAMPLES / "newlywed.sample.json")
    verified = command("audit", "verify")
    assert verified.code == 0, verified.out
    assert "✓" in verified.out


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of an installation whose gateway has been stopped, with a few entries."""
    made = tmp_path_factory.mktemp("m")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(made).items():
            patch.setenv(name, value)
        assert run_process("key", "create", "operator").code == 0
        assert run_process("submit", SAMPLES / "passport.sample.json").code == 0
    return made


@pytest.fixture
def filled(stopped: Path, master: Path) -> Path:
    """The database of a copy of it."""
    shutil.copytree(master, stopped, dirs_exist_ok=True)
    return stopped / "data" / "gateway.db"


def _do(database: Path, statement: str) -> None:
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("statement", "kind", "seq"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE seq = 1", "changed", 1),
        ("DELETE FROM audit WHERE seq = 1", "missing", 1),
        ("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)", "cut", 0),
    ],
)
def test_what_was_done_to_the_file_is_named(filled: Path, command: Command, statement: str, kind: str, seq: int) -> None:
    assert command("audit", "verify").code == 0
    with closing(sqlite3.connect(filled)) as connection:
        seq = seq or connection.execute("SELECT max(seq) FROM audit").fetchone()[0]
    _do(filled, statement)
    found = command("audit", "verify", "--json")
    report: Any = found.json
    assert found.code == 1
    assert (report["ok"], report["first"]["kind"], report["first"]["seq"]) == (False, kind, seq)
    told = command("audit", "verify")
    assert told.code == 1
    assert f"entry {seq}" in told.out


def test_a_changed_state_is_named(filled: Path, command: Command) -> None:
    _do(filled, "UPDATE delivery SET state = 'approved'")
    told = command("audit", "verify")
    assert told.code == 1
    assert "state is approved in the table, ready by the audit" in told.out


def test_heads_kept_elsewhere(filled: Path, command: Command, stopped: Path) -> None:
    heads = stopped / "data.log" / "audit-heads.jsonl"
    kept = shutil.move(heads, stopped / "kept.jsonl")
    gone: Any = command("audit", "verify", "--json").json
    assert gone["first"]["kind"] == "heads_missing"
    assert command("audit", "verify", "--heads", kept).code == 0


def test_no_journal_is_3(stopped: Path, command: Command) -> None:
    refused = command("audit", "verify")
    assert refused.code == 3
    assert "no journal" in refused.err


def test_without_the_keys_nothing_is_claimed(filled: Path, command: Command, stopped: Path) -> None:
    shutil.rmtree(stopped / "data.secrets")
    refused = command("audit", "verify")
    assert refused.code == 3
    assert "GATEWAY_SECRETS" in refused.err
    assert not (stopped / "data.secrets").exists()
