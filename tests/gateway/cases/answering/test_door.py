"""The last six characters of a document's number: who gives them, how often they may be wrong, and the session that they open."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from gateway.cases.answering import texts
from gateway.cases.answering.door import EVER, LASTS, MOST, PAUSE, Door, last_of
from gateway.cases.receipts.issuing import Issuing
from gateway.cases.receipts.receipt import Receipt
from gateway.journal.store import schema
from gateway.texts.refusals import Refused
from tests.gateway.cases.receipts.parties import BUYER, receipt, rows, stored
from tests.gateway.worlds.offices import MAN
from tests.gateway.worlds.world import FRONT, World

SALE: dict[str, Any] = {"note": "x", "buyer": BUYER}
FIRM: dict[str, Any] = {"name": "firm", "uscc": "91500152MA00000158"}
RIGHT, WRONG = BUYER["id_number"][-6:], MAN["id_number"][-6:]


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def door(world: World) -> Door:
    return made(world)


def made(world: World) -> Door:
    """Give a door of its own, as another node or the same after a restart has it."""
    return Door(write=world.journal.write, keys=world.keys.secrets, clock=lambda: world.now)


async def tried(world: World, door: Door, case: str, six: str, role: str = "buyer") -> str:
    return await door_of(world, door, receipt(world, case, role), six, SALE)


async def door_of(world: World, door: Door, one: Receipt, six: str, data: dict[str, Any]) -> str:
    definition = world.catalogue.services["sale"].definition
    return await door.open(one.party, one.secret, six, definition=definition, form={"applicant": MAN, "data": data})


async def refusal(world: World, door: Door, case: str, six: str = WRONG) -> Refused:
    with pytest.raises(Refused) as refused:
        await tried(world, door, case, six)
    return refused.value


async def test_the_characters_open_a_session_of_the_very_link_for_a_while(world: World, door: Door) -> None:
    case = await world.file("sale", SALE)
    token = await tried(world, door, case, f" {RIGHT[:3]}-{RIGHT[3:]} ")
    one, other = receipt(world, case, "buyer"), receipt(world, case, "applicant")
    assert door.is_open(one.party, one.secret, token)
    assert not door.is_open(other.party, other.secret, token)
    assert not door.is_open(one.party, one.secret[:-1] + "A", token)
    until, _, mac = token.partition(".")
    forged = ("", ".", "x", f"{int(until) + 1}.{mac}", f"{until}.", f"{until}.{mac}é", f"٣{until}.{mac}", "9" * 4000 + ".x")
    assert [wrong for wrong in forged if door.is_open(one.party, one.secret, wrong)] == []
    world.later(LASTS / 1_000_000 - 1)
    assert door.is_open(one.party, one.secret, token)
    world.later(2)
    assert not door.is_open(one.party, one.secret, token)
    await Issuing(journal=world.journal, receipts=world.receipts).issue(case, role="buyer", caller=FRONT, language="en")
    fresh = receipt(world, case, "buyer")
    assert not door.is_open(fresh.party, fresh.secret, token)
    assert RIGHT not in stored(world).replace(BUYER["id_number"], "")


async def test_tries_are_told_and_end_on_every_node_and_over_a_restart(world: World, door: Door) -> None:
    case = await world.file("sale", SALE)
    for left in range(MOST - 1, 0, -1):
        refused = await refusal(world, door, case)
        assert (refused.status, refused.said) == (422, texts.wrong_left(left))
    assert (await refusal(world, made(world), case)).said == texts.LAST_WRONG
    await world.crash()
    door = made(world)
    refused = await refusal(world, door, case, RIGHT)
    assert (refused.status, refused.said) == (429, texts.wait(60))
    assert 3599 < (refused.retry_after or 0) <= 3600
    assert await tried(world, door, case, MAN["id_number"][-6:], "applicant"), "nobody else of the case is shut out"
    assert world.details("answer_locked")["party"] == rows(world, case)["buyer"].id
    world.later(PAUSE / 1_000_000)
    assert await tried(world, door, case, RIGHT)
    assert world.rows(select(schema.answer_try)) == [], "who got in begins anew"


async def test_a_receipt_that_was_guessed_at_too_often_opens_nothing_until_it_is_issued_again(world: World, door: Door) -> None:
    case = await world.file("sale", SALE)
    for _ in range(EVER // MOST):
        for _ in range(MOST):
            assert (await refusal(world, door, case)).status == 422
        assert (await refusal(world, door, case)).status in (429, 403)
        world.later(PAUSE / 1_000_000)
    refused = await refusal(world, door, case, RIGHT)
    assert (refused.status, refused.said) == (403, texts.CLOSED)
    world.later(30 * 86400)
    assert (await refusal(world, door, case, RIGHT)).status == 403
    await Issuing(journal=world.journal, receipts=world.receipts).issue(case, role="buyer", caller=FRONT, language="en")
    assert (await refusal(world, door, case)).said == texts.wrong_left(MOST - 1)
    assert await tried(world, door, case, RIGHT)


async def test_many_at_once_are_no_way_around(world: World, door: Door) -> None:
    case = await world.file("sale", SALE)
    found = await asyncio.gather(*(refusal(world, door, case) for _ in range(2 * MOST)))
    assert sorted(one.status for one in found) == [422] * MOST + [429] * MOST
    [row] = world.rows(select(schema.answer_try.c.wrong))
    assert row.wrong == MOST


async def test_what_cannot_be_the_end_of_a_number_is_no_try(world: World, door: Door) -> None:
    case = await world.file("sale", SALE)
    for typed in ("", "31002", "3100266", "3100é6", "<b>", "1" * 4000):
        refused = await refusal(world, door, case, typed)
        assert (refused.status, refused.said) == (422, texts.SIX_CHARACTERS), typed[:10]
    assert world.rows(select(schema.answer_try)) == []


async def test_the_number_is_that_of_the_party_whatever_the_document(world: World, door: Door) -> None:
    case = await world.file("sale", {**SALE, "firm": FIRM})
    definition = world.catalogue.services["sale"].definition
    form = {"applicant": {**MAN, "id_type": "414", "id_number": "e0000000x"}, "data": {**SALE, "firm": FIRM}}
    parties = rows(world, case)
    assert last_of(parties["firm"], definition, form) == "000158"
    assert last_of(parties["applicant"], definition, form) == "00000X"
    assert await door_of(world, door, receipt(world, case, "firm"), "０００１５８", {**SALE, "firm": FIRM})
    short = {"applicant": {**MAN, "id_type": "414", "id_number": "E1234"}, "data": {"buyer": {"name": "x"}}}
    assert last_of(parties["applicant"], definition, short) is None
    assert last_of(parties["buyer"], definition, short) is None
    with pytest.raises(Refused) as refused:
        await door_of(world, door, receipt(world, case, "buyer"), "E1234", {"note": "x"})
    assert (refused.value.status, refused.value.said) == (403, texts.NO_NUMBER)
