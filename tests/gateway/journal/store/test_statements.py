"""Statements for many rows: right on both stores, whatever else the rows hold."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, bindparam, select, update
from sqlalchemy.exc import IntegrityError

from gateway.journal.store import schema
from gateway.journal.store.database import open_writer
from gateway.journal.store.statements import Among, Many, inserted

META = schema.meta
COLUMNS = ("key", "value")


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    made = open_writer(store_url)
    yield made
    made.dispose()


def found(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        rows = connection.execute(select(META.c.key, META.c.value).where(META.c.key.startswith("t-")))
        return {row.key: row.value for row in rows}


def test_rows_are_put_in_and_changed_by_the_many(engine: Engine) -> None:
    given = [{"key": f"t-{number}", "value": str(number)} for number in range(1000)]
    change = Many(update(META).where(META.c.key == bindparam("b_key")).values(value=bindparam("value")))
    with engine.begin() as connection:
        assert inserted(META, COLUMNS).execute(connection, given) == 1000
        assert (
            change.execute(connection, [{"b_key": "t-1", "value": "%s ? :x", "more": "is left out"}, {"b_key": "none", "value": "x"}]) == 1
        )
        assert change.execute(connection, iter(())) == 0
    assert found(engine) == {row["key"]: row["value"] for row in given} | {"t-1": "%s ? :x"}


def test_one_wrong_row_and_the_error_is_sqlalchemys(engine: Engine) -> None:
    row = {"key": "t-1", "value": "x"}
    with pytest.raises(IntegrityError), engine.begin() as connection:
        inserted(META, COLUMNS).execute(connection, [row, row])
    assert found(engine) == {}


def test_rows_are_found_by_many_values_and_by_pairs_of_them(engine: Engine) -> None:
    odd = ["t-'; --", 't-"[]{}\\', "t-%s?", "t-中文"]
    given = [{"key": f"t-{number}", "value": str(number % 2)} for number in range(1000)] + [{"key": key, "value": "x"} for key in odd]
    by_key = Among(select(META), META.c.key)
    by_pair = Among(select(META.c.key), META.c.key, META.c.value)
    with engine.begin() as connection:
        inserted(META, COLUMNS).execute(connection, given)
        assert by_key.execute(connection, iter(())) == []
        assert by_key.execute(connection, ["t-7", "nobody"]) == [{"key": "t-7", "value": "1"}]
        assert len(by_key.execute(connection, [row["key"] for row in given])) == len(given)
        pairs = [("t-1", "1"), ("t-2", "1"), ("t-3", "0"), *((key, "x") for key in odd)]
        assert {row["key"] for row in by_pair.execute(connection, pairs)} == {"t-1", *odd}


def test_a_statement_is_made_once_for_each_set_of_columns() -> None:
    assert inserted(META, COLUMNS) is inserted(META, COLUMNS)
