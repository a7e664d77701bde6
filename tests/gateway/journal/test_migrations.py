"""The migrations make what the schema says, all of it or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from gateway.journal.database import HEAD, migrate, open_writer
from gateway.journal.migrations import known, upgrade
from gateway.journal.schema import metadata


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/journal.db"


def test_head_is_the_newest_revision() -> None:
    assert HEAD in known()
    assert max(known()) == HEAD


def test_upgraded_from_nothing_equals_the_schema(url: str) -> None:
    migrate(url)
    engine = open_writer(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_upgraded_from_nothing_has_the_same_statements_as_the_schema(url: str, tmp_path: Path) -> None:
    """``compare_metadata`` does not see conditions of indexes, primary keys or checks: compare what SQLite stored."""
    migrate(url)
    upgraded = open_writer(url)
    made = create_engine(f"sqlite:///{tmp_path}/made.db")
    metadata.create_all(made)
    statements = []
    for engine in (upgraded, made):
        with engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE '%alembic_version%'")
            statements.append({name: sorted(_words(sql)) for name, sql in rows})
        engine.dispose()
    assert statements[0] == statements[1]
    assert "WHERE" in statements[0]["ix_delivery_due"]


def _words(sql: str | None) -> list[str]:
    return (sql or "").replace(",", " ").replace("(", " ( ").replace(")", " ) ").split()


def test_an_upgrade_that_fails_leaves_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_writer(url)
    create_index = op.create_index

    def fail_late(name: str, *args: object, **named: object) -> None:
        if name == "ix_delivery_lease":
            raise OSError("the disk is full")
        create_index(name, *args, **named)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(op, "create_index", fail_late)
    with pytest.raises(OSError, match="the disk is full"):
        upgrade(engine)
    assert inspect(engine).get_table_names() == []
    monkeypatch.undo()
    upgrade(engine)
    assert set(metadata.tables) < set(inspect(engine).get_table_names())
    engine.dispose()
