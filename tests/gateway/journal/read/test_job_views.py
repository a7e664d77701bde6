"""A job is shown by its row, what it has done, and where those deliveries stand now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from gateway.journal.read import job_views
from gateway.journal.read.selection import Selection
from gateway.journal.store import schema
from gateway.journal.store.database import open_reader
from gateway.model.delivery import DeliveryState
from gateway.model.identifiers import new_id
from tests.gateway.api.sample_cases import NOON, Journal, a_delivery, an_application

S = DeliveryState


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path)
    yield journal
    journal.engine.dispose()


def test_a_report_joins_what_was_done_with_where_it_stands_now(journal: Journal) -> None:
    wanted = Selection(states=(S.HELD,), department="tax", updated_before=NOON)
    ids = [new_id() for _ in range(3)]
    for number, job in enumerate(ids):
        row = {
            "id": job, "caller": "c", "key": str(number), "body_hmac": "", "state": "running" if number else "ended", "selected": 3,
            "filter": orjson.dumps({"filter": wanted.as_json(), "departments": {"tax": 3}}).decode(), "created_at": NOON, "version": 1,
            "last": new_id(),
        }  # fmt: skip
        journal.insert(schema.job, row)
    case = an_application()
    made = [a_delivery(case, f"s{n}", state=state) for n, state in enumerate((S.APPROVED, S.READY, S.IN_DOUBT))]
    journal.add(case, made)
    for one, result in zip(made, ("released", "released", "never"), strict=True):
        journal.insert(schema.job_delivery, {"job_id": ids[0], "delivery_id": one.id, "at": NOON, "result": result})
    journal.insert(schema.payload, {"application_id": "-", "part": f"note:job:{ids[0]}", "revision": 1, "blob": "已修复".encode()})
    engine = open_reader(journal.url)
    with engine.connect() as connection:
        report = job_views.report(connection, ids[0])
        assert report is not None
        assert (report.job.selection, report.job.departments) == (wanted, {"tax": 3})
        assert (report.results, report.now) == ({"released": 2, "never": 1}, {S.APPROVED: 1, S.READY: 1})
        assert report.reason == "已修复"
        assert job_views.report(connection, new_id()) is None
        assert [job.id for job in job_views.running(connection)] == sorted(ids[1:])
        assert [job.id for job in job_views.several(connection, None, 9)] == sorted(ids, reverse=True)
        assert [job.id for job in job_views.several(connection, sorted(ids)[1], 9)] == sorted(ids)[:1]
        each = job_views.deliveries(connection, ids[0], None, None, 9)
        assert [(d.result, d.state) for d in each] == [("released", S.APPROVED), ("released", S.READY), ("never", S.IN_DOUBT)]
        assert [d.delivery_id for d in job_views.deliveries(connection, ids[0], "released", each[0].delivery_id, 9)] == [
            each[1].delivery_id
        ]
    engine.dispose()
