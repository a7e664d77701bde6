"""An operator's controls of a department hold at once, over restarts and on other nodes, and are audited without the reason."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from gateway.departments.limits import Permits
from gateway.journal.queues.departments import read_controls
from gateway.journal.read.reasons import of_departments
from gateway.journal.store import schema
from gateway.model.errors import InDoubt, Unavailable
from gateway.model.outcome import Accepted
from gateway.operations.controls import Controls, WantedControls
from gateway.texts.refusals import Refused
from tests.gateway.conftest import Make
from tests.gateway.dispatch.test_dispatcher import ended, quick, until
from tests.gateway.worlds.offices import MAN, config
from tests.gateway.worlds.world import OPERATOR, World
from tests.patience import within

REASON = f"they asked for it, {MAN['id_number']} called"


async def say(world: World, name: str = "office", **said: Any) -> None:
    paused = said.pop("paused", None)
    await world.controls.change(name, WantedControls(paused=paused, limits=said), reason=REASON, caller=OPERATOR)


async def test_a_paused_department_gets_no_call_of_any_kind_and_its_queue_loses_nothing(world: World) -> None:
    office = world.offices["office"]
    office.says("submit", Accepted(reference="REF-1"), InDoubt("timeout"), Accepted(reference="REF-2"))
    deciding, doubtful, leaving = [await world.file("office-ask") for _ in range(3)]
    await world.run()
    before = len(office.calls)
    await say(world, paused=True)
    await world.revisions.withdraw(leaving, caller=OPERATOR.__class__(id="local", name="local", role="local"), reason=None)
    fresh = await world.file("office-safe")
    for _ in range(10):
        world.later(600)
        await world.run()
    assert len(office.calls) == before
    assert [world.one(case).state for case in (deciding, doubtful, leaving, fresh)] == ["deciding", "in_doubt", "deciding", "ready"]
    assert (world.one(fresh).attempts, world.one(fresh).failures, world.one(doubtful).checks) == (0, 0, 0)

    await say(world, paused=False)
    await world.run()
    assert {name for name, _, _ in office.calls[before:]} == {"submit", "poll", "find", "withdraw"}
    assert world.one(fresh).state == "approved"


async def test_while_it_is_paused_its_callbacks_are_taken_and_the_others_go_on(world: World) -> None:
    world.offices["office"].says("submit", Accepted(reference="REF-1"))
    case = await world.file("office-never")
    await world.run()
    await say(world, paused=True)
    assert await world.call_back(id="m1", reference="REF-1") == 202
    other = await world.file("annex-safe")
    await world.run()
    assert (world.one(case).state, world.one(other).state) == ("approved", "approved")


async def test_what_was_reserved_before_the_pause_is_not_begun_after_it(world: World) -> None:
    case = await world.file("office-never")
    taken = world.permits.reserve("office", 5)
    await say(world, paused=True)
    assert (taken, world.permits.begin("office", taken)) == (5, 0)
    world.permits.give("office", taken)
    assert await world.claim() == 0
    assert world.one(case).state == "ready"


async def test_it_holds_over_a_restart_and_is_said_there(world: World) -> None:
    await say(world, paused=True, concurrency=3)
    with capture_logs() as logs:
        await world.crash()
    assert world.permits.paused("office")
    assert {line["event"] for line in logs} >= {"department_paused", "department_limits"}
    await say(world, paused=False)
    assert world.permits.free("office") == 3


async def test_what_another_node_is_told_is_put_in_force_when_it_reads(world: World) -> None:
    permits = Permits({"office": config("office").limits})
    permits.open()
    other = Controls(permits, world.journal, ["office"])
    await other.read(world.reader)
    await say(world, paused=True, rate_per_second=5.0)
    assert not permits.paused("office")
    old = read_controls(world.reader)
    await other.read(world.reader)
    assert (permits.paused("office"), permits.spacing("office")) == (True, 200_000)
    await say(world, paused=False)
    await other.read(world.reader)
    other.refresh(old)  # read before, arrived after: the last word counts
    assert not permits.paused("office")


async def test_it_is_read_again_about_once_a_second_through_a_failure(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    from gateway.journal.queues import departments as queue
    from gateway.journal.queues import following as reading

    failed = asyncio.Event()

    def once(engine: Any) -> Any:
        if not failed.is_set():
            world_loop.call_soon_threadsafe(failed.set)
            raise OperationalError("select", {}, Exception("away"))
        return read_controls(engine)

    world_loop = asyncio.get_running_loop()
    monkeypatch.setattr(reading, "_READ_AGAIN", 0.01)
    monkeypatch.setattr(queue, "read_controls", once)
    permits = Permits({"office": config("office").limits})
    resumed = asyncio.Event()
    other = Controls(permits, world.journal, ["office"])
    with capture_logs() as logs:
        following = asyncio.create_task(other.follow(world.reader))
        await failed.wait()
        await say(world, concurrency=2)
        permits.listen(resumed.set)
        async with within():
            await resumed.wait()
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
    assert [line["event"] for line in logs].count("journal_failed") == 1


async def test_limits_hold_at_once_and_go_back_to_the_configuration(make_world: Make) -> None:
    world = await make_world(configs={"office": config("office", limits={"concurrency": 8, "rate_per_second": 4})})
    await say(world, concurrency=2)
    assert (world.permits.free("office"), world.permits.spacing("office")) == (2, 250_000)
    await say(world, rate_per_second=0.5)
    assert (world.permits.free("office"), world.permits.spacing("office")) == (2, 2_000_000)
    await say(world, concurrency=None, rate_per_second=None)
    assert (world.permits.free("office"), world.permits.spacing("office")) == (8, 250_000)


async def test_since_when_it_is_paused_is_not_moved_by_another_limit(world: World) -> None:
    table = schema.department_control
    await say(world, paused=True)
    since = world.now
    world.later(60)
    await say(world, concurrency=1)
    assert world.rows(select(table.c.paused, table.c.changed_at, table.c.version)) == [(True, since, 2)]


async def test_it_is_audited_with_who_what_and_a_commitment_of_why(world: World) -> None:
    await say(world, paused=True, concurrency=2)
    details = world.details("department_controlled")
    assert (details["department"], details["paused"], details["concurrency"], details["was"]["paused"]) == ("office", True, 2, False)
    assert list(details["commitments"]) == ["note:department:office@1"]
    assert MAN["id_number"] not in repr(details)
    with world.reader.connect() as connection:
        [reason] = of_departments(connection, ["office"])["office"]
    assert (reason.reason, reason.act, reason.actor, reason.at) == (REASON, "paused", f"caller:{OPERATOR.id}", world.now)


async def test_a_reason_that_was_changed_is_found(make_world: Make, world: World) -> None:
    await say(world, paused=True)
    table = schema.payload
    [[kept]] = world.rows(select(table.c.blob).where(table.c.part == "note:department:office"))
    with world.writer.begin() as connection:
        connection.execute(update(table).where(table.c.part == "note:department:office").values(blob=b"another"))
    with pytest.raises(AssertionError, match="note:department:office@1"):
        world.prove()
    with world.writer.begin() as connection:
        connection.execute(update(table).where(table.c.part == "note:department:office").values(blob=kept))


async def test_two_at_once_are_both_kept_in_an_order(world: World) -> None:
    await asyncio.gather(say(world, paused=True), say(world, concurrency=4))
    row = read_controls(world.reader)[0]
    assert (row.paused, row.concurrency, row.version) == (True, 4, 2)
    assert (world.permits.paused("office"), world.events().count("department_controlled")) == (True, 2)


async def test_a_department_that_is_not_there_cannot_be_told_anything(world: World) -> None:
    with pytest.raises(Refused) as refused:
        await say(world, "water", paused=True)
    assert refused.value.status == 404
    assert read_controls(world.reader) == []


async def test_a_dispatcher_goes_on_as_soon_as_it_is_resumed(make_world: Make) -> None:
    world, dispatcher = await quick(make_world)
    await world.start(dispatcher)
    await say(world, paused=True)
    cases = [await world.file("office-safe") for _ in range(3)]
    await ended(world, await world.file("annex-safe"))
    assert [world.one(case).state for case in cases] == ["ready"] * 3
    started = asyncio.get_running_loop().time()
    await say(world, paused=False)
    await ended(world, *cases)
    assert asyncio.get_running_loop().time() - started < 3, "it looks again by itself after five seconds only"
    await dispatcher.stop(1)


async def test_a_question_to_a_paused_department_is_refused_with_why(world: World) -> None:
    await say(world, paused=True)
    with pytest.raises(Refused) as refused:
        await world.queries.ask(
            "office", "look", b'{"request": {"name": "x", "id_number": "y"}, "purpose": "p"}', caller=OPERATOR, language="en"
        )
    assert (refused.value.status, "paused" in refused.value.said.en) == (503, True)


async def test_a_department_that_is_down_is_probed_when_an_operator_says_so(make_world: Make) -> None:
    world, dispatcher = await quick(make_world, breaker={"failures": 1, "open_seconds": 3600}, retry={"first_seconds": 0.02})
    await world.start(dispatcher)
    world.offices["office"].says("submit", Unavailable("refused"))
    cases = [await world.file("office-safe")]
    await until(world, cases[0], lambda: world.breakers.down("office"))
    cases.append(await world.file("office-safe"))
    await ended(world, await world.file("annex-safe"))
    assert world.offices["office"].count("submit") == 1
    async with within():
        await world.controls.probe("office", caller=OPERATOR)
        await ended(world, *cases)
    assert [world.one(case).state for case in cases] == ["approved"] * 2
    assert world.details("department_probed") == {"department": "office", "breaker": "open"}
    await dispatcher.stop(1)


@pytest.mark.parametrize(("name", "status"), [("office", 409), ("water", 404)])
async def test_what_is_not_down_or_not_there_is_not_probed(world: World, name: str, status: int) -> None:
    with pytest.raises(Refused) as refused:
        await world.controls.probe(name, caller=OPERATOR)
    assert refused.value.status == status
    assert "department_probed" not in world.events()
