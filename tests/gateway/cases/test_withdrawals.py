"""Withdrawals of filed applications."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gateway.model.errors import InDoubt, Unavailable
from gateway.model.outcome import Absent, Accepted, Found, Kept, Returned
from gateway.texts.refusals import Refused
from tests.gateway.worlds.offices import MAN, approved
from tests.gateway.worlds.world import FRONT, World

BACK = Returned(code="B1", reason="again")
LOST = InDoubt("timeout")
DATA = {"note": "x", "own": "y"}


async def withdraw(world: World, case: str, reason: str | None = None) -> None:
    await world.revisions.withdraw(case, caller=FRONT, reason=reason)


async def test_what_was_not_sent_is_taken_back_at_once(world: World) -> None:
    world.permits.allow("office", 0)
    case = await world.file("chain")
    await withdraw(world, case, f"mistake by {MAN['name']} {MAN['id_number']}")
    assert world.states(case) == ["withdrawn"] * 3
    assert world.case(case).application.state == "withdrawn"
    await withdraw(world, case)
    assert world.events(case).count("withdrawal_asked") == 1, "asked again it stays as it is, ended or not"
    world.permits.allow("office", None)
    await world.run()
    assert not world.offices["office"].calls


@pytest.mark.parametrize(
    ("submit", "find", "state"),
    [
        (Accepted(reference="REF-1"), None, "withdrawn"),
        (Unavailable("refused"), None, "withdrawn"),
        (BACK, None, "withdrawn"),
        (approved(), None, "approved"),
        (LOST, Absent(), "withdrawn"),
        (LOST, Found(outcome=Accepted(reference="REF-1")), "withdrawn"),
        (LOST, Found(outcome=approved()), "approved"),
    ],
)
async def test_what_is_being_sent_is_taken_back_as_soon_as_it_can_be(world: World, submit: Any, find: Any, state: str) -> None:
    world.offices["office"].says("submit", submit)
    if find:
        world.offices["office"].says("find", find, find)
    case = await world.file("office-ask")
    await withdraw(world, case)
    assert world.one(case).withdrawing
    for _ in range(4):
        await world.run()
        world.later(20)
    assert world.one(case).state == state
    assert world.case(case).application.state == state


@pytest.mark.parametrize(("answer", "state"), [(Kept(code="already_decided"), "approved"), (None, "withdrawn")])
async def test_what_is_being_decided_is_asked_back(world: World, answer: Any, state: str) -> None:
    office = world.offices["office"]
    office.says("submit", Accepted(reference="REF-1"))
    if answer:
        office.says("withdraw", Unavailable("down"), answer)
    office.says("poll", {"REF-1": approved()})
    case = await world.file("office-safe")
    await world.run()
    await withdraw(world, case)
    for _ in range(4):
        await world.run()
        world.later(20)
    assert world.one(case).state == state
    assert "outcome_recorded" in world.events(case)


async def test_word_that_it_is_accepted_does_not_forget_the_withdrawal(world: World) -> None:
    office = world.offices["office"]
    office.says("submit", Accepted(reference="REF-1"))
    case = await world.file("office-safe")
    await world.run()
    await withdraw(world, case)
    await world.call_back(id="m1", kind="accepted", reference="REF-1")
    await world.run()
    assert world.one(case).state == "withdrawn"


async def test_asked_to_be_taken_back_twice_at_once_it_is_once_and_not_revised_any_more(world: World) -> None:
    world.offices["office"].says("submit", Accepted(reference="REF-1"))
    case = await world.file("office-safe")
    await world.run()
    await asyncio.gather(withdraw(world, case, "a"), withdraw(world, case, "b"))
    assert world.events(case).count("withdrawal_asked") == 1
    with pytest.raises(Refused, match="conflict"):
        await world.revise(case, {})


async def test_what_had_ended_before_is_not_taken_back(world: World) -> None:
    case = await world.file("office-safe")
    await world.run()
    for _ in range(2):
        with pytest.raises(Refused, match="conflict"):
            await withdraw(world, case)


async def test_departments_that_let_nothing_be_taken_back_are_waited_for(world: World) -> None:
    world.offices["silent"].says("submit", Accepted(reference="REF-1"))
    case = await world.file("silent-safe")
    await world.run()
    before = world.case(case)
    with pytest.raises(Refused, match="conflict"):
        await withdraw(world, case)
    assert world.case(case) == before
