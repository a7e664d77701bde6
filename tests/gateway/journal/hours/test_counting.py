"""Hours as they are counted from what the gateway really writes, on both stores, along indexes."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from sqlalchemy import update

from gateway.cases.judgement import Judge, StillOpen
from gateway.journal.hours.counting import ANSWERS, HourCounts, Span, began, count, oldest_call
from gateway.journal.hours.figures import HOUR, CaseFigures, DepartmentFigures, hour_of
from gateway.journal.store import schema
from gateway.model.delivery import Delivery
from gateway.model.errors import DepartmentError, InDoubt, Unavailable
from gateway.model.outcome import Accepted, Found, Rejected, Returned
from tests.gateway.cases.test_judgement import situations
from tests.gateway.journal.conftest import STORES
from tests.gateway.worlds.offices import ADAPTERS, approved
from tests.gateway.worlds.world import World


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> str:
    """Both stores."""
    return str(request.param)


def counted(world: World, hours: int = 3) -> HourCounts:
    begins = hour_of(world.now) - (hours - 1) * HOUR
    with world.reader.connect() as connection:
        return count(connection, Span(begins=begins, ends=begins + hours * HOUR), ADAPTERS)


async def filed(world: World, service: str) -> str:
    """File a case, of which the host's clock says when, and let the world's go on from there."""
    world.now = max(world.now, time.time_ns() // 1000)
    case = await world.file(service)
    world.now = world.case(case).application.received_at
    return case


def of(world: World, department: str, *, ago: int = 0) -> DepartmentFigures:
    return counted(world).departments.get((hour_of(world.now) - ago * HOUR, department), DepartmentFigures())


async def test_an_empty_journal(world: World) -> None:
    found = counted(world)
    assert (set(found.cases.values()), found.departments) == ({CaseFigures()}, {})
    assert len(found.cases) == 3
    with world.reader.connect() as connection:
        assert (began(connection), oldest_call(connection)) == (None, None)


async def test_cases_come_and_end_in_their_hours(world: World) -> None:
    office = world.offices["office"]
    office.says("submit", Rejected(code="A", reason="no"), Accepted(reference="R"))
    for _ in range(2):
        await filed(world, "office-safe")
        await world.run()
    first = hour_of(world.now)
    assert sum(one.received for one in counted(world).cases.values()) == 2
    assert replace(counted(world).cases[first], received=0) == CaseFigures(rejected=1)
    world.later(3600)
    office.says("poll", {"R": approved()})
    await world.run()
    found = counted(world)
    assert replace(found.cases[first], received=0) == CaseFigures(rejected=1)
    assert found.cases[first + HOUR] == CaseFigures(approved=1)
    with world.reader.connect() as connection:
        assert began(connection) in (first, first - HOUR)


async def test_of_those_that_end_some_had_a_date_and_of_those_some_met_it(world: World) -> None:
    cases = [await filed(world, "office-safe") for _ in range(3)]
    await world.run()
    world.by_hand = ("application",)
    with world.writer.begin() as connection:
        for case, due in zip(cases, (world.now, world.now - 1, None), strict=True):
            connection.execute(update(schema.application).where(schema.application.c.id == case).values(due_at=due))
    found = counted(world).cases[hour_of(world.now)]
    assert (found.approved, found.ended, found.promised, found.on_time, found.on_time_share) == (3, 3, 2, 1, 0.5)
    assert CaseFigures().on_time_share is None


async def test_calls_are_told_by_what_they_did_and_what_came_of_them(world: World) -> None:
    office = world.offices["office"]
    office.says("submit", Unavailable("connect"), Returned(code="B", reason="again"))
    await world.file("office-safe")
    await world.run()
    world.later(600)
    await world.run()
    office.says("submit", InDoubt("timeout"))
    office.says("find", Found(outcome=approved()))
    await world.file("office-ask")
    await world.run()
    world.later(600)
    await world.run()
    found = of(world, "office")
    assert (found.sent, found.sent_again, found.asked, found.failed) == (3, 1, 1, 2)
    assert (found.approved, found.rejected, found.returned) == (1, 0, 1)
    assert found.latencies.calls == 4


async def test_an_answer_by_callback_is_one_once_it_counted(world: World) -> None:
    world.offices["silent"].says("submit", Accepted(reference="REF"))
    case = await world.file("silent-never")
    await world.run()
    key = world.one(case).key
    assert of(world, "silent").approved == 0
    await world.call_back("silent", id="m-1", key=key)
    await world.call_back("silent", id="m-2", key=key)  # too late: kept as evidence alone
    found = of(world, "silent")
    assert (found.sent, found.approved) == (1, 1)


async def test_a_call_belongs_to_the_hour_in_which_it_began_and_until_it_ends_to_none(world: World) -> None:
    began_at = world.now
    await world.file("office-safe")
    await world.claim()
    work = world.works.popleft()
    with world.reader.connect() as connection:
        assert oldest_call(connection) == began_at
    assert of(world, "office") == DepartmentFigures()
    world.later(3600)
    await world.do(work)
    assert of(world, "office") == DepartmentFigures()
    late = of(world, "office", ago=1)
    assert (late.sent, late.approved, late.latencies.longest) == (1, 1, 3600 * 1_000_000)
    with world.reader.connect() as connection:
        assert oldest_call(connection) is None


@given(situations())
def test_the_word_for_every_answer_is_known_and_no_words_for_a_failure(situation: tuple[Judge, Delivery, Any]) -> None:
    """A judge's word is what the attempt keeps: one that is not known here would be counted as a failure."""
    judge, delivery, result = situation
    word = judge.judge(delivery, result).result
    assert (word in ANSWERS) is not isinstance(result, DepartmentError | StillOpen)
