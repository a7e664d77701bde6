"""``gateway audit verify``: beside a running gateway, and after somebody was at the file."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.cli.conftest import SAMPLES, Command, Running, environment, run_process
from tests.gateway.journal.forger import forge


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


def test_the_public_key_is_enough_and_nothing_is_made(filled: Path, command: Command, stopped: Path) -> None:
    key = stopped / "public.pem"
    key.write_text(command("audit", "public-key").out)
    shutil.rmtree(stopped / "data.secrets")
    told = command("audit", "verify", "--public-key", key)
    assert told.code == 0, told.out
    assert not (stopped / "data.secrets").exists()
    _do(filled, "UPDATE chain SET hash = 'f'")
    assert command("audit", "verify", "--public-key", key).code == 1
    assert command("audit", "verify", "--public-key", stopped / "none").code == 3


def test_without_the_hmac_key_no_payload_is_called_changed(filled: Path, command: Command, stopped: Path) -> None:
    (stopped / "data.secrets" / "hmac.key").unlink()
    (stopped / "data.secrets" / "audit-signing-key.pem").unlink()
    told = command("audit", "verify")
    assert told.code == 0, told.out
    assert sorted(file.name for file in (stopped / "data.secrets").glob("*.*")) == ["audit-public-key.pem"]


def test_an_export_is_verified_anywhere(filled: Path, command: Command, stopped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, key = stopped / "audit.gz", stopped / "public.pem"
    assert command("audit", "export", file).code == 0
    assert command("audit", "export", file).code == 3
    key.write_text(command("audit", "public-key").out)
    monkeypatch.setenv("GATEWAY_DATA", str(stopped / "nowhere"))
    told = command("audit", "verify", file, "--public-key", key)
    assert told.code == 0, told.out
    assert "✓ verified" in told.out
    report: Any = command("audit", "verify", file, "--public-key", key, "--json").json
    assert report["ok"]
    assert command("audit", "verify", file).code == 2
    assert command("audit", "verify", key, "--public-key", key).code == 3
    assert not (stopped / "nowhere").exists()


def test_what_was_forged_is_accepted_by_a_person_and_shown_ever_after(filled: Path, command: Command, stopped: Path) -> None:
    forge(f"sqlite:///{filled}", stopped / "data.log" / "audit-heads.jsonl")
    assert command("audit", "verify").code == 1
    refused = command("key", "create", "auditor")
    assert refused.code == 1
    assert command("audit", "verify").code == 1, "no later command vouches for it"
    told = command("audit", "accept", "--reason", "looked into")
    assert told.code == 0, told.err
    assert "accepted, with" in told.out
    assert command("key", "create", "auditor").code == 0
    shown = command("audit", "verify")
    assert shown.code == 0, shown.out
    assert "accepted at" in shown.out


def test_a_lost_key_is_begun_anew_by_a_person_alone(filled: Path, command: Command, stopped: Path) -> None:
    assert command("audit", "accept", "--lost-key", "--reason", "x").code == 3, "it is here"
    (stopped / "data.secrets" / "audit-signing-key.pem").unlink()
    refused = command("key", "list")
    assert refused.code == 3
    assert "--lost-key" in refused.err
    found: Any = command("audit", "accept", "--lost-key", "--reason", "the disk broke", "--json").json
    assert {problem["kind"] for problem in found} == {"row_forged", "heads_forged"}
    assert command("audit", "verify").code == 0
    assert len(list((stopped / "data.secrets").glob("audit-public-key*.pem"))) == 2


def test_the_key_is_rotated_and_the_first_public_key_still_verifies(filled: Path, command: Command, stopped: Path) -> None:
    key = stopped / "public.pem"
    key.write_text(command("audit", "public-key").out)
    for _ in range(2):
        assert command("audit", "rotate-key").code == 0
    assert command("key", "create", "auditor").code == 0
    assert command("audit", "verify", "--public-key", key).code == 0
    assert command("audit", "export", stopped / "x.gz").code == 0
    assert command("audit", "verify", stopped / "x.gz", "--public-key", key).code == 0
    assert "0 chains" in command("audit", "upgrade").out
