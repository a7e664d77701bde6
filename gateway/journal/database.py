"""Open the journal's database: one writer, a few readers, one process that owns the file.

SQLite is the embedded store: WAL, ``synchronous=FULL`` (a commit is on the disk when it returns), ``BEGIN IMMEDIATE``,
foreign keys on. One connection writes and checkpoints; readers open the file read-only, since SQLite before 3.51.3
can corrupt a WAL that two connections reset. Follows https://sqlite.org/wal.html and SQLAlchemy 2.1's recipe for
transactions on pysqlite (the driver begins none, the engine's ``begin`` event does).
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.pool import QueuePool

from gateway.model.errors import GatewayError

if TYPE_CHECKING:
    from types import TracebackType

    from sqlalchemy import Connection, Engine

#: The revision that this code reads and writes (``migrations/versions``).
HEAD = "0002"

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


class DatabaseRefused(GatewayError):
    """The database cannot be used as it is.

    ``code`` is a short stable word: ``unsupported``, ``missing``, ``not_a_database``, ``not_a_journal``, ``unreadable``,
    ``read_only``, ``older``, ``newer``, ``locked``. ``place`` is the file. ``detail`` says what is wrong and what to do.
    """

    def __init__(self, code: str, place: str, detail: str) -> None:
        super().__init__(f"{place}: {detail}")
        self.code = code
        self.place = place
        self.detail = detail


def database_file(url: str) -> Path:
    """Give the absolute path of the SQLite file that ``url`` names (``sqlite:///relative``, ``sqlite:////absolute``).

    Raises DatabaseRefused (``unsupported``) for any other store: this release keeps its journal in SQLite alone.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        detail = "this is not a database URL; write sqlite:////absolute/path/journal.db"
        raise DatabaseRefused("unsupported", "GATEWAY_DATABASE", detail) from None  # the cause repeats the URL, which may hold a password
    if parsed.get_backend_name() != "sqlite":
        detail = "this release keeps its journal in SQLite: write sqlite:////absolute/path/journal.db"
        raise DatabaseRefused("unsupported", parsed.get_backend_name(), detail)
    if not parsed.database or parsed.database == ":memory:" or parsed.database.startswith("file:"):
        detail = "the journal needs a file of its own: write sqlite:////absolute/path/journal.db"
        raise DatabaseRefused("unsupported", "sqlite", detail)
    return Path(parsed.database).absolute()


def open_writer(url: str) -> Engine:
    """Give the engine whose one connection writes; the caller holds the :class:`Lock` and uses it from one thread at a time.

    Makes the file (mode 0600) and its folder when there is none. Every transaction begins IMMEDIATE. Raises DatabaseRefused.
    """
    path = database_file(url)
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
    event.listen(engine, "begin", _begin_immediate)
    return _proven(engine, path)


def open_reader(url: str) -> Engine:
    """Give an engine of a few read-only connections, for any thread; a transaction on it sees one snapshot.

    Reads beside a running gateway and reads what a killed one left. Raises DatabaseRefused when there is no journal,
    or one of another revision.
    """
    path = database_file(url)
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
    event.listen(engine, "begin", _begin)
    _proven(engine, path)
    try:
        found = revision(engine)
        if found != HEAD:
            raise _other_revision(path, found)
    except DatabaseRefused:
        engine.dispose()
        raise
    return engine


def revision(engine: Engine) -> str | None:
    """Give the schema's revision; None for an empty database. Raises DatabaseRefused when the tables are not a journal's."""
    with engine.connect() as connection:
        tables = {row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "alembic_version" in tables:
            row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
            return str(row[0]) if row else None
    if tables:
        place = _place(engine)
        raise DatabaseRefused("not_a_journal", place, "this database holds something else: name another file in GATEWAY_DATABASE")
    return None


def migrate(url: str) -> None:
    """Bring the database to :data:`HEAD`, from nothing or from any earlier revision; the caller holds the :class:`Lock`.

    Raises DatabaseRefused, with the database as it was, when it is of a newer revision than this code.
    """
    engine = open_writer(url)
    try:
        found = revision(engine)
        if found == HEAD:
            return
        from gateway.journal.migrations import known, upgrade  # noqa: PLC0415  # Alembic takes most of a second to import

        if found is not None and found not in known():
            raise _other_revision(database_file(url), found)
        upgrade(engine)
    finally:
        engine.dispose()


class Lock:
    """Hold the database for one process: a lock on ``<file>.lock``, let go when the process ends, however it ends.

    Entering raises DatabaseRefused (``locked``) when another process holds it.
    """

    def __init__(self, url: str) -> None:
        database = database_file(url)
        self.path = database.with_name(database.name + ".lock")
        self._database = database
        self._handle: int | None = None

    def __enter__(self) -> Self:
        _make_folder(self._database)
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _not_writable(self.path, error) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = os.read(handle, 20).decode("ascii", "replace").strip() or "unknown"
            os.close(handle)
            detail = (
                f"process {owner} owns this journal. Commands speak to it while it runs; to start another gateway on the same "
                "data, stop that one first (SIGTERM), or set GATEWAY_DATA to another folder"
            )
            raise DatabaseRefused("locked", str(self._database), detail) from error
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        self._handle = handle
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._handle is not None:
            # The file stays: removing it would let two processes lock two files of one name.
            os.close(self._handle)
            self._handle = None


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _pragmas(connection: sqlite3.Connection, *settings: str) -> None:
    try:
        for setting in settings:
            connection.execute(f"PRAGMA {setting}")
    except sqlite3.Error:
        connection.close()
        raise


def _proven(engine: Engine, path: Path) -> Engine:
    """Give the engine when its first transaction works; the pragmas and BEGIN read the file's header and its log."""
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
    except (DatabaseError, sqlite3.Error) as error:
        engine.dispose()
        raise _refusal(path, error) from error
    return engine


def _refusal(path: Path, error: DatabaseError | sqlite3.Error) -> DatabaseRefused:
    cause: Any = error.orig if isinstance(error, DatabaseError) else error
    name = getattr(cause, "sqlite_errorname", "SQLITE_ERROR")
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return _not_a_database(path)
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        detail = f"the database cannot be opened ({name}): the process needs to read and write this file and its folder"
        return DatabaseRefused("read_only", str(path), detail)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return DatabaseRefused("locked", str(path), f"another program has locked the database for over {PATIENCE:.0f} s: close it there")
    return DatabaseRefused("unreadable", str(path), f"the database does not answer ({name}): check the disk, or restore a backup")


def _check_writable(path: Path) -> None:
    _make_folder(path)
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _not_writable(path, error) from error
    os.close(handle)
    _check_header(path)


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_writable(path.parent, error) from error


def _check_header(path: Path) -> None:
    try:
        with path.open("rb") as file:
            header = file.read(len(_HEADER))
    except OSError as error:
        detail = f"the database cannot be read ({error.strerror}): it needs to be a file this user may read"
        raise DatabaseRefused("unreadable", str(path), detail) from error
    if header not in (b"", _HEADER):
        raise _not_a_database(path)


def _not_a_database(path: Path) -> DatabaseRefused:
    return DatabaseRefused(
        "not_a_database", str(path), "this file is not a SQLite database: name another in GATEWAY_DATABASE, or restore a backup"
    )


def _not_writable(path: Path, error: OSError) -> DatabaseRefused:
    detail = f"cannot be written ({error.strerror}): give this user the folder, or set GATEWAY_DATA to another"
    return DatabaseRefused("read_only", str(path), detail)


def _other_revision(path: Path, found: str | None) -> DatabaseRefused:
    if found is None:
        return DatabaseRefused("older", str(path), "the journal has no tables yet: start the gateway once, it makes them")
    if found < HEAD:
        return DatabaseRefused(
            "older", str(path), f"the journal is at revision {found}, this code needs {HEAD}: start the gateway once, it moves it up"
        )
    return DatabaseRefused(
        "newer", str(path), f"the journal is at revision {found}, newer than this code's {HEAD}: install the newer gateway again"
    )


def _place(engine: Engine) -> str:
    with engine.connect() as connection:
        row = connection.exec_driver_sql("PRAGMA database_list").first()
    return str(row[2]) if row else "sqlite"
