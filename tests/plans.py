"""The query plan of every statement that the tests run: none may read the whole of a table that grows."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

import gateway

#: Tables that have a row or more for each application.
GROWS = frozenset({"application", "delivery", "party", "attempt", "payload", "idempotency", "inbox", "audit", "job_delivery"})
_GATEWAY = Path(gateway.__file__).parent
#: Functions that read a whole journal, for a person who asked for that.
_READS_ALL = frozenset({"verify", "replay", "findings", "seam", "backup", "restore", "replay_rows", "replay_parts", "entries", "baseline"})
#: A page of a list follows an index from its end and stops.
_STOPS = re.compile(r"\bLIMIT\b", re.IGNORECASE)
_SCANS = re.compile(r"\bSCAN (\w+)( USING)?|\bSeq Scan on (\w+)")


class Plans:
    """Remembers statements, and asks for the plan of each once."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._new: dict[str, Any] = {}

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Remember the statements run on any engine until the block ends."""

        def note(_connection: Connection, _cursor: object, sql: str, parameters: Any, _context: object, many: bool) -> None:  # noqa: FBT001  # SQLAlchemy's own signature
            if sql.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "WITH")) and sql not in self._seen and _is_ours():
                self._new.setdefault(sql, parameters[0] if many else parameters)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", note)

    def scans(self, engine: Engine) -> list[str]:
        """Name the new statements that read a whole growing table."""
        new, self._new = self._new, {}
        self._seen |= new.keys()
        found = []
        with engine.connect() as connection:
            if engine.dialect.name != "sqlite":  # PostgreSQL reads the small tables of tests whole, whatever indexes they have
                connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
            for sql, parameters in new.items():
                lines = [str(row[-1]) for row in connection.exec_driver_sql(explain + sql, parameters)]
                found += [f"{line.strip()}: {sql}" for line in lines if _whole(line, sql)]
            connection.rollback()
        return found


def _is_ours() -> bool:
    """Tell whether the gateway itself, in its daily work, runs the current statement. Tests may read tables as they like."""
    frame = sys._getframe(1)
    while frame.f_back is not None and ("sqlalchemy" in frame.f_code.co_filename or frame.f_code.co_filename == __file__):
        frame = frame.f_back
    place = Path(frame.f_code.co_filename)
    return place.is_relative_to(_GATEWAY) and place.stem not in _READS_ALL


def _whole(line: str, sql: str) -> bool:
    scan = _SCANS.search(line)
    if scan is None or (scan[1] or scan[3]) not in GROWS:
        return False
    return not (scan[2] and _STOPS.search(sql))
