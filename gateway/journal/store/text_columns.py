"""Columns of text that both stores compare alike: by their bytes, as Python does.

SQLite does so by itself. PostgreSQL goes by its database's language, where ``outcome:`` and ``outcome;`` are the same word and an index
serves no prefix. So each column says ``COLLATE "C"``, so that any database will do. Tables and migrations take their text from here.
"""

from __future__ import annotations

import sqlalchemy
from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql import TEXT, VARCHAR
from sqlalchemy.types import TypeDecorator, TypeEngine


class String(TypeDecorator[str]):
    """Text of at most ``length`` characters (which PostgreSQL holds to)."""

    impl = sqlalchemy.String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """Give the column's type on that store."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(VARCHAR(self.length, collation="C"))
        return dialect.type_descriptor(sqlalchemy.String(self.length))


class LongText(TypeDecorator[str]):
    """Text of any length."""

    impl = sqlalchemy.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """Give the column's type on that store."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TEXT(collation="C"))
        return dialect.type_descriptor(sqlalchemy.Text())
