# an intruder's statements, on a journal made for them
"""Every column of every row of every table is held: whatever somebody changes is found, or is outside with a reason."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Connection, Float, Integer, LargeBinary, Table, Text, UniqueConstraint, select, type_coerce
from sqlalchemy.schema import DropConstraint

from gateway.journal.audit.row_digests import OUTSIDE
from gateway.journal.payload import TYPED
from gateway.journal.store import schema
from gateway.journal.store.database import migrate, open_writer
from gateway.journal.verification.replay import replay
from gateway.model.delivery import ENDED
from tests.gateway.journal.conftest import STORES
from tests.gateway.journal.everything import everything
from tests.gateway.worlds.offices import build
from tests.gateway.worlds.world import HMAC_KEY
from tests.postgres import Server

#: What the chain itself proves, entry by entry, and its signatures: :mod:`tests.gateway.journal.verification.test_verify`.
CHAINED = {"audit", "chain", "meta"}
TABLES = [table for table in schema.metadata.sorted_tables if table.name not in CHAINED]
#: Of an open delivery: that there is such a moment is held, which one is not.
MOMENTS = {"doubt_since", "first_sent_at", "last_sent_at"}
SLOW = pytest.mark.slow("hundreds of changes, each verified; `make test` does them to SQLite")
#: Tables that are outside whole.
ALL_OUTSIDE = {name for name, columns in OUTSIDE.items() if set(columns) == {c.name for c in schema.metadata.tables[name].columns}}


@dataclass(frozen=True)
class Target:
    """A journal on which everything is done, one thing at a time, each undone."""

    connection: Connection

    def rows(self, table: Table) -> list[dict[str, Any]]:
        return [dict(row) for row in self.connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()]

    def after(self, *statements: Any) -> list[str]:
        """Give the findings, by table and name, once these were run."""
        with self.connection.begin_nested() as nested:
            for statement in statements:
                self.connection.execute(statement)
            found = replay(self.connection, [HMAC_KEY])
            nested.rollback()
        for mismatch in found.kept:
            assert mismatch.id in mismatch.en
            assert mismatch.zh
        return [f"{mismatch.what} {mismatch.id} {mismatch.field}" for mismatch in found.kept]


@pytest.fixture(scope="module", params=[STORES[0], pytest.param(STORES[1], marks=SLOW)])
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("everything")
    if request.param == "sqlite":
        url = f"sqlite:///{folder}/journal.db"
        migrate(url)
    else:
        postgres: Server = request.getfixturevalue("postgres")
        url = postgres.url(postgres.create(template=request.getfixturevalue("migrated")))
    asyncio.run(_made(folder, url))
    engine = open_writer(url)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]  # it is one
        else:
            for table in schema.metadata.sorted_tables:
                for constraint in table.foreign_key_constraints:
                    connection.execute(DropConstraint(constraint))
        yield Target(connection)
        connection.rollback()
    engine.dispose()


async def _made(folder: Path, url: str) -> None:
    (services := folder / "services").mkdir()
    world = await everything(folder, build(services), url)
    world.prove()
    await world.close()


def _of(table: Table, row: dict[str, Any]) -> Any:
    """Give the condition that names the row."""
    condition = None
    for column in table.primary_key.columns:
        condition = (column == row[column.name]) if condition is None else condition & (column == row[column.name])
    return condition


def _other(column: Column[Any], value: Any) -> Any:
    """Give another value that the column can hold."""
    if isinstance(column.type, Boolean):
        return not value
    if isinstance(column.type, Float):
        return (value or 0) + 0.5
    if isinstance(column.type, LargeBinary):
        return (value or b"") + b"\x00"
    if isinstance(column.type, Integer):
        return (value or 0) + 1000
    length = getattr(column.type, "length", None) or 1000
    return (value or "")[: length - 1] + "~"


def _is_typed(row: dict[str, Any]) -> bool:
    """Tell whether a row is a content of a draft, of which none is held until it is filed."""
    return str(row.get("part")).startswith(TYPED)


def _is_outside(table: Table, name: str, row: dict[str, Any]) -> bool:
    if _is_typed(row):
        return True
    if name not in OUTSIDE.get(table.name, {}):
        return False
    if table is not schema.delivery:
        return True
    return row["state"] not in ENDED and not (name == "problem" and row["action"] == "submit")


def test_every_table_has_rows(target: Target) -> None:
    for table in schema.metadata.sorted_tables:
        if table.name not in CHAINED:
            assert target.rows(table), table.name
    assert target.after() == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_of_every_row(target: Target, table: Table) -> None:
    """The test follows the schema: a column that is added is held, or fails here until it has its reason not to be."""
    for column in table.columns:
        seen = set()
        for row in target.rows(table):
            kind = (row.get("state"), row.get("action"), row.get("standing"), _is_typed(row), row[column.name] is None)
            if kind in seen:
                continue  # one row of each kind
            seen.add(kind)
            change = table.update().where(_of(table, row)).values({column.name: _other(column, row[column.name])})
            if table is schema.delivery and column.name in MOMENTS and _is_outside(table, column.name, row):
                found = target.after(change)
                assert bool(found) is (row[column.name] is None), (column.name, row)
                if row[column.name] is not None:
                    assert target.after(table.update().where(_of(table, row)).values({column.name: None})), (column.name, row)
                continue
            assert bool(target.after(change)) is not _is_outside(table, column.name, row), (column.name, row)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_row_deleted(target: Target, table: Table) -> None:
    for row in target.rows(table):
        is_held = table.name not in ALL_OUTSIDE and not _is_typed(row)
        assert bool(target.after(table.delete().where(_of(table, row)))) is is_held, row


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_row_put_in(target: Target, table: Table) -> None:
    row = target.rows(table)[0]
    for column in table.columns:
        if column.primary_key or column.name in _unique(table):
            row[column.name] = _other(column, row[column.name])
    assert bool(target.after(table.insert().values(row))) is (table.name not in ALL_OUTSIDE)


def _unique(table: Table) -> set[str]:
    """Name the columns of which no two rows may have the same."""
    constraints = (column for one in table.constraints if isinstance(one, UniqueConstraint) for column in one.columns)
    return {column.name for column in (*constraints, *(column for one in table.indexes if one.unique for column in one.columns))}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_emptied(target: Target, table: Table) -> None:
    assert bool(target.after(table.delete())) is (table.name not in ALL_OUTSIDE)


@pytest.mark.parametrize("table", [*TABLES, schema.audit], ids=lambda table: table.name)
def test_whatever_is_put_in_the_place_of_anything_is_no_end_of_verifying(target: Target, table: Table) -> None:
    if target.connection.dialect.name != "sqlite":
        return  # it takes only what its columns are for
    unique = _unique(table)
    values = (b"\xff", "[]", '{"counted":5}', '{"cases":[1]}') if table is schema.audit else (b"\xff",)
    for name in [column.name for column in table.columns if not column.primary_key and column.name not in unique]:
        for value in values:
            target.after(table.update().values({name: type_coerce(value, LargeBinary if isinstance(value, bytes) else Text)}))


def test_what_is_outside_has_a_reason_in_the_documents() -> None:
    page = (Path(__file__).parents[4] / "docs" / "security.md").read_text()
    for table, columns in OUTSIDE.items():
        for column, reason in columns.items():
            assert column in schema.metadata.tables[table].columns
            assert f"`{column}`" in page, (table, column)
            assert reason in page, (table, column)
