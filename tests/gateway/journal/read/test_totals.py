"""The journal in numbers: right on both stores, each along an index."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from gateway.journal.read.lists import id_time
from gateway.journal.read.totals import Totals, count
from gateway.journal.store.database import open_reader
from gateway.model.application import ApplicationState
from gateway.model.delivery import DeliveryState
from tests.gateway.api.sample_cases import Journal, a_delivery, an_application
from tests.plans import Plans

HOUR = 3600 * 1_000_000


@pytest.fixture
def reader(store_url: str) -> Iterator[Engine]:
    engine = open_reader(store_url)
    yield engine
    engine.dispose()


@pytest.fixture
def journal(store_url: str) -> Iterator[Journal]:
    made = Journal(store_url)
    yield made
    made.engine.dispose()


def counted(reader: Engine) -> Totals:
    with reader.connect() as connection:
        return count(connection, ["marriage", "tax"])


def test_an_empty_journal(journal: Journal, reader: Engine) -> None:
    found = counted(reader)
    assert (found.ended, found.applications, found.attention, found.past_due, found.oldest) == ({}, {}, 0, {}, {})


def test_applications_and_deliveries_by_state_the_oldest_and_those_past_their_date(journal: Journal, reader: Engine) -> None:
    now = time.time_ns() // 1000
    late, early = now - HOUR, now + HOUR
    approved = [
        an_application(state=ApplicationState.APPROVED, due_at=late, ended_at=now - 2 * HOUR),
        an_application(state=ApplicationState.APPROVED, due_at=late, ended_at=now),
    ]
    first = an_application(due_at=early)
    others = [an_application(due_at=late, needs_attention=True), an_application(due_at=None)]
    returned = an_application(state=ApplicationState.RETURNED, due_at=late)
    for one in approved:
        journal.add(one, [a_delivery(one, "do", department="tax", state=DeliveryState.APPROVED)])
    for one in (first, *others):
        journal.add(one, [a_delivery(one, "do", department="tax", state=DeliveryState.HELD)])
    journal.add(returned, [a_delivery(returned, "do", department="marriage", state=DeliveryState.RETURNED)])
    plans = Plans()
    with plans.watching():
        found = counted(reader)
    assert found.ended == {("tax", "approved"): 2}
    assert found.applications == {"approved": 2, "in_progress": 3, "returned": 1}
    assert found.attention == 1
    assert found.past_due == {"in_progress": 1, "returned": 1}
    assert found.oldest == {"in_progress": id_time(first.id), "returned": id_time(returned.id)}
    assert now <= found.counted_at
    assert plans.scans(journal.engine) == []
