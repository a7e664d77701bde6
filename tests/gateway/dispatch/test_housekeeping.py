"""Chores of a node: abandoned work, standings from other nodes, callbacks that met a race, the clock."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import pytest
from sqlalchemy import delete, insert, update
from structlog.testing import capture_logs

from gateway.cases.callbacks import Arrived
from gateway.departments.breaker import KeepStanding
from gateway.departments.retries import SECOND
from gateway.dispatch import housekeeping as module
from gateway.dispatch.housekeeping import Housekeeping
from gateway.journal.queues.departments import BreakerRow
from gateway.journal.store import schema
from gateway.journal.store.unavailable import JournalClosed, JournalUnavailable
from gateway.journal.writer.draft import Needs
from gateway.model.errors import Unavailable
from gateway.model.outcome import Accepted
from gateway.sdk.department import Callback
from tests.gateway.conftest import Make
from tests.gateway.worlds.offices import approved, config
from tests.gateway.worlds.world import World
from tests.patience import within


class _Racing(Arrived):
    """A callback taken by a node that does not yet see the delivery with its reference."""

    @property
    def needs(self) -> Needs:
        return Needs()


async def race(world: World, reference: str) -> None:
    callback = Callback(id="m1", outcome=approved("C-7"), reference=reference)
    assert await world.journal.write(_Racing(department="office", callback=callback, casework=world.casework)) == "waiting"


def housekeeping(world: World, moved: list[int] | None = None) -> Housekeeping:
    return Housekeeping(
        journal=world.journal,
        reader=world.reader,
        casework=world.casework,
        breakers=world.breakers,
        look_again=lambda: None,
        moved=(moved if moved is not None else []).append,
    )


async def test_a_callback_that_met_its_reference_being_written_down_is_applied(world: World) -> None:
    world.offices["office"].says("submit", Accepted(reference="REF-1"))
    case = await world.file("office-safe")
    await world.run()
    await race(world, "REF-1")
    assert world.one(case).state == "deciding"
    await housekeeping(world).once()
    assert world.one(case).state == "approved"
    assert world.events(case)[-1] == "callback_applied"
    assert world.details("callback_applied")["callback"] is True
    events = world.events(case)
    await housekeeping(world).once()
    assert world.events(case) == events, "it is applied once"


async def test_one_for_nobody_goes_on_waiting(world: World) -> None:
    await race(world, "REF-9")
    await housekeeping(world).once()
    assert world.rows(schema.inbox.select().with_only_columns(schema.inbox.c.standing)) == [("waiting",)]


async def test_what_outlived_its_lease_elsewhere_is_taken_over_and_what_has_not_is_left(world: World) -> None:
    kept, left = await world.file("office-ask"), await world.file("office-ask")
    await world.crash()
    until = {kept: world.now + 60 * SECOND, left: world.now - 1}
    with world.writer.begin() as connection:
        for case, at in until.items():
            here = schema.delivery.c.application_id == case
            connection.execute(update(schema.delivery).where(here).values(lease_until=at))
    with capture_logs() as logs:
        await housekeeping(world).once()
    assert (world.one(kept).state, world.one(left).state) == ("sending", "in_doubt")
    assert [(line["applications"], line["in_doubt"]) for line in logs if line["event"] == "deliveries_recovered"] == [(1, 0)]


async def test_each_that_now_waits_for_a_person_has_a_line_up_to_a_bound(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_NAMED", 2)
    cases = [await world.file("office-never") for _ in range(3)]
    asked = await world.file("office-ask")
    await world.claim()
    await world.crash()
    with capture_logs() as logs:
        await housekeeping(world).take_over()
    assert [(line["applications"], line["in_doubt"]) for line in logs if line["event"] == "deliveries_recovered"] == [(4, 3)]
    lines = [line for line in logs if line["event"] == "delivery_in_doubt"]
    assert len(lines) == 2
    for line in lines:
        assert line.pop("application") in cases
        assert line.pop("delivery") in {world.one(case).id for case in cases}
        assert line == {"event": "delivery_in_doubt", "log_level": "warning", "step": "do", "department": "office", "problem": "crashed"}
    assert world.one(asked).state == "in_doubt"


async def test_one_that_a_callback_settled_meanwhile_waits_for_nobody(world: World) -> None:
    case = await world.file("office-never")
    await world.claim()
    await world.call_back(id="m1", key=world.one(case).key)
    await world.crash()
    with capture_logs() as logs:
        await housekeeping(world).take_over()
    assert world.one(case).state == "approved"
    assert [(line["event"], line["in_doubt"]) for line in logs] == [("deliveries_recovered", 0)]


async def test_how_a_department_fares_elsewhere_is_heard(world: World) -> None:
    for _ in range(10):
        world.breakers.heard("office", Unavailable("refused"), world.now)
    row = BreakerRow(name="office", breaker="closed", failures=0, problem=None, since=0, probe_at=None, version=99)
    await world.journal.write(KeepStanding(row=row, told=False))
    assert world.breakers.down("office")
    with world.writer.begin() as connection:  # by another node
        connection.execute(delete(schema.department))
        connection.execute(insert(schema.department), asdict(row))
    await housekeeping(world).once()
    assert not world.breakers.down("office")


@pytest.mark.parametrize(("error", "event"), [(JournalUnavailable("away"), "journal_failed"), (ValueError("a bug"), "housekeeping_failed")])
async def test_it_outlives_what_a_round_meets_and_ends_with_the_journal(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception, event: str
) -> None:
    rounds = iter([error, JournalClosed("closed")])

    async def once(_: Housekeeping) -> None:
        raise next(rounds)

    monkeypatch.setattr(module, "_EVERY", 0)
    monkeypatch.setattr(Housekeeping, "once", once)
    with capture_logs() as logs:
        async with within():
            await housekeeping(world).forever()
    assert [line["event"] for line in logs] == [event]


async def test_hours_that_changed_are_held_against_what_waits_once(make_world: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    world = await make_world(configs={"office": config("office", hours=[{"days": "daily", "from": "18:00", "to": "19:00"}])})
    case = await world.file("office-safe")
    monkeypatch.setattr("gateway.dispatch.postponing.AT_ONCE", 1)
    keeper = housekeeping(world)
    await keeper.once()
    assert (world.one(case).due_at or 0) > world.now + 8 * 3600 * SECOND
    departments: Any = world.casework.departments
    departments["office"] = replace(departments["office"], config=config("office"))
    await keeper.once()
    assert (world.one(case).due_at or 0) > world.now + 8 * 3600 * SECOND, "nobody has said that anything changed"
    world.openings.renew()
    await keeper.once()
    world.later(60)
    await world.run()
    assert world.one(case).state == "approved"
