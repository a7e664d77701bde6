"""The statements go along indexes, a bounded piece at a time. Tests of the watchdog show what they find."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from gateway.journal.read import stuck
from gateway.journal.store import schema
from gateway.journal.store.database import open_reader
from gateway.model.delivery import Action, DeliveryState
from tests.gateway.api.sample_cases import NOON, Journal, a_delivery, an_application


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path)
    yield journal
    journal.engine.dispose()


def test_whatever_is_asked_goes_along_an_index(journal: Journal) -> None:
    engine = open_reader(journal.url)
    asked: list[tuple[str, Any]] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _cursor, sql, values, *_: asked.append((sql, values)))
    with engine.connect() as connection:
        stuck.silent(connection)
        stuck.nothing_open(connection, "")
        stuck.leases_over(connection, NOON)
        stuck.overdue(connection, "tax", Action.SUBMIT, NOON)
        statements = [one for one in asked if one[0].lstrip().startswith("SELECT")]
        assert len(statements) == 5
        for sql, values in statements:
            plan = [row[3] for row in connection.exec_driver_sql("EXPLAIN QUERY PLAN " + sql, values)]
            whole = [step for step in plan if step.startswith(("SCAN delivery", "SCAN other")) and "ix_delivery_silent" not in step]
            assert whole == [], sql
    engine.dispose()


def test_one_read_ends_where_its_reach_does(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stuck, "REACH", 2)
    case, right = an_application(), an_application()
    made = sorted((a_delivery(case, f"s{n}", state=DeliveryState.WAITING) for n in range(3)), key=lambda one: one.id)
    journal.add(case, made)
    journal.add(right, [a_delivery(right, "first", due_at=NOON), a_delivery(right, "second", state=DeliveryState.WAITING)])
    engine = open_reader(journal.url)
    with engine.connect() as connection:
        first, after = stuck.nothing_open(connection, "")
        then, end = stuck.nothing_open(connection, after or "")
        last, nothing = stuck.nothing_open(connection, end or "")
    assert (after, nothing, last) == (made[1].id, None, [])
    assert [one.delivery_id for one in (*first, *then)] == [one.id for one in made], "the other's first is open"
    engine.dispose()


def test_who_is_paused(journal: Journal) -> None:
    rows = [{"name": name, "paused": name == "tax", "changed_at": 1, "version": 1} for name in ("tax", "marriage")]
    journal.insert(schema.department_control, *rows)
    engine = open_reader(journal.url)
    with engine.connect() as connection:
        assert stuck.paused(connection) == {"tax"}
    engine.dispose()
