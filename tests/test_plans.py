"""The control of the check that every statement uses an index: a statement without one is found."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from gateway.journal.store import schema
from gateway.journal.store.database import migrate, open_writer
from gateway.journal.store.statements import Among
from tests.plans import Plans

KEYS = schema.idempotency.c


def test_a_statement_along_no_index_is_found_once_and_one_along_an_index_is_not(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/journal.db"
    migrate(url)
    engine, plans = open_writer(url), Plans()
    with plans.watching(), engine.connect() as connection:
        Among(select(schema.idempotency), KEYS.caller, KEYS.key).execute(connection, [("a", "b")])
        Among(select(KEYS.body_hmac), KEYS.key).execute(connection, ["b"])
        connection.execute(select(schema.payload)).all()  # a test's own
    [found] = plans.scans(engine)
    assert found.startswith("SCAN idempotency")
    assert "body_hmac" in found
    assert plans.scans(engine) == []
    engine.dispose()
