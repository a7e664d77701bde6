"""Every call of an adapter ends in a result the router knows, by its deadline, and only its own delivery feels a mistake."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest
import structlog

from gateway.cases.results import RecordResult
from gateway.departments import containment
from gateway.dispatch import calls
from gateway.dispatch.calls import Overseer, UnderWay
from gateway.dispatch.work_item import WorkItem
from gateway.journal.read.said import said_of
from gateway.model.case import Work
from gateway.model.delivery import Delivery
from gateway.model.errors import Unavailable
from gateway.model.outcome import Accepted, Approved, Found
from tests.gateway.conftest import Make
from tests.gateway.dispatch.test_dispatcher import ended, quick
from tests.gateway.worlds.offices import MAN, WOMAN, Given, Other, approved
from tests.gateway.worlds.world import World
from tests.patience import within


async def test_a_call_carries_the_key_the_trace_and_where_to_call_back(world: World) -> None:
    case = await world.file("pair", {"note": "n"})
    await world.run()
    _, call, request = world.offices["office"].calls[0]
    delivery = world.one(case, "one")
    assert (call.key, call.attempt, call.operation) == (delivery.key, 1, "safe")
    assert call.traceparent.split("-")[1] == world.case(case).application.trace_id
    assert call.callback_url == "http://gateway/v1/departments/office/callbacks"
    assert (request.note, request.number) == ("n", None)


async def test_a_department_that_does_not_call_back_is_told_no_address(world: World) -> None:
    await world.file("mute-safe")
    await world.run()
    assert world.offices["mute"].calls[0][1].callback_url is None


async def test_many_are_polled_in_one_call_and_answered_each(world: World) -> None:
    office = world.offices["office"]
    office.says("submit", *(Accepted(reference=f"REF-{n}") for n in range(3)))
    cases = [await world.file("office-safe") for _ in range(3)]
    await world.run()
    world.later(30)
    await world.claim()
    office.says("poll", {"REF-0": approved(), "REF-1": Accepted(reference="REF-1"), "REF-2": Other(text="x"), "REF-9": approved()})
    works = list(world.works)
    world.works.clear()
    results = await world.calls.poll(prepared(world, works))
    assert office.count("poll") == 1
    kinds = [type(results[world.one(case).id]).__name__ for case in cases]
    assert kinds == ["Approved", "StillOpen", "InDoubt"]
    world.permits.give("office")
    await world.crash()
    await world.recover()


def prepared(world: World, works: Iterable[Work]) -> list[WorkItem]:
    items = [world.queue.prepare(work) for work in works]
    return [item for item in items if isinstance(item, WorkItem)]


async def submitted(world: World, answer: Any) -> Delivery:
    world.offices["office"].says("submit", answer)
    case = await world.file("office-never")
    beside = await world.file("annex-safe")
    await world.run()
    assert world.one(beside).state == "approved"
    assert world.permits.free("office") == 32
    return world.one(case)


async def cancelled(call: Any, request: Any) -> None:
    raise asyncio.CancelledError


async def leaves(call: Any, request: Any) -> None:
    raise SystemExit(1)


@pytest.mark.parametrize(
    "answer",
    [
        ValueError("500152199001010018"),
        TimeoutError(),
        Exception("what"),
        cancelled,
        leaves,
        None,
        "approved",
        Given(number="N-1"),
        Approved(output=Other(text="x")),
        Accepted(reference=""),
        Found(outcome=approved()),
    ],
    ids=[
        "error",
        "timeout",
        "exception",
        "cancelled",
        "leaves",
        "none",
        "text",
        "output",
        "other_output",
        "no_reference",
        "found",
    ],
)
async def test_what_an_adapter_raises_or_gives_in_error_is_in_doubt_and_named(world: World, answer: Any, capsys: Any) -> None:
    delivery = await submitted(world, answer)
    assert (delivery.state, delivery.problem) == ("in_doubt", "adapter_error")
    out = capsys.readouterr().out
    assert "adapter_failed" in out
    assert "500152199001010018" not in out


async def test_methods_that_are_no_coroutines_are_contained_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world.offices["office"], "submit", lambda *_: 1 / 0)
    case = await world.file("office-safe")
    await world.run()
    assert world.one(case).problem == "adapter_error"
    monkeypatch.setattr(world.offices["office"], "submit", lambda *_: approved())
    world.later(20)
    await world.run()
    assert world.one(case).problem == "adapter_error"


async def test_what_an_adapter_refuses_before_sending_is_held_and_not_in_doubt(world: World) -> None:
    office = world.offices["office"]
    office.connection.carriers.told = True
    office.says("submit", ValueError("All strings must be XML compatible"))
    case = await world.file("office-never")
    await world.run()
    delivery = world.one(case)
    assert (delivery.state, delivery.problem, delivery.doubt_since) == ("held", "adapter_error", None)


async def test_what_is_said_of_many_at_once_is_kept_with_each_without_the_values_of_any(world: World) -> None:
    office = world.offices["office"]
    office.says("submit", *(Accepted(reference=f"REF-{n}") for n in range(2)))
    first = await world.file("office-safe")
    second = await world.file("office-safe", applicant=WOMAN)
    await world.run()
    world.later(30)
    office.says("poll", Unavailable("down", said=f"查询失败：{MAN['name']}、{WOMAN['name']}（{WOMAN['id_number']}）"))
    await world.claim()
    works = list(world.works)
    world.works.clear()
    results = await world.calls.poll(prepared(world, works))
    for work in works:
        await world.journal.write(RecordResult(leased=work.delivery, result=results[work.delivery.id], casework=world.casework))
    world.permits.give("office")
    with world.reader.connect() as connection:
        for case in (first, second):
            assert list(said_of(connection, world.one(case)).values()) == ["查询失败：**、**（******************）"]


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containment, "GRACE", 0.01)
    monkeypatch.setattr(calls, "_LOOK", 0.01)


@pytest.mark.usefixtures("hasty")
async def test_a_call_past_its_deadline_is_cancelled_and_known_to_be_late() -> None:
    given_up: list[UnderWay] = []
    over = Overseer(given_up.append)
    late = []

    async def calling() -> None:
        call = over.begin([], 0.02)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            late.append(call.late)
        finally:
            over.end(call)

    await asyncio.create_task(calling())
    assert [one and one.code for one in late] == ["adapter_deadline"]
    assert not over.calls
    assert not given_up


@pytest.mark.usefixtures("hasty")
async def test_one_within_its_deadline_is_left_alone() -> None:
    over = Overseer(lambda _: None)

    async def calling() -> UnderWay:
        call = over.begin([], 60)
        await asyncio.sleep(0)
        over.end(call)
        return call

    assert (await asyncio.create_task(calling())).late is None


@pytest.mark.usefixtures("hasty")
async def test_an_adapter_that_will_not_end_loses_its_delivery_and_gives_its_permit_back(make_world: Make) -> None:
    world, dispatcher = await quick(make_world, limits={"concurrency": 1, "deadline_seconds": 0.5})
    await world.start(dispatcher)
    free = asyncio.Event()
    deaf_ones = 0

    async def deaf(call: Any, request: Any) -> Any:
        nonlocal deaf_ones
        deaf_ones += 1
        while not free.is_set():
            try:
                await free.wait()
            except asyncio.CancelledError:
                continue
        return approved("LATE")

    world.offices["office"].says("submit", deaf)
    case = await world.file("office-never")
    await ended(world, case)
    assert (world.one(case).state, world.one(case).problem) == ("in_doubt", "adapter_deadline")
    other = await world.file("office-safe")  # its permit is free again while the first still goes on
    await ended(world, other)
    assert world.one(other).state == "approved"
    free.set()
    await dispatcher.stop(1)
    assert (deaf_ones, world.one(case).state) == (1, "in_doubt")  # its final answer came too late


@pytest.mark.usefixtures("hasty")
async def test_one_that_heeds_its_cancellation_is_in_doubt_at_its_deadline(make_world: Make) -> None:
    world, dispatcher = await quick(make_world, limits={"deadline_seconds": 0.05})
    await world.start(dispatcher)

    async def endless(call: Any, request: Any) -> Any:
        await asyncio.Event().wait()

    world.offices["office"].says("submit", endless)
    case = await world.file("office-never")
    await ended(world, case)
    assert (world.one(case).state, world.one(case).problem) == ("in_doubt", "adapter_deadline")
    await dispatcher.stop(1)


@pytest.mark.usefixtures("hasty")
async def test_tasks_left_behind_are_named_and_ended(make_world: Make) -> None:
    world, dispatcher = await quick(make_world)
    await world.start(dispatcher)
    cancelled = asyncio.Event()

    async def lingers() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    kept: list[asyncio.Task[None]] = []

    async def leaves(call: Any, request: Any) -> Any:
        kept.append(asyncio.create_task(lingers()))
        return approved()

    world.offices["office"].says("submit", leaves)
    with structlog.testing.capture_logs() as lines:
        case = await world.file("office-safe")
        await ended(world, case)
        async with within():
            await cancelled.wait()
    assert world.one(case).state == "approved"
    named = [line for line in lines if line["event"] == "adapter_failed"]
    assert [(line["department"], line["operation"], line["error"]) for line in named] == [("office", "safe", "TaskLeftBehind")]
    assert "lingers" in named[0]["at"]
    await dispatcher.stop(1)
