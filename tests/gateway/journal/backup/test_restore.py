"""A proven backup is loaded whole into an empty journal, or not at all."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, inspect, select

from gateway.journal.audit.trust import Trust
from gateway.journal.backup.backup import BackupRefused, back_up
from gateway.journal.backup.proof import Backup, prove
from gateway.journal.backup.restore import gone, known_heads, load, put_heads
from gateway.journal.store import database, migrations, schema
from gateway.journal.store.database import HEAD, DatabaseRefused, Lock, database_file, migrate, open_writer, revision
from gateway.journal.store.schema import UNFINISHED
from gateway.journal.verification.heads_read import read_heads
from tests.gateway.journal.backup.test_proof import rewritten
from tests.gateway.journal.filled import HMAC_KEY, JOURNAL, Filled, fill


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    return fill(tmp_path_factory.mktemp("source"), 5)


@pytest.fixture
def backup(source: Filled, tmp_path: Path) -> Backup:
    back_up(source.url, tmp_path / "x.backup", heads=source.heads)
    return prove(tmp_path / "x.backup")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/there/journal.db"


def loaded(url: str, backup: Backup) -> None:
    with Lock(url):
        load(url, backup)


def contents(url: str) -> dict[str, list[Any]]:
    """Read every row of every table, but for the mark of a restore."""
    engine = open_writer(url)
    with engine.connect() as connection:
        found = {name: sorted(map(tuple, connection.execute(select(table))), key=repr) for name, table in schema.metadata.tables.items()}
    engine.dispose()
    found["meta"] = [row for row in found["meta"] if row[0] != UNFINISHED]
    return found


def test_what_is_loaded_is_what_was_backed_up(source: Filled, backup: Backup, url: str) -> None:
    told: dict[str, int] = {}
    with Lock(url):
        load(url, backup, lambda table, rows: told.update({table: rows}))
    assert contents(url) == contents(source.url)
    assert told["audit"] == 30
    copy = replace(source, url=url)
    assert copy.verify(hmac_key=HMAC_KEY).ok
    engine = open_writer(url)
    assert revision(engine) == HEAD
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    engine.dispose()


def test_it_is_marked_as_unfinished_until_the_seam_is_made(backup: Backup, url: str) -> None:
    loaded(url, backup)
    engine = open_writer(url)
    with engine.connect() as connection:
        mark = connection.execute(select(schema.meta.c.value).where(schema.meta.c.key == UNFINISHED)).scalar_one()
    engine.dispose()
    assert mark == backup.sha256


def test_an_unfinished_restore_is_done_again(source: Filled, backup: Backup, url: str) -> None:
    loaded(url, backup)
    engine = open_writer(url)
    with engine.begin() as connection:
        connection.execute(delete(schema.payload))
    engine.dispose()
    loaded(url, backup)
    assert contents(url) == contents(source.url)


def test_a_journal_that_was_only_made_is_empty(source: Filled, backup: Backup, url: str) -> None:
    database_file(url).parent.mkdir()
    migrate(url)
    loaded(url, backup)
    assert contents(url) == contents(source.url)


@pytest.mark.parametrize("table", ["meta", "api_key"])
def test_a_journal_that_holds_anything_is_refused_and_left_as_it_was(backup: Backup, url: str, table: str) -> None:
    database_file(url).parent.mkdir()
    migrate(url)
    rows: dict[str, dict[str, Any]] = {
        "meta": {"key": "journal", "value": "another"},
        "api_key": {"id": "1", "name": "x", "role": "operator", "hash": "h", "created_at": 1, "revoked_at": None},
    }
    engine = open_writer(url)
    with engine.begin() as connection:
        connection.execute(insert(schema.metadata.tables[table]), rows[table])
    engine.dispose()
    before = contents(url)
    with pytest.raises(DatabaseRefused) as refused:
        loaded(url, backup)
    assert refused.value.code == "not_empty"
    assert "GATEWAY_DATABASE" in refused.value.detail
    assert contents(url) == before


def test_a_database_of_something_else_is_refused(backup: Backup, url: str) -> None:
    database_file(url).parent.mkdir()
    engine = open_writer(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE theirs (x)")
    engine.dispose()
    with pytest.raises(DatabaseRefused) as refused:
        loaded(url, backup)
    assert refused.value.code == "not_a_journal"


def test_a_file_that_changed_since_it_was_proven_leaves_nothing(backup: Backup, url: str) -> None:
    def swap(lines: list[dict[str, Any]]) -> None:
        next(line for line in lines if line.get("table") == "audit")["rows"].reverse()

    rewritten(backup.file, swap)
    with pytest.raises(BackupRefused) as refused:
        loaded(url, backup)
    assert refused.value.code == "damaged"
    assert not any(contents(url).values())


def test_rows_that_do_not_fit_together_leave_nothing(backup: Backup, url: str) -> None:
    def orphan(lines: list[dict[str, Any]]) -> None:
        next(line for line in lines if line.get("table") == "delivery")["rows"][0][1] = "nobody's"

    rewritten(backup.file, orphan)
    with pytest.raises(BackupRefused) as refused:
        loaded(url, prove(backup.file))
    assert refused.value.code == "damaged"
    assert "nobody" not in refused.value.en
    assert not any(contents(url).values())


def test_columns_that_no_table_has_leave_nothing(backup: Backup, url: str) -> None:
    def rename(lines: list[dict[str, Any]]) -> None:
        lines[0]["columns"]["application"][1] = "other"

    rewritten(backup.file, rename)
    with pytest.raises(BackupRefused) as refused:
        loaded(url, prove(backup.file))
    assert refused.value.code == "damaged"
    assert not any(contents(url).values())


def test_a_revision_that_never_was_is_refused(backup: Backup, url: str) -> None:
    rewritten(backup.file, lambda lines: lines[0].update(revision="0000"))
    with pytest.raises(BackupRefused) as refused:
        loaded(url, prove(backup.file))
    assert "0000" in refused.value.en
    assert not database_file(url).exists()


_NEWER = """
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_key", sa.Column("added", sa.Integer()))
    op.execute("UPDATE api_key SET added = 42")
"""


def test_a_backup_of_an_older_revision_is_moved_up(source: Filled, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = {"id": "1", "name": "x", "role": "operator", "hash": "h", "created_at": 1, "revoked_at": None}
    engine = open_writer(source.url)
    with engine.begin() as connection:
        connection.execute(insert(schema.api_key), key)
    back_up(source.url, tmp_path / "old.backup", heads=source.heads)
    with engine.begin() as connection:
        connection.execute(delete(schema.api_key))
    engine.dispose()

    newer = f"{int(HEAD) + 1:04d}"
    shutil.copytree(Path(migrations.__file__).parent, tmp_path / "migrations")
    (tmp_path / "migrations" / "versions" / f"r{newer}_next.py").write_text(_NEWER.format(revision=newer, before=HEAD))
    monkeypatch.setattr(migrations, "__file__", str(tmp_path / "migrations" / "__init__.py"))
    monkeypatch.setattr(database, "HEAD", newer)
    loaded(url, prove(tmp_path / "old.backup"))
    engine = open_writer(url)
    assert revision(engine) == newer
    assert "added" in {column["name"] for column in inspect(engine).get_columns("api_key")}
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT id, added FROM api_key").all() == [("1", 42)]
        assert connection.execute(select(schema.audit)).all() != []
    engine.dispose()


# -- signed heads
def test_where_no_heads_lie_those_of_the_backup_are_put(source: Filled, backup: Backup, tmp_path: Path) -> None:
    heads = tmp_path / "new" / "heads.jsonl"
    assert known_heads(heads, source.key.public_key(), backup).problem == "missing"
    put_heads(heads, backup)
    assert heads.read_bytes() == source.heads.read_bytes()
    assert list(heads.parent.iterdir()) == [heads]
    assert read_heads(heads, Trust(source.key.public_key()), JOURNAL).problem is None


def test_heads_that_lie_there_are_kept_and_say_what_is_gone(source: Filled, backup: Backup, tmp_path: Path) -> None:
    heads = tmp_path / "heads.jsonl"
    shutil.copy(source.heads, heads)
    earlier = replace(backup, chains=({"chain": "node-a", "seq": 12, "hash": "h"},))
    known = known_heads(heads, source.key.public_key(), earlier)
    assert gone(known, earlier) == [{"chain": "node-a", "from": 13, "to": 30}]
    assert gone(known, backup) == []
    assert gone(known, replace(backup, chains=())) == [{"chain": "node-a", "from": 1, "to": 30}]
    put_heads(heads, backup)
    assert heads.read_bytes() == source.heads.read_bytes()


@pytest.mark.parametrize("journal", [JOURNAL, "another"])
def test_heads_that_cannot_be_gone_on_with_are_refused(source: Filled, backup: Backup, tmp_path: Path, journal: str) -> None:
    heads = tmp_path / "heads.jsonl"
    text = source.heads.read_text()
    heads.write_text(text if journal != JOURNAL else text.replace("node-a", "node-b"))
    with pytest.raises(DatabaseRefused) as refused:
        known_heads(heads, source.key.public_key(), replace(backup, journal=journal))
    assert (refused.value.code, refused.value.place) == ("other_heads", str(heads))
    assert "evidence" in refused.value.detail
