"""Every call of an adapter ends in a result the router knows, and only its own delivery feels a mistake."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest

from gateway.cases.results import RecordResult
from gateway.dispatch.work_item import WorkItem
from gateway.journal.read.said import said_of
from gateway.model.case import Work
from gateway.model.delivery import Delivery
from gateway.model.errors import Unavailable
from gateway.model.outcome import Accepted, Approved, Found
from tests.gateway.worlds.offices import MAN, WOMAN, Given, Other, approved
from tests.gateway.worlds.world import World


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
