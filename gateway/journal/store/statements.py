"""Statements made once and handed to the driver: many rows at a time, or the rows that many values name.

SQLAlchemy writes the SQL for whichever store it is. The work that it would do again for every row or run (name the parameters, ask each
column's type how to bind it, write a list as long as the values are many) is left out, since the journal's rows already hold what both
drivers take as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Insert,
    Select,
    String,
    Table,
    Update,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite

from gateway.journal.store.records import Row

#: Rows that a stream fetches at a time.
_FETCHED = 200


class Many:
    """One statement for many rows. ``statement`` names its parameters by ``bindparam``. Rows may hold more than it asks for."""

    def __init__(self, statement: Insert | Update, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns = list(columns) if columns is not None else None
        self._made: dict[str, tuple[str, Any]] = {}

    def execute(self, connection: Connection, rows: Iterable[Row]) -> int:
        """Run it for these rows, and count the rows of the table that it met. Raises what SQLAlchemy raises."""
        given = list(rows)
        if not given:
            return 0
        sql, pick = self._made.get(connection.dialect.name) or self._make(connection.dialect)
        return connection.exec_driver_sql(sql, list(map(pick, given))).rowcount

    def _make(self, dialect: Dialect) -> tuple[str, Any]:
        compiled: Any = self._statement.compile(dialect=dialect, column_keys=self._columns)
        # Named parameters take the row as it is, positional ones its values in the statement's order.
        pick = itemgetter(*compiled.positiontup) if compiled.positional else dict
        made = self._made[dialect.name] = str(compiled), pick
        return made


class Among:
    """One query for the rows whose ``columns`` hold one of many texts (of a pair of columns: one of many pairs), along their index.

    The statement is the same however many they are.
    """

    def __init__(self, query: Select[Any], *columns: ColumnElement[str]) -> None:
        self._query = query
        self._columns = columns
        self._made: dict[str, str] = {}

    def execute(self, connection: Connection, values: Iterable[Any]) -> list[Row]:
        """Run it for these values, and give the rows, none for no values. Raises what SQLAlchemy raises."""
        these = list(values)
        if not these:
            return []
        on = connection.dialect
        sql = self._made.get(on.name) or self._make(on)
        given: Any
        if on.name == "sqlite":
            given = (orjson.dumps(these).decode(),)
        elif len(self._columns) == 1:
            given = {"these": these}
        else:
            given = {"these": [one for one, _ in these], "those": [other for _, other in these]}
        found = connection.exec_driver_sql(sql, given)
        names = list(found.keys())
        return [dict(zip(names, row, strict=True)) for row in found]

    def _make(self, on: Dialect) -> str:
        holds = _among_json(self._columns) if on.name == "sqlite" else _among_arrays(self._columns)
        made = self._made[on.name] = str(self._query.where(holds).compile(dialect=on))
        return made


def _among_json(columns: Sequence[ColumnElement[str]]) -> ColumnElement[bool]:
    """Build the condition for SQLite, which has no arrays: the values are one JSON text."""
    these = func.json_each(bindparam("these", type_=String)).table_valued("value").c.value
    if len(columns) == 1:
        return columns[0].in_(select(these))
    return tuple_(*columns).in_(select(*(func.json_extract(these, literal_column(f"'$[{place}]'")) for place in range(len(columns)))))


def _among_arrays(columns: Sequence[ColumnElement[str]]) -> ColumnElement[bool]:
    these, those = (bindparam(name, type_=ARRAY(String)) for name in ("these", "those"))
    if len(columns) == 1:
        return columns[0] == func.any(these)
    pairs = func.unnest(these, those).table_valued("this", "that").render_derived()
    return tuple_(*columns).in_(select(pairs.c.this, pairs.c.that))


def streamed(statement: Select[Any]) -> Select[Any]:
    """Have a query's rows fetched a few at a time: few enough not to wake the garbage collector, which took a sixth of the time."""
    return statement.execution_options(yield_per=_FETCHED)


@lru_cache(maxsize=100)
def inserted(table: Table, columns: tuple[str, ...]) -> Many:
    """Give the statement that inserts rows of these columns."""
    return Many(insert(table), columns)


def count_up(connection: Connection, count: Column[int], here: Mapping[str, str], more: int, *, first: int | None = None) -> int:
    """Add to one row's count, begun with ``first`` (or ``more``), and give it: one statement, so that nodes at once count each other."""
    table = count.table
    made = sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
    counted = (
        made.values(**here, **{count.name: more if first is None else first})
        .on_conflict_do_update(index_elements=list(here), set_={count.name: count + more})
        .returning(count)
    )
    return int(connection.execute(counted).scalar_one())
