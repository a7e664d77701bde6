"""The journal in a SQLite file: one writer, a few readers, one process that owns the file.

The embedded store: WAL, ``synchronous=FULL`` (a commit is on the disk when it returns), ``BEGIN IMMEDIATE``, foreign keys on. One
connection writes and checkpoints. Readers open the file read-only, since SQLite before 3.51.3 can corrupt a WAL that two connections reset.
Follows https://sqlite.org/wal.html and SQLAlchemy 2.1's recipe for transactions on pysqlite (the driver begins none, the engine's ``begin``
event does).
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event
from sqlalchemy.exc import DatabaseError, DBAPIError
from sqlalchemy.pool import QueuePool

from gateway.journal.store.refused import DatabaseRefused, not_writable

if TYPE_CHECKING:
    from sqlalchemy import Engine

#: Seconds a statement waits for a lock that another process holds.
PATIENCE = 5.0
#: Connections that readers share.
READERS = 4

#: 4,000 pages of 4 KiB before the log is copied back: checkpoints stay rare, the log stays near 16 MiB.
_CHECKPOINT_PAGES = 4_000
#: A log that a long reader let grow beyond this is cut back at the next checkpoint.
_LOG_BYTES = 64 * 1024 * 1024
_CACHE_KIB = 32 * 1024

_HEADER = b"SQLite format 3\x00"


def open_writer(path: Path) -> Engine:
    """Give the engine whose one connection writes, beginning every transaction IMMEDIATE. Makes the file when there is none.

    Raises DatabaseRefused.
    """
    _check_writable(path)

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        _pragmas(
            connection,
            f"busy_timeout={int(PATIENCE * 1000)}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"wal_autocheckpoint={_CHECKPOINT_PAGES}",
            f"journal_size_limit={_LOG_BYTES}",
            f"cache_size=-{_CACHE_KIB}",
            "temp_store=MEMORY",
        )
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=1, max_overflow=0, hide_parameters=True)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return _proven(engine, path)


def open_reader(path: Path) -> Engine:
    """Give an engine of a few read-only connections. Nothing it does changes the file. Raises DatabaseRefused."""
    if not path.exists():
        raise DatabaseRefused(
            "missing", str(path), "there is no journal here yet: check GATEWAY_DATA and GATEWAY_DATABASE, or start the gateway"
        )
    # Nothing but SQLite opens the file here: closing any other handle of it lets go of all locks that this process's connections
    # hold (fcntl(2)), and the next program to close the database would take the log away from under the writer.
    if not os.access(path, os.R_OK):
        raise DatabaseRefused("unreadable", str(path), "the database cannot be read: it needs to be a file this user may read")
    address = f"{path.as_uri()}?mode=ro"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        _pragmas(connection, f"busy_timeout={int(PATIENCE * 1000)}", "query_only=ON")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=READERS, max_overflow=0, hide_parameters=True)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return _proven(engine, path)


def place(engine: Engine) -> str:
    """Give the file that an engine is on."""
    with engine.connect() as connection:
        row = connection.exec_driver_sql("PRAGMA database_list").first()
    return str(row[2]) if row else "sqlite"


def _pragmas(connection: sqlite3.Connection, *settings: str) -> None:
    try:
        for setting in settings:
            connection.execute(f"PRAGMA {setting}")
    except sqlite3.Error:
        connection.close()
        raise


def _proven(engine: Engine, path: Path) -> Engine:
    """Give the engine once its first transaction works, since the pragmas and BEGIN read the file's header and its log."""
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
    except (DatabaseError, sqlite3.Error) as error:
        engine.dispose()
        raise refusal(str(path), error) from error
    return engine


def refusal(place: str, error: DBAPIError | sqlite3.Error) -> DatabaseRefused:
    """Give the refusal that an error of SQLite means for whoever wanted to use the file ``place``."""
    cause: Any = error.orig if isinstance(error, DBAPIError) else error
    name = getattr(cause, "sqlite_errorname", "SQLITE_ERROR")
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return _not_a_database(place)
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        detail = f"the database cannot be opened ({name}): the process needs to read and write this file and its folder"
        return DatabaseRefused("read_only", place, detail)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return DatabaseRefused("locked", place, f"another program has locked the database for over {PATIENCE:.0f} s: close it there")
    return DatabaseRefused("unreadable", place, f"the database does not answer ({name}): check the disk, or restore a backup")


def _check_writable(path: Path) -> None:
    make_folder(path)
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise not_writable(path, error) from error
    os.close(handle)
    _check_header(path)


def make_folder(path: Path) -> None:
    """Make the folder of a journal's file, for its owner alone. Raises DatabaseRefused."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise not_writable(path.parent, error) from error


def _check_header(path: Path) -> None:
    try:
        with path.open("rb") as file:
            header = file.read(len(_HEADER))
    except OSError as error:
        detail = f"the database cannot be read ({error.strerror}): it needs to be a file this user may read"
        raise DatabaseRefused("unreadable", str(path), detail) from error
    if header not in (b"", _HEADER):
        raise _not_a_database(str(path))


def _not_a_database(place: str) -> DatabaseRefused:
    return DatabaseRefused(
        "not_a_database", place, "this file is not a SQLite database: name another in GATEWAY_DATABASE, or restore a backup"
    )
