"""The journal on PostgreSQL: any number of nodes on one server, or on a synchronous pair of them.

Transactions of the writer are READ COMMITTED, those of readers one read-only snapshot each (REPEATABLE READ). A dead server is noticed
within about five seconds. :mod:`gateway.journal.store.servers` chooses among several.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Self

import psycopg
from psycopg import IsolationLevel
from sqlalchemy import create_engine, event
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.pool import QueuePool

from gateway.journal.store.refused import DatabaseRefused
from gateway.journal.store.servers import NoServer, Servers

if TYPE_CHECKING:
    from sqlalchemy import Engine

#: Connections that readers share.
READERS = 4

#: A commit that returned is on the disk, and on the synchronous standbys' when there are any, whatever the server's default is.
_DURABLE = (
    "set_config('synchronous_commit', "
    "CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false)"
)
_WRITER = {
    "default_transaction_read_only": "off",
    "lock_timeout": "5s",
    "statement_timeout": "0",
    # A paused node loses its locks before others are tired of waiting for them. Going on, it makes its transaction again.
    "idle_in_transaction_session_timeout": "4s",
}
#: The option of an engine that names its servers.
_PLACE = "gateway_place"

_READER = {"default_transaction_read_only": "on", "statement_timeout": "30s"}


def open_writer(url: str) -> Engine:
    """Give an engine of one connection to the server that takes writes. Raises DatabaseRefused."""
    servers = Servers.named(url, application="onestop-gateway writer")

    def connect() -> psycopg.Connection[Any]:
        connection = servers.connect("read-write", _Discreet)
        return _prepared(connection, _WRITER, IsolationLevel.READ_COMMITTED, read_only=False)

    return _proven(_engine(servers, connect, size=1))


def open_reader(url: str) -> Engine:
    """Give an engine of a few read-only connections. Raises DatabaseRefused.

    They go to the server that takes writes, so that what was just committed is seen, unless the URL asks for another by
    ``target_session_attrs``.
    """
    servers = Servers.named(url, application="onestop-gateway reader")

    def connect() -> psycopg.Connection[Any]:
        connection = servers.connect(servers.asked or "read-write", _Discreet)
        return _prepared(connection, _READER, IsolationLevel.REPEATABLE_READ, read_only=True)

    return _proven(_engine(servers, connect, size=READERS, ping=True))


def place(engine: Engine) -> str:
    """Give the servers and the database of an engine, without a password."""
    return str(engine.get_execution_options()[_PLACE])


def refusal(place: str, error: DBAPIError) -> DatabaseRefused:
    """Give the refusal that an error of PostgreSQL means for whoever wanted to use the database ``place``."""
    cause = error.orig
    if isinstance(cause, NoServer):
        return cause.refused
    state = getattr(cause, "sqlstate", None)
    if state in {"42501", "3F000"}:  # insufficient_privilege; no schema to create in
        detail = "this user may not use the tables here: make it the owner of the database, or GRANT it the schema and its tables"
        return DatabaseRefused("no_rights", place, detail)
    if state == "25006":  # read_only_sql_transaction
        return DatabaseRefused("read_only", place, "this server takes no writes: name the primary in GATEWAY_DATABASE")
    if state == "55P03":  # lock_not_available
        return DatabaseRefused("locked", place, "somebody keeps the tables locked: end that session (see pg_stat_activity)")
    if error.connection_invalidated or state is None:
        return DatabaseRefused("unreachable", place, "the connection was lost: look whether the server runs, then start again")
    return DatabaseRefused("unreadable", place, f"the database does not answer ({type(cause).__name__}, {state}): see the server's log")


def _engine(servers: Servers, connect: Callable[[], psycopg.Connection[Any]], *, size: int, ping: bool = False) -> Engine:
    engine = create_engine(
        "postgresql+psycopg://",
        creator=connect,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        pool_pre_ping=ping,
        use_native_hstore=False,
        hide_parameters=True,
        execution_options={_PLACE: servers.place},
    )
    event.listen(engine, "checkout", _require_alive)
    return engine


def _proven(engine: Engine) -> Engine:
    """Give the engine once a first statement works on it. Raises DatabaseRefused."""
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
    except DBAPIError as error:
        engine.dispose()
        raise refusal(place(engine), error) from error
    return engine


def _prepared(
    connection: psycopg.Connection[Any], settings: Mapping[str, str], isolation: IsolationLevel, *, read_only: bool
) -> psycopg.Connection[Any]:
    """Set a fresh connection up, in one statement. Settings of a session win over those of the server, database and role."""
    pairs = [value for pair in settings.items() for value in pair]
    connection.execute(f"SELECT {_DURABLE}" + ", set_config(%s, %s, false)" * len(settings), pairs)
    connection.autocommit = False
    connection.server_cursor_factory = _DiscreetStream
    connection.isolation_level = isolation
    connection.read_only = read_only
    return connection


def _require_alive(connection: psycopg.Connection[Any], _record: object, _handed_out: object) -> None:
    """Notice without asking that a server has hung up meanwhile. The pool then connects anew.

    This costs a system call, not a round trip: an end of the connection has arrived already, or it is the network, which keepalives find.
    """
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    try:
        while poll.poll(0):
            connection.pgconn.consume_input()
    except psycopg.Error as error:
        raise DisconnectionError("the server has closed the connection") from error


class _Discreet(psycopg.Cursor[Any]):
    """A cursor whose errors say what is wrong without the values: PostgreSQL's details repeat keys and whole rows."""

    def execute(self, *args: Any, **options: Any) -> Self:
        try:
            return super().execute(*args, **options)
        except psycopg.Error as error:
            raise _discreet(error) from None

    def executemany(self, *args: Any, **options: Any) -> None:
        try:
            super().executemany(*args, **options)
        except psycopg.Error as error:
            raise _discreet(error) from None


class _DiscreetStream(psycopg.ServerCursor[Any]):
    """The same for a result that is read by the batch."""

    def execute(self, *args: Any, **options: Any) -> Self:
        try:
            return super().execute(*args, **options)
        except psycopg.Error as error:
            self.close()  # SQLAlchemy closes none whose connection was lost
            raise _discreet(error) from None


def _discreet(error: psycopg.Error) -> psycopg.Error:
    if error.diag.message_primary is not None:
        error.args = (error.diag.message_primary,)
    return error
