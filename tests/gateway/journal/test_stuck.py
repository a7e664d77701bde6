"""What is looked for goes along indexes, a bounded piece at a time. What is found: tests of the watchdog."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from gateway.journal import schema, stuck
from gateway.journal.database import open_reader
from gateway.model.delivery import Action, DeliveryState
from tests.gateway.api.cases import NOON, Journal, a_delivery, an_application


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
        for state, kind in stuck.SILENT:
            stuck.silent(connection, state, kind, "")
        stuck.leases_over(connection, NOON)
        stuck.overdue(connection, "tax", Action.SUBMIT, NOON)
        statements = [one for one in asked if one[0].lstrip().startswith("SELECT")]
        assert len(statements) == 2 * len(stuck.SILENT) + 2
        for sql, values in statements:
            plan = [row[3] for row in connection.exec_driver_sql("EXPLAIN QUERY PLAN " + sql, values)]
            assert not [step for step in plan if step.startswith(("SCAN delivery", "SCAN other"))], (sql, plan)
    engine.dispose()


def test_one_read_ends_where_its_reach_does(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stuck, "REACH", 2)
    case = an_application()
    made = [a_delivery(case, f"s{n}", due_at=None if n == 2 else NOON) for n in range(3)]
    journal.add(case, made)
    made.sort(key=lambda one: one.id)
    engine = open_reader(journal.url)
    with engine.connect() as connection:
        first, after = stuck.silent(connection, DeliveryState.READY, stuck.Kind.NO_TIME, "")
        then, end = stuck.silent(connection, DeliveryState.READY, stuck.Kind.NO_TIME, after or "")
    assert (after, end) == (made[1].id, None)
    assert [one.delivery_id for one in (*first, *then)] == [one.id for one in made if one.due_at is None]
    engine.dispose()


def test_who_is_paused(journal: Journal) -> None:
    rows = [{"name": name, "paused": name == "tax", "changed_at": 1, "version": 1} for name in ("tax", "marriage")]
    journal.insert(schema.department_control, *rows)
    engine = open_reader(journal.url)
    with engine.connect() as connection:
        assert stuck.paused(connection) == {"tax"}
    engine.dispose()
