"""Deliveries for a repair of many are found by every part of a filter, in order of arrival, along indexes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from gateway.journal.read import selection
from gateway.journal.read.selection import Selection
from gateway.journal.store import schema
from gateway.journal.store.database import open_reader
from gateway.model.delivery import Action, Delivery, DeliveryState
from gateway.model.identifiers import new_id
from tests.gateway.api.sample_cases import NOON, Journal, a_delivery, an_application

S = DeliveryState
LAST = "ffffffff-ffff-ffff-ffff-ffffffffffff"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path)
    yield journal
    journal.engine.dispose()


@pytest.fixture
def connection(journal: Journal) -> Iterator[Connection]:
    engine = open_reader(journal.url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def held(journal: Journal, *, service: str = "newlywed", received_at: int = NOON, **changes: Any) -> Delivery:
    case = an_application(service=service, received_at=received_at)
    made = a_delivery(case, "tax", **{"state": S.HELD, "due_at": None, "attempts": 1, "problem": "http_400", **changes})
    journal.add(case, [made])
    return made


def found(connection: Connection, wanted: Selection, department: str = "tax", **more: Any) -> list[str]:
    asked = {"after": None, "last": LAST, "before": NOON * 2, "limit": 50, **more}
    return [one.id for one in selection.page(connection, wanted, department, **asked)]


def test_every_part_of_a_filter_counts(journal: Journal, connection: Connection) -> None:
    one = held(journal)
    others = {
        "states": held(journal, state=S.IN_DOUBT, doubt_since=NOON),
        "operation": held(journal, operation="other"),
        "service": held(journal, service="passport"),
        "problem": held(journal, problem="timeout"),
        "updated": held(journal, updated_at=NOON + 9),
    }
    for name, wanted in {
        "states": Selection(states=(S.HELD,)),
        "operation": Selection(operation="register"),
        "service": Selection(service="newlywed"),
        "problem": Selection(problem="http_400"),
        "updated": Selection(updated_before=NOON),
    }.items():
        ids = found(connection, wanted)
        assert one.id in ids, name
        assert others[name].id not in ids, name
    assert found(connection, Selection(updated_after=NOON + 9)) == [others["updated"].id]
    assert found(connection, Selection(ids=(one.id,))) == [one.id]
    assert found(connection, Selection(department="marriage")) == []
    assert len(found(connection, Selection())) == 6


def test_times_of_receipt_are_of_the_application(journal: Journal, connection: Connection) -> None:
    from gateway.journal.read.lists import id_time

    made = held(journal)
    filed = id_time(made.id)
    with journal.engine.begin() as writing:
        writing.execute(schema.application.update().values(received_at=filed))
    assert found(connection, Selection(received_after=filed, received_before=filed)) == [made.id]
    assert found(connection, Selection(received_after=filed + 1)) == []
    assert found(connection, Selection(received_before=filed - 1)) == []


def test_pages_go_on_in_order_of_arrival_over_both_states(journal: Journal, connection: Connection) -> None:
    made = [held(journal, state=state, doubt_since=NOON) for state in (S.HELD, S.IN_DOUBT, S.IN_DOUBT, S.HELD)]
    ids = sorted(one.id for one in made)
    assert found(connection, Selection(), limit=3) == ids[:3]
    assert found(connection, Selection(), after=ids[2]) == ids[3:]
    assert found(connection, Selection(), last=ids[1]) == ids[:2]
    assert found(connection, Selection(), before=NOON - 1) == []


def test_what_never_went_out_is_marked(journal: Journal, connection: Connection) -> None:
    fresh = held(journal, attempts=0)
    held(journal)
    marked = selection.page(connection, Selection(), "tax", after=None, last=LAST, before=NOON, limit=9)
    assert [one.id for one in marked if one.fresh] == [fresh.id]


def test_groups_part_what_the_resend_rule_parts(journal: Journal, connection: Connection) -> None:
    held(journal)
    latest = held(journal)
    held(journal, state=S.IN_DOUBT, doubt_since=NOON, first_sent_at=NOON)
    held(journal, state=S.IN_DOUBT, doubt_since=NOON, first_sent_at=NOON + 10)
    held(journal, state=S.IN_DOUBT, doubt_since=NOON, lease_owner="n", lease_until=NOON)
    groups = {(g.state.value, g.doubt, g.leased): g for g in selection.groups(connection, Selection())}
    assert {key: group.count for key, group in groups.items()} == {
        ("held", False, False): 2,
        ("in_doubt", True, False): 2,
        ("in_doubt", True, True): 1,
    }
    assert groups["held", False, False].last == latest.id
    doubtful = groups["in_doubt", True, False]
    assert [selection.remembered(connection, Selection(), doubtful, since) for since in (NOON, NOON + 1, NOON + 11)] == [2, 1, 0]


def test_what_a_job_has_on_its_way_is_counted_up_to_a_bound(journal: Journal, connection: Connection) -> None:
    job = new_id()
    row = {"id": job, "caller": "c", "key": "k", "body_hmac": "", "filter": "{}", "state": "running", "selected": 1, "created_at": 1}
    journal.insert(schema.job, {**row, "version": 1})
    find = {"state": S.IN_DOUBT, "action": Action.FIND, "doubt_since": NOON}
    ways: dict[str, dict[str, Any]] = {
        "ready": {"state": S.READY, "due_at": NOON + 99},
        "sending": {"state": S.SENDING, "lease_owner": "n", "lease_until": NOON},
        "asked": {**find, "due_at": NOON},
        "asking": {**find, "lease_owner": "n", "lease_until": NOON},
        "asked later": {**find, "due_at": NOON + 1},
        "approved": {"state": S.APPROVED},
        "passed over": {"state": S.READY},
        "not the job's": {"state": S.READY},
    }
    made = {name: held(journal, **changes) for name, changes in ways.items()}
    results = {"passed over": "never", "not the job's": None}
    for name, one in made.items():
        if (result := results.get(name, "released")) is not None:
            journal.insert(schema.job_delivery, {"job_id": job, "delivery_id": one.id, "at": 1, "result": result})

    def count(most: int, until: str = LAST) -> int:
        return selection.under_way(connection, job, "tax", until=until, now=NOON, most=most)

    assert (count(100), count(3), count(100, until=made["ready"].id)) == (4, 3, 1)
    assert selection.looked_at(connection, job, "tax") == made["passed over"].id
    assert selection.looked_at(connection, job, "marriage") is None
    told = {(result, state): count for result, state, count in selection.results(connection, job)}
    assert told["released", "in_doubt"] == 3
    assert told["never", "ready"] == 1


def test_whatever_is_asked_goes_along_an_index(journal: Journal) -> None:
    engine = open_reader(journal.url)
    asked: list[tuple[str, Any]] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _cursor, sql, values, *_: asked.append((sql, values)))
    whole = Selection(
        department="tax", service="x", problem="p", updated_after=1, received_after=NOON, received_before=NOON, operation="o",
        ids=(new_id(),),
    )  # fmt: skip
    with engine.connect() as connection:
        for wanted in (Selection(), whole):
            selection.groups(connection, wanted)
            selection.page(connection, wanted, "tax", after=new_id(), last=LAST, before=NOON, limit=9)
        selection.under_way(connection, new_id(), "tax", until=LAST, now=NOON, most=9)
        selection.looked_at(connection, new_id(), "tax")
        selection.results(connection, new_id())
        statements = [one for one in asked if one[0].lstrip().startswith("SELECT")]
        assert len(statements) == 9
        for sql, values in statements:
            plan = [row[3] for row in connection.exec_driver_sql("EXPLAIN QUERY PLAN " + sql, values)]
            assert not [step for step in plan if step.startswith(("SCAN delivery", "SCAN job", "SCAN application"))], (sql, plan)
    engine.dispose()
