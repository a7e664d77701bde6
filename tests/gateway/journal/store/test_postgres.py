"""Sessions on PostgreSQL have their settings, whatever the server's defaults, and its errors say what to do."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, text

from gateway.journal.store import postgres as journal_on_postgres
from gateway.journal.store.database import DatabaseRefused, migrate, open_reader, open_writer, revision
from tests.postgres import Server


@pytest.fixture
def database(postgres_url: str) -> str:
    return postgres_url.rpartition("/")[2]


def _settings(engine: Engine, *names: str) -> list[Any]:
    with engine.connect() as connection:
        return [connection.execute(text("SELECT current_setting(:name)"), {"name": name}).scalar_one() for name in names]


@pytest.mark.parametrize("default", ["off", "local", "remote_write", "on", "remote_apply"])
def test_a_commit_waits_for_the_disk_whatever_the_default(postgres: Server, postgres_url: str, database: str, default: str) -> None:
    postgres.execute(f"ALTER DATABASE {database} SET synchronous_commit = {default}")
    writer = open_writer(postgres_url)
    assert _settings(writer, "synchronous_commit") == ["remote_apply" if default == "remote_apply" else "on"]
    writer.dispose()


def test_what_the_sessions_are_set_to(postgres: Server, postgres_url: str, database: str) -> None:
    for name, value in (("statement_timeout", "1s"), ("lock_timeout", "0"), ("default_transaction_isolation", "serializable")):
        postgres.execute(f"ALTER DATABASE {database} SET {name} = '{value}'")
    migrate(postgres_url)
    writer, reader = open_writer(postgres_url), open_reader(postgres_url)
    names = ("transaction_isolation", "transaction_read_only", "statement_timeout", "lock_timeout", "application_name")
    assert _settings(writer, *names) == ["read committed", "off", "0", "5s", "onestop-gateway writer"]
    assert _settings(reader, *names[:3], "default_transaction_read_only", "application_name") == [
        "repeatable read",
        "on",
        "30s",
        "on",
        "onestop-gateway reader",
    ]
    assert _settings(writer, "idle_in_transaction_session_timeout", "client_encoding") == ["4s", "UTF8"]
    for engine in (writer, reader):
        with engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            used = driver.info.get_parameters()
        assert {name: used[name] for name in ("connect_timeout", "tcp_user_timeout", "keepalives_idle", "target_session_attrs")} == {
            "connect_timeout": "3",
            "tcp_user_timeout": "5000",
            "keepalives_idle": "2",
            "target_session_attrs": "read-write",
        }
        engine.dispose()


def test_a_connection_that_was_ended_meanwhile_is_made_anew(postgres: Server, postgres_url: str, database: str) -> None:
    """It is made before anything is sent on the old one, so nobody has to repeat what was never done."""
    migrate(postgres_url)
    writer, reader = open_writer(postgres_url), open_reader(postgres_url)
    for engine in (writer, reader):
        before = _pid(engine)
        postgres.cut(database)
        assert _pid(engine) != before
        engine.dispose()


def _pid(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


def test_a_user_without_rights_is_refused(postgres: Server, postgres_url: str, database: str) -> None:
    postgres.execute(f"ALTER DATABASE {database} OWNER TO postgres")
    postgres.execute("ALTER SCHEMA public OWNER TO postgres", database)
    with pytest.raises(DatabaseRefused) as refused:
        migrate(postgres_url)
    assert refused.value.code == "no_rights"
    assert "GRANT" in refused.value.detail
    migrate(postgres_url.replace("//gateway:", "//postgres:"))
    with pytest.raises(DatabaseRefused) as refused:
        open_reader(postgres_url)
    assert refused.value.code == "no_rights"


def test_a_schema_that_is_not_there_is_refused(postgres: Server, postgres_url: str, database: str) -> None:
    postgres.execute(f"ALTER DATABASE {database} SET search_path = nowhere")
    with pytest.raises(DatabaseRefused) as refused:
        migrate(postgres_url)
    assert refused.value.code == "no_rights"


def test_tables_that_somebody_locks_are_refused(
    postgres: Server, postgres_url: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(journal_on_postgres._WRITER, "lock_timeout", "50ms")
    migrate(postgres_url)
    with postgres.connect(database) as other, other.transaction():
        other.execute("LOCK TABLE alembic_version")
        with pytest.raises(DatabaseRefused) as refused:
            migrate(postgres_url)
    assert refused.value.code == "locked"
    assert "pg_stat_activity" in refused.value.detail


def test_a_server_that_is_lost_is_called_so(postgres: Server, postgres_url: str, database: str) -> None:
    migrate(postgres_url)
    reader = open_reader(postgres_url)
    postgres.drop(database)
    with pytest.raises(DatabaseRefused) as refused:
        revision(reader)
    assert refused.value.code == "missing"
    reader.dispose()


def test_the_place_has_no_password(postgres: Server, postgres_url: str, database: str) -> None:
    writer = open_writer(postgres_url)
    assert journal_on_postgres.place(writer) == f"postgresql://gateway@127.0.0.1:{postgres.port}/{database}"
    assert postgres.ground.password not in repr(writer)
    writer.dispose()
