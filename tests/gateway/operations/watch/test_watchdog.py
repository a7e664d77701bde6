"""Anything stuck is named with its kind, and nothing in order ever is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import insert, update
from structlog.testing import capture_logs

from gateway.journal.read import stuck
from gateway.journal.read.insights import Insights
from gateway.journal.store import schema
from gateway.model.delivery import DeliveryState
from gateway.model.errors import InDoubt, Invalid, Unavailable
from gateway.model.outcome import Accepted, Returned
from gateway.operations.watch import watchdog as module
from gateway.operations.watch.watchdog import Watchdog
from tests.gateway.worlds.offices import config
from tests.gateway.worlds.world import World

S = DeliveryState


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A world and its watchdog."""

    world: World
    watchdog: Watchdog

    async def found(self) -> list[tuple[str, str]]:
        """Give the stuck deliveries: (kind, delivery's id)."""
        return sorted((one.kind.value, one.delivery_id) for one in await self.watchdog.look())

    def break_(self, delivery_id: str, **columns: Any) -> None:
        with self.world.writer.begin() as connection:
            connection.execute(update(schema.delivery).where(schema.delivery.c.id == delivery_id).values(columns))


@pytest.fixture
async def watched(world: World) -> AsyncIterator[Watched]:
    insights = Insights(world.reader)
    made = Watched(world=world, watchdog=Watchdog(insights, world.casework, world.metrics, clock=lambda: world.now))
    yield made
    await asyncio.to_thread(insights.close)


async def one(watched: Watched, *answers: Any, service: str = "office-safe") -> str:
    watched.world.offices["office"].says("submit", *answers)
    case = await watched.world.file(service)
    await watched.world.run()
    return watched.world.one(case).id


async def test_whatever_waits_rightly_is_not_named(watched: Watched) -> None:
    world = watched.world
    states = set()
    for answer in (
        Accepted(reference="R"),
        Returned(code="B", reason="again"),
        Invalid("schema"),
        Unavailable("connect"),
        InDoubt("timeout"),
    ):
        delivery = await one(watched, answer, service="office-never")
        states |= {row.state for row in world.rows(schema.delivery.select().where(schema.delivery.c.id == delivery))}
    await world.file("chain", {"note": "a", "own": "b"})  # its first is under way, the others wait
    states |= {row.state for row in world.rows(schema.delivery.select())}
    assert states >= {"deciding", "returned", "held", "ready", "in_doubt", "sending", "waiting"}
    assert await watched.found() == []
    world.later(20)
    assert await watched.found() == []


@pytest.mark.parametrize("state", ["ready", "deciding"])
async def test_what_has_no_next_time_is_named(watched: Watched, state: str) -> None:
    answer = Unavailable("connect") if state == "ready" else Accepted(reference="R")
    right, wrong = await one(watched, answer), await one(watched, answer)
    due = watched.world.rows(schema.delivery.select().where(schema.delivery.c.id == wrong))[0].due_at
    watched.break_(wrong, due_at=None)
    assert await watched.found() == [("no_time", wrong)]
    watched.break_(wrong, due_at=None, lease_owner="broken", lease_until=watched.world.now)
    assert await watched.found() == []
    watched.break_(wrong, due_at=due, lease_owner=None, lease_until=None)
    assert right


async def test_what_is_sent_by_nobody_is_named(watched: Watched) -> None:
    world = watched.world
    right, wrong = await world.file("office-safe"), await world.file("office-safe")
    delivery = world.one(wrong)
    watched.break_(delivery.id, lease_owner=None)
    assert await watched.found() == [("no_lease", delivery.id)]
    watched.break_(delivery.id, lease_owner=delivery.lease_owner)
    assert await watched.found() == []
    assert world.one(right).state == "sending"


async def test_what_is_under_way_for_longer_than_any_call_is_named(watched: Watched) -> None:
    world = watched.world
    delivery = world.one(await world.file("office-safe"))
    world.later(30 + 60 + 10 - 1)  # lease, margin, deadline
    assert await watched.found() == []
    world.later(2)
    assert await watched.found() == [("lease_over", delivery.id)]


async def test_what_its_department_could_have_taken_long_ago_is_named(watched: Watched) -> None:
    world = watched.world
    delivery = await one(watched, Unavailable("connect"))
    world.later(300)  # nobody claims here
    assert await watched.found() == [], "a queue may be long: only what stands at its head for a minute is stuck"
    world.later(61)
    assert await watched.found() == [("overdue", delivery)]


@pytest.mark.parametrize("why", ["down", "paused", "busy", "told to come back", "closed", "moving"])
async def test_what_its_department_cannot_take_is_not(watched: Watched, why: str) -> None:
    world = watched.world
    delivery = await one(watched, Unavailable("connect"))
    if why == "down":
        for _ in range(5):
            world.breakers.heard("office", Unavailable("connect"), world.now)
    elif why == "paused":
        world.by_hand = ("department_control",)
        row = {"name": "office", "paused": True, "changed_at": 1, "version": 1}
        with world.writer.begin() as connection:
            connection.execute(insert(schema.department_control), row)
    elif why == "busy":
        world.permits.reserve("office", 1000)
    elif why == "told to come back":
        world.permits.hold("office", world.now + 3_600_000_000)
    elif why == "closed":
        departments: Any = world.casework.departments
        departments["office"] = replace(
            departments["office"], config=config("office", hours=[{"days": "daily", "from": "08:00", "to": "09:00"}])
        )
    for _ in range(4):
        world.later(61)
        if why == "moving":
            watched.break_(delivery, due_at=world.now - 61_000_000 + 1)
            delivery = await one(watched, Unavailable("connect"))
        assert await watched.found() == []
    if why == "busy":
        world.permits.give("office", world.configs["office"].limits.concurrency if "office" in world.configs else 32)


async def test_what_waits_for_nothing_is_named(watched: Watched) -> None:
    world = watched.world
    right = await world.file("chain", {"note": "a", "own": "b"})
    wrong = await world.file("chain", {"note": "a", "own": "b"})
    first, second, third = (world.one(wrong, step) for step in ("first", "second", "third"))
    watched.break_(first.id, state="skipped", lease_owner=None, lease_until=None)
    assert await watched.found() == sorted([("nothing_open", second.id), ("nothing_open", third.id)])
    watched.break_(first.id, state="sending", lease_owner=first.lease_owner, lease_until=first.lease_until)
    assert await watched.found() == []
    assert world.states(right) == ["sending", "waiting", "waiting"]


async def test_it_looks_on_where_one_read_ends(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    world = watched.world
    cases = [await world.file("chain", {"note": "a", "own": "b"}) for _ in range(3)]
    first = {case: world.one(case, "first") for case in cases}
    monkeypatch.setattr(stuck, "REACH", 2)
    watched.break_(first[cases[2]].id, state="skipped", lease_owner=None, lease_until=None)
    late = [world.one(cases[2], step).id for step in ("second", "third")]
    assert await watched.found() == sorted(("nothing_open", delivery) for delivery in late)
    monkeypatch.setattr(stuck, "MOST", 3)
    for case in cases[:2]:
        watched.break_(first[case].id, state="skipped", lease_owner=None, lease_until=None)
    assert len(await watched.found()) == 3
    for one_ in first.values():
        watched.break_(one_.id, state="sending", lease_owner=one_.lease_owner, lease_until=one_.lease_until)


async def test_of_what_has_no_next_time_so_many_are_named(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stuck, "MOST", 3)
    ids = [await one(watched, Unavailable("connect")) for _ in range(5)]
    dues = {row.id: row.due_at for row in watched.world.rows(schema.delivery.select())}
    for delivery in ids:
        watched.break_(delivery, due_at=None)
    assert len(await watched.found()) == 3
    for delivery in ids:
        watched.break_(delivery, due_at=dues[delivery])


async def test_the_alarm_is_raised_once_and_counted_while_it_lasts(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    world = watched.world
    delivery = world.one(await world.file("office-safe"))
    watched.break_(delivery.id, lease_owner=None)
    monkeypatch.setattr(module, "EVERY", 0)
    looked = asyncio.Event()
    times: list[int] = []
    tell = Watchdog.tell

    def told(self: Watchdog, found: Any) -> None:
        tell(self, found)
        times.append(1)
        if len(times) == 1:
            raise OSError("the database does not answer")
        if len(times) == 3:
            looked.set()

    monkeypatch.setattr(Watchdog, "tell", told)
    with capture_logs() as logs:
        watched.watchdog.start()
        await looked.wait()
        await watched.watchdog.stop()
    alarms = [line for line in logs if line["event"] == "delivery_stuck"]
    assert [(line["delivery"], line["department"], line["kind"]) for line in alarms] == [(delivery.id, "office", "no_lease")]
    assert [line["error"] for line in logs if line["event"] == "watchdog_failed"] == ["OSError"]
    assert world.metrics.of_journal.get_sample_value("gateway_stuck_deliveries", {"kind": "no_lease"}) == 1
    watched.break_(delivery.id, lease_owner=delivery.lease_owner)
    tell(watched.watchdog, await watched.watchdog.look())
    assert world.metrics.of_journal.get_sample_value("gateway_stuck_deliveries", {"kind": "no_lease"}) == 0
