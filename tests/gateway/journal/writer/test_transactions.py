"""The same transaction may work in a moment after some errors, and not after others."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from gateway.journal.store.refused import DatabaseRefused
from gateway.journal.store.servers import NoServer
from gateway.journal.writer.transactions import passing


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (NoServer(DatabaseRefused("read_only", "place", "between two primaries")), True),
        (psycopg.OperationalError("the connection is lost"), True),
        (psycopg.errors.AdminShutdown("terminating connection"), True),
        (psycopg.errors.DeadlockDetected("deadlock"), True),
        (psycopg.errors.IdleInTransactionSessionTimeout("terminating connection"), True),
        (psycopg.errors.DiskFull("no space left"), False),
        (psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes"), False),
        (sqlite3.OperationalError("database is locked"), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_database_that_is_away_is_waited_for(cause: Exception, *, expected: bool) -> None:
    assert passing(DBAPIError("COMMIT", {}, cause)) is expected
