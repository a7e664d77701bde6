"""A read whose connection is lost under it is made again, and a fault of the read itself is said at once."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from gateway.journal.read import reading
from gateway.journal.read.reading import patiently
from gateway.journal.store.database import migrate, open_reader
from gateway.model.errors import JournalUnavailable
from tests.postgres import Server


def test_a_read_outlives_its_connection(postgres: Server, postgres_url: str) -> None:
    migrate(postgres_url)
    engine = open_reader(postgres_url)
    cut: list[str] = []

    def read(connection: Connection) -> int:
        if not cut:
            cut.append(postgres_url.rpartition("/")[2])
            postgres.cut(cut[0])
        return int(connection.execute(text("SELECT count(*) FROM application")).scalar_one())

    assert patiently(engine, read) == 0
    assert cut
    engine.dispose()


def test_a_database_that_stays_away_is_said(postgres: Server, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate(postgres_url)
    engine = open_reader(postgres_url)
    tries: list[int] = []

    def read(connection: Connection) -> None:
        tries.append(1)
        postgres.cut(postgres_url.rpartition("/")[2])
        connection.execute(text("SELECT 1"))

    monkeypatch.setattr(reading, "PATIENCE", 2.0)
    with pytest.raises(JournalUnavailable, match="cannot be read"):
        patiently(engine, read)
    assert len(tries) > 1
    engine.dispose()


@pytest.mark.parametrize(
    ("statement", "value"), [("SELECT nothing FROM application", None), ("SELECT 1 FROM application WHERE number = :value", "a\0b")]
)
def test_a_wrong_read_is_not_repeated(postgres_url: str, statement: str, value: str | None) -> None:
    migrate(postgres_url)
    engine = open_reader(postgres_url)
    tries: list[int] = []

    def read(connection: Connection) -> None:
        tries.append(1)
        connection.execute(text(statement), {} if value is None else {"value": value})

    with pytest.raises(DBAPIError):
        patiently(engine, read)
    assert len(tries) == 1
    engine.dispose()
