"""Queues are counted for every question while that is cheap, and now and then when it is dear."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event

from gateway.journal.read.queues import Queues
from gateway.journal.store.database import open_reader
from gateway.model.delivery import DeliveryState
from tests.gateway.api.sample_cases import Journal, a_delivery, an_application


class Clock:
    """A clock that goes on by ``step`` seconds at each look."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


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


def held(journal: Journal, department: str) -> None:
    case = an_application()
    journal.add(case, [a_delivery(case, "do", department=department, state=DeliveryState.HELD)])


@pytest.mark.parametrize(("step", "again"), [(0.001, True), (1.0, False)])
def test_a_dear_count_is_used_again_for_twenty_times_as_long(journal: Journal, reader: Engine, step: float, again: bool) -> None:  # noqa: FBT001  # a parameter of the test
    clock = Clock(step)
    queues = Queues(clock)
    counted: list[str] = []

    def counts(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "count(" in statement:
            counted.append(statement)

    event.listen(reader, "before_cursor_execute", counts)
    held(journal, "tax")
    with reader.connect() as connection:
        first = queues.of(connection, ["tax", "marriage"])
    assert first["tax"].open == {DeliveryState.HELD: 1}
    assert first["marriage"].oldest is None
    held(journal, "tax")
    with reader.connect() as connection:
        second = queues.of(connection, ["marriage", "tax"])
        assert second["tax"].open == {DeliveryState.HELD: 2 if again else 1}
        assert (second["tax"].counted_at > first["tax"].counted_at) is again
        clock.now += 20 * step
        assert queues.of(connection, ["tax", "marriage"])["tax"].open == {DeliveryState.HELD: 2}
        assert queues.of(connection, ["tax"])["tax"].open == {DeliveryState.HELD: 2}, "what was not asked before is counted"
    assert len(counted) == (4 if again else 3)
