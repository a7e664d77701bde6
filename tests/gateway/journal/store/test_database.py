"""Both stores hold a durable writer, readers of one snapshot, and a refusal that says what to do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from gateway.journal.store.database import (
    HEAD,
    DatabaseRefused,
    Lock,
    database_file,
    is_sqlite,
    migrate,
    open_reader,
    open_writer,
    revision,
)


def _values(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        return {row.key: row.value for row in connection.execute(text("SELECT key, value FROM meta"))}


def _put(engine: Engine, key: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO meta VALUES (:key, 'v')"), {"key": key})


def _write_then_fail(writer: Engine) -> None:
    with writer.begin() as connection:
        connection.exec_driver_sql("INSERT INTO meta VALUES ('k', 'v')")
        raise ZeroDivisionError


def test_a_transaction_that_fails_leaves_nothing(store_url: str) -> None:
    writer = open_writer(store_url)
    with pytest.raises(ZeroDivisionError):
        _write_then_fail(writer)
    assert _values(writer) == {}
    writer.dispose()


def test_foreign_keys_hold(store_url: str) -> None:
    writer = open_writer(store_url)
    with writer.begin() as connection, pytest.raises(IntegrityError):
        connection.exec_driver_sql("INSERT INTO attempt VALUES ('none', 1, 1, 1, 'submit', 'n', 1, 1, 'x', NULL)")
    writer.dispose()


def test_a_reader_sees_commits_in_snapshots_and_cannot_write(store_url: str) -> None:
    writer, reader = open_writer(store_url), open_reader(store_url)
    with reader.connect() as seen:
        assert seen.execute(text("SELECT count(*) FROM meta")).scalar_one() == 0
        _put(writer, "k")
        assert seen.execute(text("SELECT count(*) FROM meta")).scalar_one() == 0  # the same snapshot
        with pytest.raises(DBAPIError, match=r"readonly|read-only"):
            seen.exec_driver_sql("INSERT INTO meta VALUES ('x', 'y')")
    assert _values(reader) == {"k": "v"}
    reader.dispose()
    writer.dispose()


def test_there_is_one_writing_connection_and_a_few_that_read(store_url: str) -> None:
    writer, reader = open_writer(store_url), open_reader(store_url)
    assert (writer.pool.size(), reader.pool.size()) == (1, 4)  # type: ignore[attr-defined]  # a QueuePool's, on both stores
    reader.dispose()
    writer.dispose()


def test_an_error_does_not_repeat_what_was_to_be_written(store_url: str) -> None:
    writer = open_writer(store_url)
    for _ in range(2):
        try:
            _put(writer, "500152199001010018")
        except IntegrityError as error:
            said = f"{error} {error.orig}"
            break
    assert "500152199001010018" not in said
    writer.dispose()


def test_a_second_migration_changes_nothing(store_url: str) -> None:
    writer = open_writer(store_url)
    _put(writer, "k")
    migrate(store_url)
    assert _values(writer) == {"k": "v"}
    assert revision(writer) == HEAD
    writer.dispose()


def test_at_head_alembic_is_not_imported(store_url: str) -> None:
    script = "import sys; from gateway.journal.store.database import migrate; migrate(sys.argv[1]); sys.exit('alembic' in sys.modules)"
    subprocess.run([sys.executable, "-c", script, store_url], check=True)


def test_what_postgresql_needs_is_not_loaded_for_sqlite(tmp_path: Path) -> None:
    script = (
        "import sys; from gateway.journal.store.database import open_writer; open_writer(sys.argv[1]); sys.exit('psycopg' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script, f"sqlite:///{tmp_path}/journal.db"], check=True)


def test_one_process_owns_a_file_and_any_number_a_server(store_url: str) -> None:
    with Lock(store_url) as lock:
        if is_sqlite(store_url):
            assert lock.path == database_file(store_url).with_name("journal.db.lock")
            with pytest.raises(DatabaseRefused), Lock(store_url):
                pass
        else:
            assert lock.path is None
            with Lock(store_url):
                pass


@pytest.mark.parametrize("url", ["mysql://u:secret@h/d", "postgresql+asyncpg://u:secret@h/d", "not a url", "secret"])
def test_another_store_is_refused(url: str) -> None:
    for use in (is_sqlite, database_file, open_writer, open_reader, migrate, Lock):
        with pytest.raises(DatabaseRefused) as refused:
            use(url)
        assert refused.value.code == "unsupported"
        assert "sqlite:////" in refused.value.detail
        assert "postgresql://" in refused.value.detail
        assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?uri=true", "postgresql://u:secret@h/d"])
def test_what_is_no_file_has_none(url: str) -> None:
    with pytest.raises(DatabaseRefused) as refused:
        database_file(url)
    assert refused.value.code == "unsupported"
    assert "sqlite:////" in refused.value.detail
    assert "secret" not in str(refused.value)


def test_an_empty_database_is_refused_for_reading(empty_url: str) -> None:
    writer = open_writer(empty_url)
    assert revision(writer) is None
    with pytest.raises(DatabaseRefused) as refused:
        open_reader(empty_url)
    assert refused.value.code == "older"
    writer.dispose()


@pytest.mark.parametrize(("found", "code"), [("9999", "newer"), ("0000", "older")])
def test_another_revision_is_refused_untouched(store_url: str, found: str, code: str) -> None:
    writer = open_writer(store_url)
    with writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :found"), {"found": found})
    with pytest.raises(DatabaseRefused) as refused:
        open_reader(store_url)
    assert refused.value.code == code
    with pytest.raises(DatabaseRefused) as refused:  # a revision this code does not know, older or newer
        migrate(store_url)
    assert refused.value.code == code
    assert revision(writer) == found
    writer.dispose()


@pytest.mark.parametrize("table", ["accounts", "alembic_version"])
def test_somebody_elses_database_is_refused(empty_url: str, table: str) -> None:
    """It is refused too when that program moves its tables with Alembic."""
    writer = open_writer(empty_url)
    with writer.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE {table} (id int)")
        connection.exec_driver_sql("CREATE TABLE audit (id int)")
    for open_it in (migrate, open_reader):
        with pytest.raises(DatabaseRefused) as refused:
            open_it(empty_url)
        assert refused.value.code == "not_a_journal"
        assert "journal" in refused.value.place
        assert "gateway:" not in refused.value.place  # no password
    writer.dispose()
