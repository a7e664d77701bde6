"""Counts that are kept: whoever counts, when and how often, in the end they are what one count of everything is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, StaticPool, create_engine, func, select, update

from gateway.journal.hours import keeping as module
from gateway.journal.hours import pieces
from gateway.journal.hours.counting import Span, count
from gateway.journal.hours.figures import HOUR, hour_of
from gateway.journal.hours.keeping import KEPT, DueHours, KeepHours, due_hours
from gateway.journal.hours.pieces import PIECE, Pieces
from gateway.journal.hours.trends import trends
from gateway.journal.store import schema
from gateway.journal.store.records import application_row, delivery_row
from gateway.journal.writer.draft import Draft, Loaded
from gateway.model.application import ApplicationState
from gateway.model.delivery import DeliveryState
from gateway.model.errors import InDoubt
from tests.gateway.journal.conftest import STORES
from tests.gateway.journal.small import DIGEST, application, delivery
from tests.gateway.worlds.offices import ADAPTERS
from tests.gateway.worlds.world import World

BEGAN = 1_795_392_000_000_000  # the begin of an hour
NAMES = ("civil", "tax")


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> str:
    """Both stores."""
    return str(request.param)


async def fold(world: World) -> DueHours | None:
    with world.reader.connect() as connection:
        due = due_hours(connection, now=world.now)
        if due is None:
            return None
        counted = count(connection, due.span, ADAPTERS)
    await world.journal.write(KeepHours(due=due, counted=counted))
    return due


async def filed(world: World) -> int:
    """File a case, of which the host's clock says when, and let the world's go on from there. Gives its hour."""
    world.now = max(world.now, time.time_ns() // 1000)
    case = await world.file("office-safe")
    world.now = world.case(case).application.received_at
    return hour_of(world.now)


def settled(world: World, first: int) -> list[int]:
    """Give the hours that have settled, by their distance from the first."""
    h = schema.case_hour.c
    return [(row.hour - first) // HOUR for row in world.rows(select(h.hour).where(h.settled).order_by(h.hour))]


async def test_nothing_is_kept_before_there_is_a_case(world: World) -> None:
    assert await fold(world) is None


async def test_an_hour_settles_an_hour_after_its_end_and_what_was_missed_is_made_up(world: World) -> None:
    first = await filed(world)
    await world.run()
    for _ in range(2):
        due = await fold(world)
        assert due is not None
        assert (len(due.span.hours), due.more) == (1, False)
    assert settled(world, first) == []
    world.later(3600)
    await fold(world)
    assert settled(world, first) == []
    world.later(3600)
    await fold(world)
    assert settled(world, first) == [0]
    world.later(72 * 3600)  # the gateway was stopped over a weekend
    due = await fold(world)
    assert due is not None
    assert (len(due.span.hours), due.more) == (24, True)
    while due is not None and due.more:
        due = await fold(world)
    assert settled(world, first) == list(range(73)), "the hour before this one, and this one, are counted again"
    with world.reader.connect() as connection:
        span = Span(begins=hour_of(world.now) - 100 * HOUR, ends=hour_of(world.now) + HOUR)
        kept = trends(connection, span=span, departments=["office"])
        assert kept.total.received == 1
        assert kept.departments[0].total.sent == 1


async def test_an_hour_in_which_a_call_began_that_is_still_under_way_does_not_settle(world: World) -> None:
    world.offices["office"].says("submit", InDoubt("timeout"))
    first = await filed(world)
    await world.claim()
    world.later(5 * 3600)
    await fold(world)
    assert settled(world, first) == []
    await world.do(world.works.popleft())
    await fold(world)
    assert settled(world, first) == [0, 1, 2, 3]
    assert [tuple(row) for row in world.rows(select(schema.department_hour.c.hour, schema.department_hour.c.failed))] == [(first, 1)]


async def test_what_is_older_than_ninety_days_goes(world: World) -> None:
    first = await filed(world)
    await world.run()
    await fold(world)
    world.later(KEPT / 1_000_000)
    due = await fold(world)
    assert due is not None
    assert due.span.begins == first, "the oldest hour that is kept"
    world.later(3600)
    due = await fold(world)
    assert due is not None
    [oldest] = world.rows(select(func.min(schema.case_hour.c.hour)))[0]
    assert oldest == first + HOUR
    assert world.rows(select(schema.department_hour)) == []


async def test_what_another_node_has_just_counted_is_left_at_that(world: World) -> None:
    await filed(world)
    await fold(world)
    with world.reader.connect() as connection:
        for fresh, counted in ((world.now - 1, False), (world.now, True), (None, True)):
            assert (due_hours(connection, now=world.now, fresh=fresh) is not None) is counted


@dataclass(frozen=True)
class Call:
    """One call, with its case: both end with it or not at all."""

    department: str
    begins: int
    takes: int
    result: str


CALLS = st.builds(
    Call,
    department=st.sampled_from(NAMES),
    begins=st.integers(0, 4 * HOUR),
    takes=st.integers(0, 2 * HOUR),
    result=st.sampled_from(["approved", "found_rejected", "timeout", "accepted"]),
)
#: A count at a time, by one of two nodes, which writes it so many counts later.
COUNTS = st.lists(st.tuples(st.integers(0, 8 * HOUR), st.integers(0, 1), st.integers(0, 2)), max_size=6)


@contextmanager
def empty() -> Iterator[Connection]:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    tables = ("application", "delivery", "attempt", "inbox", "case_hour", "department_hour", "service_definition")
    with engine.connect() as connection:
        schema.metadata.create_all(connection, tables=[schema.metadata.tables[name] for name in tables])
        connection.execute(schema.service_definition.insert(), {"digest": DIGEST, "code": "x", "definition": "{}", "stored_at": BEGAN})
        yield connection
    engine.dispose()


def happens(connection: Connection, call: Call, number: int) -> tuple[Any, Any]:
    """Give what begins the call, and what ends it."""
    begins, ends = BEGAN + call.begins, BEGAN + call.begins + call.takes
    millis = f"{begins // 1000:012x}"
    case = application(f"N{number}", id=f"{millis[:8]}-{millis[8:]}-7000-8000-{number:012d}", received_at=begins, due_at=begins + HOUR)
    sent = delivery(
        case,
        department=call.department,
        state=DeliveryState.SENDING,
        lease_owner="n",
        lease_until=ends,
        last_sent_at=begins,
        updated_at=begins,
    )

    def begin() -> None:
        connection.execute(schema.application.insert(), application_row(case))
        connection.execute(schema.delivery.insert(), delivery_row(sent))

    def end() -> None:
        row = {
            "delivery_id": sent.id, "epoch": 1, "round": 1, "number": 1, "action": "submit", "node": "n",
            "started_at": begins, "ended_at": ends, "result": call.result, "detail": None,
        }  # fmt: skip
        connection.execute(schema.attempt.insert(), row)
        connection.execute(update(schema.delivery).where(schema.delivery.c.id == sent.id).values(lease_owner=None, state="approved"))
        state = ApplicationState.REJECTED.value if "rejected" in call.result else ApplicationState.APPROVED.value
        connection.execute(update(schema.application).where(schema.application.c.id == case.id).values(ended_at=ends, state=state))

    return begin, end


@dataclass
class Node:
    """A node that counts."""

    connection: Connection
    pieces: Pieces = field(default_factory=Pieces)
    read: int = 0  # pieces

    def count(self, now: int) -> KeepHours | None:
        due = due_hours(self.connection, now=now)
        if due is None:
            return None
        found = {piece: count(self.connection, piece, NAMES) for piece in self.pieces.wanted(due)}
        self.read += len(found)
        return KeepHours(due=due, counted=self.pieces.whole(due, found))

    def write(self, change: KeepHours) -> None:
        change.decide(Draft(loaded=Loaded(), connection=self.connection, now=change.due.at, node="n", lease_microseconds=1))


@settings(max_examples=12, deadline=None)
@given(calls=st.lists(CALLS, min_size=1, max_size=6), counts=COUNTS)
def test_counted_by_any_nodes_in_any_order_they_are_what_one_count_is(calls: list[Call], counts: list[tuple[int, int, int]]) -> None:
    proven(calls, counts)


def test_a_count_that_settled_with_a_call_under_way_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control."""
    calls, counts = [Call("civil", 0, 3 * HOUR, "timeout")], [(int(2.5 * HOUR), 0, 0)]
    proven(calls, counts)
    monkeypatch.setattr(module, "oldest_call", lambda _: None)
    with pytest.raises(AssertionError):
        proven(calls, counts)


def proven(calls: list[Call], counts: list[tuple[int, int, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch, empty() as connection:
        patch.setattr(pieces, "PIECE", HOUR // 3)  # fewer to read: where one ends makes no difference
        nodes = [Node(connection), Node(connection)]
        events: list[tuple[int, int, Any]] = []
        for number, call in enumerate(calls):
            begin, end = happens(connection, call, number)
            events += [(BEGAN + call.begins, 0, begin), (BEGAN + call.begins + call.takes, 1, end)]
        events += [(BEGAN + at, 2, (node, late)) for at, node, late in counts]
        waiting: list[tuple[int, Node, KeepHours]] = []
        for at, kind, what in sorted(events, key=lambda event: event[:2]):
            if kind < 2:
                what()
                continue
            node, late = nodes[what[0]], what[1]
            waiting = [(left - 1, other, change) for left, other, change in waiting]
            if (change := node.count(at)) is not None:
                waiting.append((late, node, change))
            for _, other, written in [one for one in waiting if one[0] <= 0]:
                other.write(written)
            waiting = [one for one in waiting if one[0] > 0]
        for _, other, written in waiting:
            other.write(written)
        last = BEGAN + 9 * HOUR
        change = nodes[0].count(last)
        assert change is not None
        nodes[0].write(change)
        span = Span(begins=hour_of(BEGAN + min(call.begins for call in calls)), ends=last + HOUR)
        at_once, kept = count(connection, span, NAMES), trends(connection, span=span, departments=NAMES)
        assert dict(zip(kept.hours, kept.cases, strict=True)) == at_once.cases
        by_place = {
            (hour, one.name): figures
            for one in kept.departments
            for hour, figures in zip(kept.hours, one.hours, strict=True)
            if figures.sent
        }
        assert by_place == at_once.departments


def test_what_is_over_is_read_twice_however_often_it_is_counted() -> None:
    """Once when it is over, and once for the last time."""
    with empty() as connection:
        node = Node(connection)
        for number in range(2):
            begin, end = happens(connection, Call("civil", number * HOUR, 1_000_000, "approved"), number)
            begin()
            end()
        counts = 4 * 12
        for place in range(counts):
            change = node.count(BEGAN + place * PIECE)
            assert change is not None
            node.write(change)
        assert node.read <= 2 * counts + 3 * counts, "those that are over twice, and at each count the one before, the present and the next"
        kept = trends(connection, span=Span(begins=BEGAN, ends=BEGAN + 4 * HOUR), departments=NAMES)
        assert [one.sent for one in kept.departments[0].hours] == [1, 1, 0, 0]
