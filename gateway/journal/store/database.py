"""The opening of the journal's database, SQLite or PostgreSQL: a writer, a few readers, and what both must be before they are used.

Each store has its module, :mod:`gateway.journal.store.sqlite` and :mod:`gateway.journal.store.postgres`. The second is imported when a
URL asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from gateway.journal.store import sqlite
from gateway.journal.store.file_lock import FileLock, Holder, Role
from gateway.journal.store.refused import WRITE_URL, DatabaseRefused, not_a_url

if TYPE_CHECKING:
    from types import TracebackType

__all__ = [
    "HEAD",
    "Connection",
    "DatabaseRefused",
    "Engine",
    "Lock",
    "database_file",
    "is_sqlite",
    "migrate",
    "open_reader",
    "open_writer",
    "refusal",
    "revision",
]

#: The revision that this code reads and writes (``migrations/versions``).
HEAD = "0022"

#: Two tables that every revision of a journal has, by which it is told from another program's database.
_OURS = frozenset({"application", "audit"})


def is_sqlite(url: str) -> bool:
    """Tell whether ``url`` names a SQLite file (one process owns it) and not a PostgreSQL server (any number of nodes).

    Raises DatabaseRefused (``unsupported``) when it is no URL, or of another store.
    """
    # By hand: SQLAlchemy's parser refuses a list of hosts with ports, which libpq takes.
    scheme, separator, _ = url.partition("://")
    if not separator:
        raise not_a_url()
    if scheme in {"postgresql", "postgres", "postgresql+psycopg"}:
        return False
    if scheme.partition("+")[0] != "sqlite":
        raise DatabaseRefused("unsupported", scheme, f"a journal is kept in SQLite or PostgreSQL: {WRITE_URL}")
    return True


def database_file(url: str) -> Path:
    """Give the absolute path of the SQLite file that ``url`` names (``sqlite:///relative``, ``sqlite:////absolute``).

    Raises DatabaseRefused (``unsupported``) for any other store.
    """
    if not is_sqlite(url):
        raise DatabaseRefused("unsupported", "postgresql", "this needs a journal in a file: write sqlite:////absolute/path/journal.db")
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise not_a_url() from None  # the cause repeats the URL, which may hold a password
    if not parsed.database or parsed.database == ":memory:" or parsed.database.startswith("file:"):
        detail = "the journal needs a file of its own: write sqlite:////absolute/path/journal.db"
        raise DatabaseRefused("unsupported", "sqlite", detail)
    return Path(parsed.database).absolute()


def open_writer(url: str) -> Engine:
    """Give the engine whose one connection writes. The caller holds the :class:`Lock` and uses it from one thread at a time.

    Makes a SQLite file (mode 0600) and its folder when there is none. Its transactions begin IMMEDIATE. On PostgreSQL they are READ
    COMMITTED on a server that takes writes, and a commit waits for the disk and the synchronous standbys. Raises DatabaseRefused.
    """
    if is_sqlite(url):
        return sqlite.open_writer(database_file(url))
    from gateway.journal.store import postgres

    return postgres.open_writer(url)


def open_reader(url: str) -> Engine:
    """Give an engine of a few read-only connections for any thread. A transaction on it sees one snapshot.

    It reads beside a running gateway, or what a killed one left. Raises DatabaseRefused when there is no journal, or one of another
    revision.
    """
    if is_sqlite(url):
        engine = sqlite.open_reader(database_file(url))
    else:
        from gateway.journal.store import postgres

        engine = postgres.open_reader(url)
    try:
        if (found := revision(engine)) != HEAD:
            raise _other_revision(_place(engine), found)
    except DatabaseRefused:
        engine.dispose()
        raise
    return engine


def revision(engine: Engine) -> str | None:
    """Give the schema's revision, or None for an empty database. Raises DatabaseRefused when the tables are not a journal's."""
    with _refusing(engine), engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            names = "SELECT name FROM sqlite_master WHERE type = 'table'"
        else:
            names = "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema()"
        tables = {row[0] for row in connection.exec_driver_sql(names)}
        if "alembic_version" in tables and (tables >= _OURS or len(tables) == 1):
            row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
            return str(row[0]) if row else None
    if tables:
        raise DatabaseRefused("not_a_journal", _place(engine), "this database holds something else: name another in GATEWAY_DATABASE")
    return None


def migrate(url: str) -> None:
    """Bring the database to :data:`HEAD`, from nothing or from any earlier revision. On SQLite the caller holds the :class:`Lock`.

    Nodes on one PostgreSQL may call it at once: one of them migrates, the others wait for it. Raises DatabaseRefused, with the database as
    it was, when it is of a newer revision than this code.
    """
    engine = open_writer(url)
    try:
        found = revision(engine)
        if found == HEAD:
            return
        from gateway.journal.store.migrations import known, upgrade

        if found is not None and found not in known():
            raise _other_revision(_place(engine), found)
        with _refusing(engine):
            upgrade(engine)
    finally:
        engine.dispose()


class Lock:
    """The hold of one process on the database, as SQLite needs it (:class:`gateway.journal.store.file_lock.FileLock`).

    ``role`` is what others read of this process. It waits ``patience`` seconds for another, and ``tell`` hears for whom. Entering raises
    DatabaseRefused (``locked``) when another process holds it. On PostgreSQL nothing is held, since many nodes may write at once.
    """

    def __init__(self, url: str, role: Role = Role.COMMAND, patience: float = 0, tell: Callable[[Holder], None] = lambda _: None) -> None:
        self._file = database_file(url) if is_sqlite(url) else None
        self._lock = None if self._file is None else FileLock(self._file, role, patience, tell)

    @property
    def path(self) -> Path | None:
        """The lock file, or None on PostgreSQL."""
        return None if self._lock is None else self._lock.path

    def stopping(self) -> None:
        """Say that this process has begun to stop, so that it is worth waiting for."""
        if self._lock is not None:
            self._lock.say(Role.STOPPING)

    def __enter__(self) -> Self:
        if self._file is not None and self._lock is not None:
            sqlite.make_folder(self._file)
            self._lock.take()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._lock is not None:
            self._lock.let_go()


@contextmanager
def _refusing(engine: Engine) -> Iterator[None]:
    """Turn an error of the database's driver into a DatabaseRefused."""
    try:
        yield
    except DBAPIError as error:
        raise refusal(engine, error) from error


def refusal(engine: Engine, error: DBAPIError) -> DatabaseRefused:
    """Give the refusal that an error of the database means for whoever wanted to use it."""
    if engine.dialect.name == "sqlite":
        return sqlite.refusal(sqlite.place(engine), error)
    from gateway.journal.store import postgres

    return postgres.refusal(postgres.place(engine), error)


def _place(engine: Engine) -> str:
    if engine.dialect.name == "sqlite":
        return sqlite.place(engine)
    from gateway.journal.store import postgres

    return postgres.place(engine)


def _other_revision(place: str, found: str | None) -> DatabaseRefused:
    if found is None:
        return DatabaseRefused("older", place, "the journal has no tables yet: start the gateway once, it makes them")
    if found < HEAD:
        return DatabaseRefused(
            "older", place, f"the journal is at revision {found}, this code needs {HEAD}: start the gateway once, it moves it up"
        )
    return DatabaseRefused(
        "newer", place, f"the journal is at revision {found}, newer than this code's {HEAD}: install the newer gateway again"
    )
