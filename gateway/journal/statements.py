"""Statements made once and handed to the driver many rows at a time.

SQLAlchemy writes the SQL for whichever store it is; what it would do again for every row (name the parameters, ask each column's
type how to bind it) is left out, since the journal's rows already hold what both drivers take as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Table, Update, insert

from gateway.journal.records import Row


class Many:
    """One statement for many rows. ``statement`` names its parameters by ``bindparam``; rows may hold more than it asks for."""

    def __init__(self, statement: Insert | Update, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns = list(columns) if columns is not None else None
        self._made: dict[str, tuple[str, Any]] = {}

    def execute(self, connection: Connection, rows: Iterable[Row]) -> int:
        """Run it for these rows; gives how many rows of the table it met. Raises what SQLAlchemy raises."""
        given = list(rows)
        if not given:
            return 0
        sql, pick = self._made.get(connection.dialect.name) or self._make(connection.dialect)
        return connection.exec_driver_sql(sql, list(map(pick, given))).rowcount

    def _make(self, dialect: Dialect) -> tuple[str, Any]:
        compiled: Any = self._statement.compile(dialect=dialect, column_keys=self._columns)
        # Named parameters take the row as it is; positional ones its values in the statement's order.
        pick = itemgetter(*compiled.positiontup) if compiled.positional else dict
        made = self._made[dialect.name] = str(compiled), pick
        return made


@lru_cache(maxsize=100)
def inserted(table: Table, columns: tuple[str, ...]) -> Many:
    """The statement that inserts rows of these columns."""
    return Many(insert(table), columns)
