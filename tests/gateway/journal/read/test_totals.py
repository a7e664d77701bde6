"""The journal in numbers: right on both stores, each along an index, and a dear count used again for twenty times as long as it took."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import count as numbers
from typing import Any

import pytest
from sqlalchemy import Engine, event

from gateway.journal.read.lists import id_time
from gateway.journal.read.totals import Counts, Queue, Today, Totals, count, queues, today
from gateway.journal.store.database import open_reader
from gateway.model.application import ApplicationState, EndReason
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


class Clock:
    """A clock that goes on by ``step`` seconds at each look."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def held(journal: Journal, department: str) -> None:
    case = an_application()
    journal.add(case, [a_delivery(case, "do", department=department, state=DeliveryState.HELD)])


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


@pytest.mark.parametrize(("step", "again"), [(0.001, True), (1.0, False)])
def test_a_dear_count_is_used_again_until_its_time_is_over(step: float, again: bool) -> None:  # noqa: FBT001  # a parameter of the test
    clock, made = Clock(step), numbers(1)
    counts: Counts[int] = Counts(clock)
    assert counts.of("all", lambda: next(made)) == 1
    assert counts.of("all", lambda: next(made)) == (2 if again else 1)
    assert counts.of("other", lambda: next(made)) == (3 if again else 2), "what was not asked before is counted"
    clock.now += 20 * step
    assert counts.of("all", lambda: next(made)) == (4 if again else 3)


def test_counting_stays_below_a_twentieth_of_the_time() -> None:
    clock, spent = Clock(0), 0.0
    counts: Counts[None] = Counts(clock)

    def dear() -> None:
        nonlocal spent
        clock.now += 0.3
        spent += 0.3

    while clock.now < 1000:
        counts.of("all", dear)
        clock.now += 0.01
    assert 0.04 < spent / clock.now < 0.05


@pytest.mark.parametrize(("step", "again"), [(0.001, True), (1.0, False)])
def test_queues_that_are_dear_to_count_are_used_again(journal: Journal, reader: Engine, step: float, again: bool) -> None:  # noqa: FBT001  # a parameter of the test
    clock = Clock(step)
    counts: Counts[dict[str, Queue]] = Counts(clock)
    counted: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "count(" in statement:
            counted.append(statement)

    event.listen(reader, "before_cursor_execute", note)
    held(journal, "tax")
    with reader.connect() as connection:
        first = queues(counts, connection, ["tax", "marriage"])
    assert first["tax"].open == {DeliveryState.HELD: 1}
    assert first["marriage"].oldest is None
    held(journal, "tax")
    with reader.connect() as connection:
        second = queues(counts, connection, ["marriage", "tax"])
        assert second["tax"].open == {DeliveryState.HELD: 2 if again else 1}
        assert (second["tax"].counted_at > first["tax"].counted_at) is again
        clock.now += 20 * step
        assert queues(counts, connection, ["tax", "marriage"])["tax"].open == {DeliveryState.HELD: 2}
        assert queues(counts, connection, ["tax"])["tax"].open == {DeliveryState.HELD: 2}, "what was not asked before is counted"
    assert len(counted) == (4 if again else 3)


def _came(journal: Journal, service: str, number: int, **changes: Any) -> None:
    for _ in range(number):
        journal.add(an_application(service=service, **changes), [], form=None)


def _today(reader: Engine, listed: Sequence[str] = ("passport", "retirement"), most: int = 80, since: int = HOUR) -> Today:
    with reader.connect() as connection:
        return today(connection, ["passport", "retirement", "newlywed"], listed, time.time_ns() // 1000 - since, most)


def test_cases_of_a_day_are_told_in_fives_of_their_kind(journal: Journal, reader: Engine) -> None:
    assert _today(reader) == Today(received=0, done=0, cases=())
    _came(journal, "newlywed", 9)
    seen = []
    for _ in range(12):
        _came(journal, "passport", 1)
        seen.append(len(_today(reader).cases))
    assert seen == [0, 0, 0, 0, 5, 5, 5, 5, 5, 10, 10, 10], "none comes alone"
    _came(journal, "retirement", 4)
    found = _today(reader)
    assert (found.received, {case.service for case in found.cases}) == (25, {"passport"})
    _came(journal, "retirement", 1)
    newest = _today(reader, most=7).cases
    assert [case.service for case in newest] == ["retirement"] * 5 + ["passport"] * 2
    assert [case.number for case in newest] == sorted((case.number for case in newest), reverse=True)
    assert _today(reader, listed=("newlywed",)).cases[0].service == "newlywed"
    assert _today(reader, since=-HOUR).received == 0, "what came before the midnight is of another day"


def test_what_was_entered_by_mistake_is_told_of_nobody(journal: Journal, reader: Engine) -> None:
    plans = Plans()
    _came(journal, "passport", 5, state=ApplicationState.APPROVED)
    _came(journal, "passport", 4, state=ApplicationState.REJECTED)
    _came(journal, "passport", 1, state=ApplicationState.WITHDRAWN, end_reason=EndReason.VOIDED)
    _came(journal, "retirement", 4)
    _came(journal, "retirement", 1, state=ApplicationState.WITHDRAWN, end_reason=EndReason.VOIDED)
    with plans.watching():
        found = _today(reader)
    assert plans.scans(journal.engine) == []
    assert (found.received, found.done) == (15, 9)
    assert [case.service for case in found.cases] == ["passport"] * 9, "of the other kind four are left"
