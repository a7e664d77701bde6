# ruff: noqa: S608  # an intruder's statements, on a journal made for them
"""A journal that an intruder changes again and again, and that is put back to what it was after each change."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from sqlalchemy import Engine

from gateway.journal.store.database import database_file, is_sqlite, open_reader, open_writer
from gateway.journal.verification.findings import VerifyReport
from gateway.journal.verification.verify import verify
from tests.gateway.journal.filled import HMAC_KEY, Filled

#: What is put back, parents before children.
_TABLES = ("meta", "service_definition", "application", "delivery", "payload", "audit", "chain")


class Journal:
    """A journal that is put back to what it was after each change."""

    def __init__(self, filled: Filled) -> None:
        self.filled = filled
        self._file = database_file(filled.url) if is_sqlite(filled.url) else None
        self._heads = filled.heads.read_bytes()
        self._engines: tuple[Engine, ...] = ()
        if self._file is not None:
            shutil.copy(self._file, self._kept)
        else:
            self._engines = (open_writer(filled.url), open_reader(filled.url))  # held open: hundreds of changes follow
            self._run("CREATE SCHEMA kept", *(f"CREATE TABLE kept.{table} AS TABLE public.{table}" for table in _TABLES))

    def close(self) -> None:
        for engine in self._engines:
            engine.dispose()

    @property
    def _kept(self) -> Path:
        assert self._file is not None
        return self._file.with_suffix(".kept")

    def after(self, *statements: str) -> VerifyReport:
        """Verify after these statements, run on the database as an intruder would."""
        self._run(*statements)
        try:
            if self._file is not None:
                return self.filled.verify()
            return verify(self._engines[1], self.filled.heads, self.filled.key.public_key(), HMAC_KEY)
        finally:
            self.restore()

    def _run(self, *statements: str) -> None:
        if self._file is not None:
            connection = sqlite3.connect(self._file, isolation_level=None)
            for statement in statements:
                connection.execute(statement)
            connection.close()
        else:
            with self._engines[0].begin() as opened:
                for statement in statements:
                    opened.exec_driver_sql(statement)

    def restore(self) -> None:
        self.filled.heads.write_bytes(self._heads)
        if self._file is not None:
            shutil.copy(self._kept, self._file)
        else:
            self._run(f"TRUNCATE {', '.join(_TABLES)} CASCADE", *(f"INSERT INTO {table} SELECT * FROM kept.{table}" for table in _TABLES))
