"""Due work is taken by the batch, fairly, and one case that cannot be sent stops no other."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import event, update

from gateway.cases.results import RecordResult
from gateway.dispatch.claiming import Claim
from gateway.dispatch.work_item import Capacity
from gateway.journal.store import schema
from gateway.model.errors import InDoubt
from gateway.model.outcome import Accepted, Returned
from tests.gateway.conftest import Make
from tests.gateway.worlds.offices import config
from tests.gateway.worlds.world import World


async def ready(world: World, count: int, service: str = "office-safe") -> list[str]:
    world.permits.close()
    cases = await asyncio.gather(*(world.file(service) for _ in range(count)))
    world.permits.open()
    return list(cases)


async def claim(world: World, permits: int, polls: int = 100, department: str = "office") -> tuple[int, int | None]:
    """Claim, and give the permits that are used for it, and when the next one is due."""
    wanted = {department: Capacity(permits=permits, polls=polls)}
    free = world.permits.free(department)
    due_at = (await world.journal.write(Claim(wanted=wanted, casework=world.casework)))[department]
    return free - world.permits.free(department), due_at


async def test_statements_do_not_grow_with_what_is_claimed(world: World) -> None:
    statements: list[str] = []
    event.listen(world.writer, "before_cursor_execute", lambda _c, _cursor, statement, *_rest: statements.append(statement))
    counts = []
    for many in (1, 32):  # as many as one statement writes
        await ready(world, many)
        statements.clear()
        assert (await claim(world, many))[0] == many
        counts.append(len(statements))
        for work in list(world.works):
            world.works.remove(work)
            await world.do(work)
    assert counts[1] <= counts[0]
    assert counts[0] < 32


async def test_never_more_than_there_are_permits_and_the_next_due_is_told(world: World) -> None:
    await ready(world, 5)
    used, due_at = await claim(world, 3)
    assert (used, len(world.works)) == (3, 3)
    assert due_at is not None
    assert due_at <= world.now
    assert (await claim(world, 9))[0] == 2
    assert await claim(world, 5) == (0, None)


async def test_permits_that_nothing_needs_are_free_at_once_and_all_of_them_when_it_fails(world: World) -> None:
    await ready(world, 3)
    free = world.permits.free("office")

    def refuse(connection: Any) -> None:
        raise OSError("the disk is full")

    event.listen(world.writer, "commit", refuse)
    with pytest.raises(OSError, match="the disk is full"):
        await claim(world, free)
    event.remove(world.writer, "commit", refuse)
    assert world.permits.free("office") == free
    assert (await claim(world, free))[0] == 3
    assert world.permits.free("office") == free - 3


async def test_one_permit_serves_all_polls_and_neither_starves(world: World) -> None:
    world.offices["office"].says("submit", *(Accepted(reference=f"REF-{n}") for n in range(3)))
    for _ in range(3):
        await world.file("office-safe")
    await world.run()
    await ready(world, 2)
    world.later(30)
    used, _ = await claim(world, 1)
    assert (used, [w.delivery.action.value for w in world.works]) == (1, ["submit"])
    assert (await claim(world, 2))[0] == 2
    assert sorted(w.delivery.action.value for w in world.works) == ["poll", "poll", "poll", "submit", "submit"]
    world.permits.give("office", 3)
    await world.crash()
    await world.recover()


async def test_what_is_asked_about_has_its_turn_among_what_is_sent(world: World) -> None:
    world.offices["office"].says("submit", InDoubt("timeout"))
    await world.file("office-ask")
    await world.run()
    world.later(5)
    await ready(world, 3)
    await claim(world, 1)
    assert [w.delivery.action.value for w in world.works] == ["find"]
    await world.run()


async def test_the_rate_is_kept_and_what_it_holds_back_is_asked_for_again(make_world: Make) -> None:
    world = await make_world(configs={"office": config("office", limits={"rate_per_second": 2})})
    await ready(world, 5)
    used, due_at = await claim(world, 5)
    assert (used, len(world.works), due_at) == (2, 2, world.now + 500_000)
    while world.works:
        await world.do(world.works.popleft())


async def test_one_case_that_cannot_be_sent_is_held_and_the_others_go(world: World) -> None:
    poisoned, sound = await ready(world, 2)
    world.by_hand = ("application", "service_definition")
    with world.writer.begin() as connection:
        definition = schema.service_definition
        connection.execute(definition.insert(), {"digest": "0" * 64, "code": "x", "definition": "{}", "stored_at": 1})
        table = schema.application
        connection.execute(update(table).where(table.c.id == poisoned).values(service_digest="0" * 64))
    world.journal._recent.forget()
    await world.run()
    assert (world.one(poisoned).state, world.one(poisoned).problem) == ("held", "not_sendable")
    assert world.one(sound).state == "approved"
    assert world.details("attempt_withheld")["withheld"] == {"do": "not_sendable"}


async def test_a_claim_in_the_batch_of_an_outcome_has_all_that_it_needs(world: World) -> None:
    world.permits.allow("annex", 0)
    case = await world.file("mixed")
    world.permits.allow("annex", None)
    work = world.works.popleft()
    record = RecordResult(leased=work.delivery, result=Returned(code="B", reason="again"), casework=world.casework)
    take = Claim(wanted={"annex": Capacity(permits=1, polls=1)}, casework=world.casework)
    free = world.permits.free("annex")
    await asyncio.gather(world.journal.write(record), world.journal.write(take))
    assert world.permits.free("annex") == free - 1
    world.permits.give("mute")
    await world.run()
    assert world.states(case) == ["returned", "approved"]
