"""``gateway backup`` beside a running gateway, ``gateway restore`` into an empty one: what they say, and what they refuse."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.cli import main
from tests.gateway.cli.conftest import SAMPLES, Command, Running, environment


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation whose gateway is stopped: two applications, a backup of the first, more signed after it."""
    made = tmp_path_factory.mktemp("m")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(made).items():
            patch.setenv(name, value)
        submit, backup = ("submit", SAMPLES / "passport.sample.json"), ("backup", made / "x.backup")
        for arguments in (submit, backup, submit):
            with pytest.raises(SystemExit) as end:
                main([str(argument) for argument in arguments])
            assert end.value.code == 0
    return made


@pytest.fixture
def lost(stopped: Path, master: Path) -> Path:
    """A copy of it whose data is lost; its keys and its signed heads are there."""
    shutil.copytree(master, stopped, dirs_exist_ok=True)
    shutil.rmtree(stopped / "data")
    return stopped


def _verified(command: Command) -> Any:
    report: Any = command("audit", "verify", "--json").json
    assert report["ok"], report
    return report


# -- backup
def test_a_running_gateway_is_backed_up(running: Running, command: Command, tmp_path: Path) -> None:
    assert command("submit", SAMPLES / "passport.sample.json").code == 0
    file = tmp_path / "x.backup"
    done = command("backup", file)
    assert (done.code, done.err) == (0, "")
    assert "keys are not in it" in done.out.replace("\n", " ")
    assert "sha256" in done.out
    assert file.stat().st_mode & 0o777 == 0o600
    report: Any = command("backup", file, "--force", "--json").json
    assert report["tables"]["application"] >= 1
    assert report["heads"] >= 1
    assert report["bytes"] == file.stat().st_size
    assert report["taken_at"].endswith("+08:00")


def test_it_speaks_chinese(running: Running, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_LANGUAGE", "zh")
    assert "不含密钥" in command("backup", tmp_path / "x.backup").out
    assert "文件已存在" in command("backup", tmp_path / "x.backup").err


def test_a_file_that_is_there_is_1(running: Running, command: Command, tmp_path: Path) -> None:
    file = tmp_path / "x.backup"
    file.write_text("mine")
    refused = command("backup", file)
    assert (refused.code, file.read_text()) == (1, "mine")
    assert "--force" in refused.err


def test_where_nothing_can_be_written_is_3(running: Running, command: Command, tmp_path: Path) -> None:
    refused = command("backup", tmp_path / "none" / "x.backup")
    assert refused.code == 3
    assert "No such file or directory" in refused.err


def test_no_journal_is_3(stopped: Path, command: Command) -> None:
    refused = command("backup", stopped / "x.backup")
    assert refused.code == 3
    assert "no journal" in refused.err
    assert list(stopped.iterdir()) == []


# -- restore
def test_on_the_same_machine_the_audit_says_what_is_gone(lost: Path, command: Command) -> None:
    done = command("restore", lost / "x.backup")
    assert (done.code, done.err) == (0, "")
    assert "1 deliveries may have gone out since" in done.out
    report = _verified(command)
    (note,) = report["restored"]
    assert note["lost"] > note["kept"]
    told = command("audit", "verify").out.replace("\n", " ")
    assert f"entries {note['kept'] + 1} to {note['lost']}" in told
    assert "✓ verified" in told
    (delivery,) = list(command("deliveries", "--json").json)  # type: ignore[call-overload]  # a list of deliveries
    assert delivery["state"] == "in_doubt"
    assert "restored from a backup" in command("show", delivery["id"]).out.replace("\n", " ")
    assert _verified(command)["restored"] == report["restored"]


def test_on_a_new_machine_the_heads_come_from_the_backup(lost: Path, command: Command) -> None:
    shutil.rmtree(lost / "data.log")
    done: Any = command("restore", lost / "x.backup", "--json").json
    assert done["in_doubt"] == {"in_doubt": 1}
    assert done["tables"]["application"] == 1
    report = _verified(command)
    assert report["heads_lines"] > 1
    assert [note["lost"] for note in report["restored"]] == [None]


def test_an_older_copy_that_is_put_back_by_hand_is_still_found(lost: Path, command: Command) -> None:
    """The control: what was signed after the restore is not explained by it."""
    assert command("restore", lost / "x.backup").code == 0
    shutil.copytree(lost / "data", lost / "older")
    assert command("key", "create", "auditor").code == 0
    shutil.rmtree(lost / "data")
    shutil.copytree(lost / "older", lost / "data")
    found = command("audit", "verify")
    assert found.code == 1
    assert "older copy" in found.out


def test_a_restored_journal_can_be_backed_up_and_restored_again(lost: Path, command: Command) -> None:
    assert command("restore", lost / "x.backup").code == 0
    assert command("submit", SAMPLES / "passport.sample.json").code == 0
    assert command("backup", lost / "y.backup").code == 0
    shutil.rmtree(lost / "data")
    assert command("restore", lost / "y.backup").code == 0
    assert len(_verified(command)["restored"]) == 2


def test_a_journal_that_holds_something_is_3_and_stays(lost: Path, command: Command, master: Path) -> None:
    shutil.copytree(master / "data", lost / "data")
    refused = command("restore", lost / "x.backup")
    assert refused.code == 3
    assert "holds something already" in refused.err
    report = _verified(command)
    assert report["restored"] == []


def test_while_a_gateway_runs_on_it_is_3(running: Running, command: Command, tmp_path: Path) -> None:
    assert command("backup", tmp_path / "x.backup").code == 0
    refused = command("restore", tmp_path / "x.backup")
    assert refused.code == 3
    assert "owns this journal" in refused.err


def _changed(whole: bytes) -> bytes:
    return whole[:-200] + bytes([whole[-200] ^ 1]) + whole[-199:]


def _headed(**more: Any) -> Callable[[bytes], bytes]:
    def change(whole: bytes) -> bytes:
        head, rest = gzip.decompress(whole).split(b"\n", 1)
        return gzip.compress(orjson.dumps({**orjson.loads(head), **more}) + b"\n" + rest)

    return change


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda _: b"", "not written by"),
        (lambda _: b"text", "not written by"),
        (lambda whole: whole[: len(whole) // 2], "cut short"),
        (_changed, "damaged"),
        (_headed(version=2), "version 2"),
        (_headed(revision="9999"), "newer than this code"),
    ],
)
def test_a_bad_file_is_1_and_makes_nothing(lost: Path, command: Command, make: Callable[[bytes], bytes], said: str) -> None:
    file = lost / "bad.backup"
    file.write_bytes(make((lost / "x.backup").read_bytes()))
    before = sorted(lost.rglob("*"))
    refused = command("restore", file)
    assert refused.code == 1
    assert str(file) in refused.err
    assert said in refused.err
    assert "Traceback" not in refused.err
    assert sorted(lost.rglob("*")) == before


def test_no_file_is_3(lost: Path, command: Command) -> None:
    assert command("restore", lost / "none").code == 3
    assert not (lost / "data").exists()


@pytest.mark.parametrize("key", ["hmac.key", "audit-signing-key.pem"])
def test_without_a_key_it_is_3_and_none_is_made(lost: Path, command: Command, key: str) -> None:
    (lost / "data.secrets" / key).unlink()
    refused = command("restore", lost / "x.backup")
    assert refused.code == 3
    assert "GATEWAY_SECRETS" in refused.err
    assert not (lost / "data.secrets" / key).exists()
    assert not (lost / "data").exists()


def test_with_another_installations_key_it_is_3(lost: Path, command: Command) -> None:
    (lost / "data.secrets" / "hmac.key").write_bytes(bytes(32))
    refused = command("restore", lost / "x.backup")
    assert refused.code == 3
    assert "other secrets" in refused.err
    assert not (lost / "data").exists()


def test_heads_of_another_journal_are_not_written_over(lost: Path, command: Command) -> None:
    heads = lost / "data.log" / "audit-heads.jsonl"
    heads.write_text(heads.read_text().replace('"journal":"', '"journal":"x'))
    before = heads.read_bytes()
    refused = command("restore", lost / "x.backup")
    assert refused.code == 3
    assert "Put this file away" in refused.err
    assert heads.read_bytes() == before
    assert not (lost / "data").exists()


def test_an_unfinished_restore_starts_no_gateway_and_is_done_again(lost: Path, command: Command) -> None:
    assert command("restore", lost / "x.backup").code == 0
    connection = sqlite3.connect(lost / "data" / "gateway.db", isolation_level=None)
    connection.execute("INSERT INTO meta VALUES ('restoring', 'x')")
    connection.close()
    refused = command("key", "list")
    assert refused.code == 3
    assert "gateway restore" in refused.err
    assert command("restore", lost / "x.backup").code == 0
    assert command("key", "list").code == 0
    assert len(_verified(command)["restored"]) == 2
