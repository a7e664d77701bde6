"""What waits for a person, and what is due next: the oldest first, bounded, of one's own cases alone, each along an index."""

from __future__ import annotations

from sqlalchemy import Engine

from gateway.journal.read.attention import Awaited, due_next, waiting
from gateway.model.application import Reach
from gateway.model.delivery import DeliveryState
from tests.gateway.api.sample_cases import NOON, Journal, a_delivery, an_application
from tests.plans import Plans

S = DeliveryState
HOUR = 3_600_000_000
HALL = Reach(group="hall", callers=frozenset())


def found(reader: Engine, reach: Reach | None = None, most: int = 10, states: tuple[DeliveryState, ...] = (S.HELD, S.IN_DOUBT)) -> Awaited:
    with reader.connect() as connection:
        return waiting(connection, states, reach, most, lambda count: count())


def test_held_ones_and_those_in_doubt_that_nobody_settles(journal: Journal, reader: Engine) -> None:
    mine, other = an_application(owner_group="hall"), an_application()
    held = a_delivery(mine, "tax", state=S.HELD, due_at=None)
    doubt = a_delivery(other, "tax", state=S.IN_DOUBT, due_at=None)
    asked = a_delivery(mine, "marriage", position=1, state=S.IN_DOUBT, due_at=NOON)
    asking = a_delivery(other, "marriage", position=1, state=S.IN_DOUBT, due_at=None, lease_owner=held.id, lease_until=NOON)
    returned = a_delivery(other, "home", position=2, state=S.RETURNED, due_at=None)
    journal.add(mine, [held, asked])
    journal.add(other, [doubt, asking, returned])
    plans = Plans()
    with plans.watching():
        all_of_them, first, own = found(reader), found(reader, most=1), found(reader, HALL)
        with_returned = found(reader, states=(S.RETURNED, S.HELD))
    assert [one.id for one, _ in all_of_them.first] == [held.id, doubt.id]
    assert [case.id for _, case in all_of_them.first] == [mine.id, other.id]
    assert (all_of_them.count, all_of_them.asked) == (2, 2)
    assert ([one.id for one, _ in first.first], first.count) == ([held.id], 2)
    assert ([one.id for one, _ in own.first], own.count, own.asked) == ([held.id], 1, 1)
    assert {one.id for one, _ in with_returned.first} == {held.id, returned.id}
    assert plans.scans(journal.engine) == []


def test_nothing_waits(reader: Engine) -> None:
    assert found(reader) == Awaited(first=(), count=0, asked=0)


def test_what_is_due_first_comes_first(journal: Journal, reader: Engine) -> None:
    late = an_application(due_at=NOON + 2 * HOUR, owner_group="hall")
    soon = an_application(due_at=NOON + HOUR)
    for one in (late, soon, an_application(due_at=None), an_application(due_at=NOON, ended_at=NOON)):
        journal.add(one, [])
    plans = Plans()
    with plans.watching(), reader.connect() as connection:
        assert [one.id for one in due_next(connection, None, 5)] == [soon.id, late.id]
        assert [one.id for one in due_next(connection, None, 1)] == [soon.id]
        assert [one.id for one in due_next(connection, HALL, 5)] == [late.id]
    assert plans.scans(journal.engine) == []
