"""A journal in a file has one writer, a few readers and one process, and every unusable file is refused with what to do."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from gateway.journal.store.database import DatabaseRefused, Lock, database_file, migrate, open_reader, open_writer

#: Becomes a process that holds the lock, writes one committed and one uncommitted row, says so, and waits.
HOLDER = """
import sys, time
from gateway.journal.store.database import Lock, migrate, open_writer
from gateway.journal.store.file_lock import Role
url = sys.argv[1]
with Lock(url, Role.SERVE):
    migrate(url)
    connection = open_writer(url).connect()
    with connection.begin():
        connection.exec_driver_sql("INSERT INTO meta VALUES ('committed', 'yes')")
    transaction = connection.begin()
    connection.exec_driver_sql("INSERT INTO meta VALUES ('open', 'yes')")
    print("holding", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/a folder %20 #/journal.db"


def _hold(url: str) -> subprocess.Popen[str]:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "holding\n"
    return holder


def _kill(holder: subprocess.Popen[str]) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.communicate()


def _values(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        return {row.key: row.value for row in connection.execute(text("SELECT key, value FROM meta"))}


def test_the_writer_is_durable_and_strict(url: str) -> None:
    migrate(url)
    writer = open_writer(url)
    with writer.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("journal_mode", "synchronous", "foreign_keys")
        }
        assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    with writer.begin() as connection, pytest.raises(IntegrityError):
        connection.exec_driver_sql("INSERT INTO attempt VALUES ('a', 'none', 1, 1, 'submit', 'n', 1, NULL, NULL, NULL)")
    writer.dispose()
    assert stat.S_IMODE(database_file(url).stat().st_mode) == 0o600


def test_the_writer_begins_immediate(url: str) -> None:
    """A transaction holds the write lock from its first statement, so it can never fail half-way on another's."""
    migrate(url)
    writer = open_writer(url)
    other = sqlite3.connect(database_file(url), timeout=0, isolation_level=None)
    with writer.begin(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()
    writer.dispose()


def test_the_log_stays_bounded(url: str) -> None:
    migrate(url)
    writer = open_writer(url)
    log = Path(f"{database_file(url)}-wal")
    largest = 0
    for round_ in range(60):
        with writer.begin() as connection:
            connection.exec_driver_sql("INSERT INTO meta VALUES (?, ?)", (str(round_), "x" * 1_000_000))
        largest = max(largest, log.stat().st_size)
    writer.dispose()
    assert largest < 32 * 1024 * 1024


def test_what_a_killed_process_left_can_be_read_and_gone_on_with(url: str) -> None:
    holder = _hold(url)
    _kill(holder)
    assert Path(f"{database_file(url)}-wal").stat().st_size > 0
    before = database_file(url).read_bytes()
    reader = open_reader(url)
    assert _values(reader) == {"committed": "yes"}
    reader.dispose()
    assert database_file(url).read_bytes() == before  # a reader never checkpoints
    with Lock(url):
        migrate(url)
        writer = open_writer(url)
        assert _values(writer) == {"committed": "yes"}
        writer.dispose()


def test_one_process_owns_the_database(url: str) -> None:
    holder = _hold(url)
    with pytest.raises(DatabaseRefused) as refused, Lock(url):
        pass
    assert refused.value.code == "locked"
    assert str(holder.pid) in refused.value.detail
    assert "GATEWAY_DATA" in refused.value.detail
    reader = open_reader(url)  # reading needs no lock
    assert _values(reader) == {"committed": "yes"}
    reader.dispose()
    _kill(holder)
    with Lock(url):
        pass


def test_the_lock_is_let_go(url: str) -> None:
    with Lock(url), pytest.raises(DatabaseRefused), Lock(url):
        pass
    with Lock(url) as lock:
        assert lock.path is not None
        assert lock.path.read_text() == f"{os.getpid()} command\n"


def test_a_second_migration_changes_nothing(url: str) -> None:
    migrate(url)
    before = database_file(url).read_bytes()
    migrate(url)
    assert database_file(url).read_bytes() == before


def test_a_missing_journal_is_refused_for_reading(url: str) -> None:
    with pytest.raises(DatabaseRefused) as refused:
        open_reader(url)
    assert refused.value.code == "missing"
    assert not database_file(url).exists()


@pytest.mark.parametrize("content", [b"<html>not a database</html>", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_refused(url: str, content: bytes) -> None:
    file = database_file(url)
    file.parent.mkdir()
    file.write_bytes(content)
    for open_it in (migrate, open_writer, open_reader):
        with pytest.raises(DatabaseRefused) as refused:
            open_it(url)
        assert refused.value.code == "not_a_database"
    assert file.read_bytes() == content


def test_a_folder_in_its_place_is_refused(url: str) -> None:
    database_file(url).mkdir(parents=True)
    for open_it in (open_writer, open_reader):
        with pytest.raises(DatabaseRefused) as refused:
            open_it(url)
        assert refused.value.code in {"read_only", "unreadable"}


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    url = f"sqlite:///{tmp_path}/file/journal.db"
    with pytest.raises(DatabaseRefused) as refused, Lock(url):
        pass
    assert refused.value.code == "read_only"
    with pytest.raises(DatabaseRefused) as refused:
        open_writer(url)
    assert refused.value.code == "read_only"


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """Be somebody else than root, who may write what is read-only."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield
    os.seteuid(user)


def test_a_file_this_user_may_not_write_is_refused(url: str, request: pytest.FixtureRequest) -> None:
    migrate(url)
    database_file(url).chmod(0o400)
    request.getfixturevalue("unprivileged")
    with pytest.raises(DatabaseRefused) as refused:
        open_writer(url)
    assert refused.value.code == "read_only"


def test_somebody_elses_database_is_refused(url: str) -> None:
    database_file(url).parent.mkdir()
    other = sqlite3.connect(database_file(url))
    other.execute("CREATE TABLE accounts (id)")
    other.close()
    for open_it in (migrate, open_reader):
        with pytest.raises(DatabaseRefused) as refused:
            open_it(url)
        assert refused.value.code == "not_a_journal"
        assert str(database_file(url)) in refused.value.place


def test_a_database_locked_by_another_program_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.journal.store.sqlite.PATIENCE", 0.05)
    migrate(url)
    other = sqlite3.connect(database_file(url), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseRefused) as refused:
        open_writer(url)
    assert refused.value.code == "locked"
    other.close()
