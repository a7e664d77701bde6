"""One moment of a journal in one file: whole or not at all, and never over another file."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import insert, update

from gateway.journal.audit.hash_chain import ChainHead
from gateway.journal.audit.heads import HeadSigner
from gateway.journal.backup import backup as backup_module
from gateway.journal.backup.backup import BackupRefused, back_up
from gateway.journal.store import schema
from gateway.journal.store.database import HEAD, DatabaseRefused, migrate, open_writer
from gateway.journal.store.schema import UNFINISHED
from tests.gateway.journal.filled import JOURNAL, Filled, fill

CASES = 5


@pytest.fixture
def filled(tmp_path: Path) -> Filled:
    return fill(tmp_path, CASES)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "journal.backup"


def lines(file: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]


def rows(file: Path, table: str) -> list[list[Any]]:
    return [row for line in lines(file) if line.get("table") == table for row in line["rows"]]


def made(filled: Filled, file: Path, **more: Any) -> Any:
    file.parent.mkdir(exist_ok=True)
    return back_up(filled.url, file, heads=filled.heads, **more)


def test_it_holds_every_row_the_heads_and_what_proves_them(filled: Filled, file: Path) -> None:
    done = made(filled, file)
    head, *middle, last = lines(file)
    assert (head["format"], head["version"], head["revision"], head["journal"]) == ("onestop-gateway-backup", 1, HEAD, JOURNAL)
    assert [(one["chain"], one["seq"]) for one in head["chains"]] == [("node-a", CASES * 6)]
    assert done.tables == last["end"]["tables"] == {**dict.fromkeys(schema.metadata.tables, 0), **done.tables}
    assert {name: done.tables[name] for name in ("application", "delivery", "payload", "audit")} == {
        "application": CASES,
        "delivery": CASES * 2,
        "payload": CASES * 3,
        "audit": CASES * 6,
    }
    content = gzip.decompress(file.read_bytes())
    assert last["end"]["sha256"] == done.sha256 == hashlib.sha256(content[: content.rindex(b"\n", 0, -1) + 1]).hexdigest()
    heads = [one for line in middle for one in line.get("heads", ())]
    assert "".join(f"{one}\n" for one in heads) == filled.heads.read_text()
    assert head["taken_at"] == done.taken_at
    assert [name for name in head["columns"] if name == "payload"] == ["payload"]
    assert rows(file, "payload")[0][3].keys() == {"base64"}


def test_only_its_owner_may_read_it_and_nothing_else_is_left(filled: Filled, file: Path) -> None:
    done = made(filled, file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert done.bytes == file.stat().st_size
    assert list(file.parent.iterdir()) == [file]


def test_a_file_that_is_there_is_left_alone_unless_forced(filled: Filled, file: Path) -> None:
    file.parent.mkdir()
    file.write_text("mine")
    with pytest.raises(BackupRefused) as refused:
        made(filled, file)
    assert (refused.value.code, file.read_text()) == ("exists", "mine")
    made(filled, file, force=True)
    assert lines(file)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_comes_meanwhile_is_left_alone_too(filled: Filled, file: Path) -> None:
    with pytest.raises(BackupRefused) as refused:
        made(filled, file, tell=lambda _table, _rows: file.write_text("mine"))
    assert (refused.value.code, file.read_text()) == ("exists", "mine")
    assert list(file.parent.iterdir()) == [file]


def test_it_is_one_moment_while_a_writer_goes_on(filled: Filled, file: Path) -> None:
    """A commit or a signature after the snapshot is not in the file, whichever table it touches."""
    writer = open_writer(filled.url)
    signer = HeadSigner(filled.key, filled.heads)
    signed = filled.heads.read_text()
    count = 0

    def goes_on(_table: str, _rows: int) -> None:
        nonlocal count
        count += 1
        with writer.begin() as connection:
            key = {"id": f"key-{count}", "name": "x", "role": "operator", "hash": str(count), "created_at": 1, "revoked_at": None}
            connection.execute(insert(schema.api_key), key)
            connection.execute(update(schema.application).values(state="rejected"))
        signer.write(JOURNAL, [ChainHead(chain="node-a", seq=1000 + count)], 1)

    done = made(filled, file, tell=goes_on)
    writer.dispose()
    assert count > 3
    assert done.tables["api_key"] == 0
    assert {row[7] for row in rows(file, "application")} == {"approved"}
    assert "".join(f"{one}\n" for line in lines(file) for one in line.get("heads", ())) == signed


def test_a_torn_last_line_of_heads_is_not_copied(filled: Filled, file: Path) -> None:
    whole = filled.heads.read_text()
    filled.heads.write_text(whole + '{"at":1')
    assert made(filled, file).heads == whole.count("\n")


def test_a_journal_without_signed_heads_is_backed_up(filled: Filled, file: Path) -> None:
    filled.heads.unlink()
    assert made(filled, file).heads == 0


def test_many_rows_go_into_many_lines(filled: Filled, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup_module, "_LINE_BYTES", 600)
    monkeypatch.setattr(backup_module, "_FETCH", 2)
    made(filled, file)
    assert sum(1 for line in lines(file) if line.get("table") == "audit") > 3
    assert len(rows(file, "audit")) == CASES * 6


def test_where_nothing_can_be_written_nothing_is_left(filled: Filled, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused) as refused:
        back_up(filled.url, tmp_path / "none" / "x.backup", heads=filled.heads)
    assert refused.value.code == "unwritable"
    assert not (tmp_path / "none").exists()


def test_an_error_midway_leaves_nothing(filled: Filled, file: Path) -> None:
    def fail(_table: str, _rows: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(BackupRefused) as refused:
        made(filled, file, tell=fail)
    assert "No space left" in refused.value.en
    assert list(file.parent.iterdir()) == []


def test_what_is_no_journal_yet_is_refused(tmp_path: Path, file: Path) -> None:
    file.parent.mkdir()
    url = f"sqlite:///{tmp_path}/empty.db"
    with pytest.raises(DatabaseRefused) as missing:
        back_up(url, file, heads=tmp_path / "heads")
    migrate(url)
    with pytest.raises(DatabaseRefused) as unused:
        back_up(url, file, heads=tmp_path / "heads")
    assert (missing.value.code, unused.value.code) == ("missing", "not_a_journal")
    assert list(file.parent.iterdir()) == []


def test_a_half_restored_journal_is_not_backed_up(filled: Filled, file: Path) -> None:
    filled.run("INSERT INTO meta VALUES (?, 'x')", UNFINISHED)
    with pytest.raises(DatabaseRefused) as refused:
        made(filled, file)
    assert refused.value.code == "unfinished"
    assert list(file.parent.iterdir()) == []
