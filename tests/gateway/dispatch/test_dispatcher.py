"""The dispatcher with a real clock claims, calls, waits, recovers and stops, and one department's trouble is its own."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from gateway.dispatch.dispatcher import Dispatcher
from gateway.journal.store import schema
from gateway.model.errors import Busy, DepartmentError, InDoubt, Invalid, Unavailable
from gateway.model.outcome import Accepted
from tests.gateway.conftest import Make
from tests.gateway.worlds.offices import approved, config
from tests.gateway.worlds.world import World
from tests.patience import within

QUICK = {"retry": {"first_seconds": 0.02, "longest_seconds": 0.05, "attempts": 3}, "poll": {"every_seconds": 0.02}}
ENDED = ("approved", "rejected", "skipped", "withdrawn", "held", "in_doubt")


async def quick(make_world: Make, **office: Any) -> tuple[World, Dispatcher]:
    configs = {"office": config("office", **{**QUICK, **office}), "annex": config("annex", **QUICK)}
    world = await make_world(configs=configs, ticking=True)
    return world, world.dispatcher()


async def until(world: World, case: str, done: Callable[[], bool]) -> None:
    async with world.journal.commits.watching(case) as changed, within():
        while not done():
            await changed.wait(0.2)


async def ended(world: World, *cases: str) -> None:
    for case in cases:
        await until(world, case, lambda case=case: all(state in ENDED for state in world.states(case)))  # type: ignore[misc]  # the loop's own


async def test_a_case_goes_through_all_its_departments(make_world: Make) -> None:
    world, dispatcher = await quick(make_world)
    await world.start(dispatcher)
    world.offices["office"].says("submit", Unavailable("refused"), InDoubt("timeout"), Accepted(reference="REF-1"))
    world.offices["office"].says("poll", {}, Unavailable("down"), {"REF-1": approved()})
    case = await world.file("pair")
    await ended(world, case)
    assert world.states(case) == ["approved", "approved"]
    await dispatcher.stop(1)


async def test_one_that_hangs_takes_only_its_own_permits(make_world: Make) -> None:
    world, dispatcher = await quick(make_world, limits={"concurrency": 2})
    await world.start(dispatcher)
    free, under_way = asyncio.Event(), 0

    async def hang(call: Any, request: Any) -> Any:
        nonlocal under_way
        under_way += 1
        await free.wait()
        return approved()

    world.offices["office"].says("submit", *[hang] * 5)
    stuck = [await world.file("office-safe") for _ in range(5)]
    others = [await world.file("annex-safe") for _ in range(5)]
    await ended(world, *others)
    assert under_way == 2
    free.set()
    await ended(world, *stuck)
    assert under_way == 5
    await dispatcher.stop(1)


async def test_a_department_that_is_back_gets_its_queue(make_world: Make) -> None:
    breaker = {"failures": 2, "open_seconds": 0.05}
    world, dispatcher = await quick(make_world, breaker=breaker, retry={"first_seconds": 0.02, "longest_seconds": 0.05, "attempts": 4})
    await world.start(dispatcher)
    world.offices["office"].says("submit", *[Unavailable("refused")] * 5)
    cases = [await world.file("office-safe") for _ in range(3)]
    await ended(world, *cases)
    assert [world.one(case).state for case in cases] == ["approved"] * 3
    assert world.offices["office"].count("submit") == 8
    assert world.events().count("department_standing") == 2
    await dispatcher.stop(1)


async def test_busy_is_waited_for_without_looking_again_and_again(make_world: Make) -> None:
    world, dispatcher = await quick(make_world)
    await world.start(dispatcher)
    world.offices["office"].says("submit", Busy("quota", retry_after=0.2))
    case = await world.file("office-safe")
    await ended(world, case)
    assert (world.offices["office"].count("submit"), world.one(case).failures) == (2, 0)
    await dispatcher.stop(1)


async def test_with_one_permit_both_what_is_sent_and_what_is_polled_go_on(make_world: Make) -> None:
    world, dispatcher = await quick(make_world, limits={"concurrency": 1})
    await world.start(dispatcher)
    world.offices["office"].says("submit", *(Accepted(reference=f"REF-{n}") for n in range(4)))
    world.offices["office"].says("poll", *[{f"REF-{n}": approved() for n in range(4)}] * 50)
    cases = [await world.file("office-never") for _ in range(4)]
    await ended(world, *cases)
    assert all(world.one(case).state == "approved" for case in cases)
    await dispatcher.stop(1)


async def test_the_rate_is_kept_without_losing_what_it_allows(make_world: Make) -> None:
    world, dispatcher = await quick(make_world, limits={"rate_per_second": 10})
    await world.start(dispatcher)
    started = asyncio.get_running_loop().time()
    cases = [await world.file("office-safe") for _ in range(16)]
    await ended(world, *cases)
    assert asyncio.get_running_loop().time() - started > 0.9
    await dispatcher.stop(1)


async def test_what_was_left_behind_is_recovered_and_goes_on(make_world: Make) -> None:
    world, _ = await quick(make_world)
    world.permits.open()
    cases = [await world.file("office-safe"), await world.file("office-ask")]
    await world.crash()
    dispatcher = world.dispatcher()
    await world.start(dispatcher)
    world.offices["office"].says("find", Unavailable("down"))
    await until(world, cases[0], lambda: world.one(cases[0]).state == "approved")
    assert world.one(cases[1]).state == "in_doubt"
    await dispatcher.stop(1)


async def test_before_it_starts_and_once_it_stops_nothing_is_leased(make_world: Make) -> None:
    world, dispatcher = await quick(make_world)
    early = await world.file("office-safe")
    assert world.one(early).state == "ready"
    await world.start(dispatcher)
    await ended(world, early)
    sent, free = asyncio.Event(), asyncio.Event()

    async def slow(call: Any, request: Any) -> Any:
        sent.set()
        await free.wait()
        return approved()

    world.offices["office"].says("submit", slow)
    under_way = await world.file("office-never")
    await sent.wait()
    stopping = asyncio.create_task(dispatcher.stop(5))
    await asyncio.sleep(0)
    late = await world.file("office-safe")
    free.set()
    await stopping
    assert (world.one(under_way).state, world.one(late).state) == ("approved", "ready")


async def test_a_department_that_was_taken_away_keeps_its_queue_and_stops_nobody(make_world: Make) -> None:
    world, dispatcher = await quick(make_world)
    departments = world.casework.departments
    assert isinstance(departments, dict)
    del departments["office"]
    await world.start(dispatcher)
    stays = await world.file("office-never")
    goes = await world.file("annex-never")  # claimed, not leased by its filing
    await ended(world, goes)
    assert world.one(stays).state == "ready"
    await dispatcher.stop(1)


async def test_a_result_that_cannot_be_recorded_leaves_a_doubt_not_a_silence(make_world: Make) -> None:
    world, dispatcher = await quick(make_world)
    await world.start(dispatcher)

    def spoil(call: Any, request: Any) -> Any:
        with world.writer.begin() as connection:
            table = schema.payload
            connection.execute(update(table).where(table.c.part == "form").values(part="gone"))
        return approved()

    world.offices["office"].says("submit", spoil)
    case = await world.file("chain")
    await until(world, case, lambda: world.states(case)[0] == "in_doubt")
    assert world.one(case, "first").problem == "not_recorded"
    await dispatcher.stop(1)
    with world.writer.begin() as connection:
        connection.execute(update(schema.payload).where(schema.payload.c.part == "gone").values(part="form"))
    assert world.rows(select(schema.delivery.c.lease_owner).where(schema.delivery.c.lease_owner.is_not(None))) == []


@pytest.mark.parametrize("error", [Invalid("http_400", "one reference has another form"), InDoubt("adapter_error", "KeyError")])
async def test_one_reference_that_is_refused_holds_up_none_that_is_polled_with_it(make_world: Make, error: DepartmentError) -> None:
    world, dispatcher = await quick(make_world)
    office = world.offices["office"]
    office.says("submit", *(Accepted(reference=f"REF-{n}") for n in range(9)))

    def refuse(_: Any, pending: Any) -> Any:
        references = [one.reference for one in pending]
        if "REF-4" in references:
            raise error
        return {reference: approved() for reference in references}

    office.says("poll", *[refuse] * 200)
    await world.start(dispatcher)
    cases = [await world.file("office-never") for _ in range(9)]
    await ended(world, *cases)
    assert sorted(world.one(case).state for case in cases) == ["approved"] * 8 + ["held"]
    assert [(one.problem, one.reference) for one in map(world.one, cases) if one.state == "held"] == [(error.code, "REF-4")]
    await dispatcher.stop(1)


async def test_a_department_that_refuses_every_poll_leaves_none_waiting_for_ever(make_world: Make) -> None:
    world, dispatcher = await quick(make_world, limits={"concurrency": 1})
    office = world.offices["office"]
    office.says("submit", *(Accepted(reference=f"REF-{n}") for n in range(5)))
    office.says("poll", *[Invalid("http_405")] * 100)
    await world.start(dispatcher)
    cases = [await world.file("office-never") for _ in range(5)]
    await ended(world, *cases)
    assert {(world.one(case).state, world.one(case).problem) for case in cases} == {("held", "http_405")}
    await dispatcher.stop(1)


async def test_one_reference_that_is_answered_in_the_wrong_way_does_not_stop_its_department(make_world: Make) -> None:
    world, dispatcher = await quick(make_world, breaker={"failures": 2}, retry={**QUICK["retry"], "attempts": 8})
    office, polls = world.offices["office"], list[float]()
    office.says("submit", Accepted(reference="REF-WRONG"))

    def wrong(_: Any, __: Any) -> Any:
        polls.append(time.monotonic())
        raise InDoubt("reply_contract")

    office.says("poll", *[wrong] * 8)
    await world.start(dispatcher)
    case = await world.file("office-never")
    await ended(world, case)
    assert (world.one(case).state, world.one(case).problem, len(polls)) == ("held", "reply_contract", 8)
    assert not world.breakers.down("office")
    assert min(later - earlier for earlier, later in itertools.pairwise(polls)) >= QUICK["retry"]["first_seconds"] / 2
    await dispatcher.stop(1)
