"""A department's day: every round that was sent or answered on it, in its place, along indexes, whatever the size of a page."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine

from gateway.journal.read.insights import Insights
from gateway.journal.read.reconciliation import Day, Reconciled, reconciliation
from gateway.journal.store import schema
from gateway.journal.store.database import open_reader
from gateway.journal.store.records import attempt_row
from gateway.model.delivery import Action, Attempt, Delivery, DeliveryState
from gateway.model.identifiers import new_id
from tests.gateway.api.sample_cases import NOON, Journal, a_delivery, an_application
from tests.plans import Plans

#: Midnight before 2026-11-23 09:30 in China.
MIDNIGHT = NOON - int(9.5 * 3600) * 1_000_000
DAY = 86_400_000_000
HOUR, SECOND = 3_600_000_000, 1_000_000
TODAY = Day(department="tax", begins=MIDNIGHT, ends=MIDNIGHT + DAY)
S = DeliveryState


@pytest.fixture
def journal(store_url: str) -> Iterator[Journal]:
    journal = Journal(store_url)
    yield journal
    journal.engine.dispose()


@pytest.fixture
def insights(journal: Journal) -> Iterator[Insights]:
    """Open the read side, which never takes the whole of a table that grows."""
    engine: Engine = open_reader(journal.url)
    insights, plans = Insights(engine), Plans()
    with plans.watching():
        yield insights
    insights.close()
    engine.dispose()
    assert plans.scans(journal.engine) == []


def sent(journal: Journal, state: DeliveryState = S.APPROVED, department: str = "tax", **more: Any) -> Delivery:
    case = an_application()
    delivery = a_delivery(case, department, state=state, due_at=None, **more)
    journal.add(case, [delivery])
    return delivery


def attempted(journal: Journal, of: Delivery, at: int, result: str = "approved", **more: Any) -> None:
    values = {"epoch": 1, "round": of.round, "number": 1, "action": Action.SUBMIT, "ended_at": at + SECOND, **more}
    journal.insert(schema.attempt, attempt_row(Attempt(delivery_id=of.id, node=new_id(), started_at=at, result=result, **values)))


def called_back(journal: Journal, of: Delivery, at: int, outcome: str = "approved", **more: Any) -> None:
    row = {"department": of.department, "message_id": new_id(), "received_at": at, "key": of.key, "reference": None}
    journal.insert(schema.inbox, {**row, "outcome": outcome, "delivery_id": of.id, "standing": "applied", **more})


async def rows(insights: Insights, limit: int = 50, day: Day = TODAY) -> list[Reconciled]:
    """Read the whole day, by pages of that size."""
    found: list[Reconciled] = []
    cursor: str | None = None
    while True:
        page = await insights.read(partial(reconciliation, day=day, cursor=cursor, limit=limit))
        assert len(page.items) <= limit
        found += page.items
        if page.next is None:
            return found
        cursor = page.next


async def test_a_day_has_what_was_sent_on_it_and_nothing_else(journal: Journal, insights: Insights) -> None:
    first, last = sent(journal, reference="T-1"), sent(journal)
    before, after, other = sent(journal), sent(journal), sent(journal, department="marriage")
    attempted(journal, first, MIDNIGHT)
    attempted(journal, last, MIDNIGHT + DAY - SECOND // 2)
    attempted(journal, before, MIDNIGHT - HOUR)
    attempted(journal, after, MIDNIGHT + DAY)
    attempted(journal, other, NOON)
    found = await rows(insights)
    assert [one.delivery.id for one in found] == [first.id, last.id]
    one = found[0]
    assert (one.key, one.attempts, one.first_sent_at, one.last_sent_at) == (first.key, 1, MIDNIGHT, MIDNIGHT)
    assert (one.answer, one.answered_at, one.called_back, one.in_doubt) == ("approved", MIDNIGHT + SECOND, False, False)
    assert len(one.number) == 43
    assert found[1].answer is None, "it was answered after midnight"
    tomorrow = Day(department="tax", begins=MIDNIGHT + DAY, ends=MIDNIGHT + 2 * DAY)
    assert [(one.delivery.id, one.attempts, one.answer) for one in await rows(insights, day=tomorrow)] == [
        (last.id, 0, "approved"),
        (after.id, 1, "approved"),
    ]


async def test_attempts_of_a_round_are_one_row_and_each_round_has_its_own(journal: Journal, insights: Insights) -> None:
    again = sent(journal, round=2)
    attempted(journal, again, MIDNIGHT - 3 * HOUR, "timeout", round=1, epoch=1)
    attempted(journal, again, NOON, "http_503", round=1, epoch=2, number=2)
    attempted(journal, again, NOON + HOUR, "returned", round=1, epoch=3, number=3)
    attempted(journal, again, NOON + 2 * HOUR, "accepted", round=2, epoch=4)
    attempted(journal, again, NOON + 3 * HOUR, "approved", round=2, epoch=5, number=0, action=Action.POLL)
    found = await rows(insights)
    assert [(one.round, one.key, one.attempts, one.first_sent_at, one.last_sent_at, one.answer) for one in found] == [
        (1, f"{again.id.replace('-', '')}-1", 2, NOON, NOON + HOUR, "returned"),
        (2, again.key, 1, NOON + 2 * HOUR, NOON + 2 * HOUR, "approved"),
    ]


async def test_what_it_called_back_about_is_among_it_once(journal: Journal, insights: Insights) -> None:
    decided, both, elsewhere = sent(journal), sent(journal), sent(journal, department="marriage")
    attempted(journal, decided, MIDNIGHT - DAY, "accepted")
    called_back(journal, decided, NOON, "returned")
    called_back(journal, decided, NOON + HOUR)
    called_back(journal, decided, MIDNIGHT + DAY, "rejected")
    attempted(journal, both, NOON + SECOND, "accepted")
    called_back(journal, both, NOON + HOUR, "rejected", key=None, reference="R")
    called_back(journal, elsewhere, NOON)
    called_back(journal, decided, NOON, delivery_id=None, standing="waiting")
    assert [(one.delivery.id, one.attempts, one.answer, one.answered_at, one.called_back) for one in await rows(insights)] == [
        (decided.id, 0, "approved", NOON + HOUR, True),
        (both.id, 1, "rejected", NOON + HOUR, True),
    ]


async def test_a_call_under_way_is_told_by_its_delivery(journal: Journal, insights: Insights) -> None:
    leased: dict[str, Any] = {"lease_owner": new_id(), "lease_until": NOON + HOUR, "epoch": 3, "attempts": 2}
    first = sent(journal, S.SENDING, last_sent_at=NOON, **leased)
    second = sent(journal, S.SENDING, last_sent_at=NOON + HOUR, doubt_since=NOON, **leased)
    attempted(journal, second, NOON + SECOND, "timeout")
    called_back(journal, first, NOON + SECOND, "accepted")
    sent(journal, S.SENDING, last_sent_at=MIDNIGHT - 1, **leased)
    found = await rows(insights)
    assert [(one.delivery.id, one.attempts, one.first_sent_at, one.last_sent_at) for one in found] == [
        (first.id, 1, NOON, NOON),
        (second.id, 2, NOON + SECOND, NOON + HOUR),
    ]
    assert [(one.answer, one.in_doubt) for one in found] == [("accepted", False), (None, True)]


@pytest.mark.parametrize("result", ["crashed", "overtaken", "restored", "adapter_error", "no_adapter", "dns"])
async def test_an_attempt_that_no_reply_ended_is_no_answer(journal: Journal, insights: Insights, result: str) -> None:
    never, before, after, yesterday = sent(journal), sent(journal), sent(journal), sent(journal)
    attempted(journal, yesterday, MIDNIGHT - SECOND, result, ended_at=MIDNIGHT + HOUR)  # ended by our start, which is nothing of that day
    attempted(journal, never, NOON, result)
    attempted(journal, before, NOON + SECOND, "http_503")
    attempted(journal, before, NOON + HOUR, result, epoch=2, number=2)
    attempted(journal, after, NOON + 2 * SECOND, result)
    called_back(journal, after, NOON + HOUR)
    assert [(one.attempts, one.answer, one.answered_at, one.called_back) for one in await rows(insights)] == [
        (1, None, None, False),
        (2, "http_503", NOON + 2 * SECOND, False),
        (1, "approved", NOON + HOUR, True),
    ]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
async def test_pages_of_any_size_have_each_row_once(journal: Journal, insights: Insights, limit: int) -> None:
    for number in range(12):
        one = sent(journal)
        at = NOON + (number // 4) * SECOND  # several at once
        if number % 3 == 0:
            called_back(journal, one, at)
        else:
            attempted(journal, one, at)
            if number % 3 == 1:
                attempted(journal, one, at + SECOND, epoch=2, number=2)
    whole = await rows(insights, 100)
    assert len(whole) == 12
    assert await rows(insights, limit) == whole
