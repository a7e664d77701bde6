"""A receipt that is issued again takes the place of the one before in one commit, for whoever may issue it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import insert, update

from gateway.cases.caller import LOCAL_CALLER, Caller
from gateway.cases.casework import Casework
from gateway.cases.receipts import receipt as module
from gateway.cases.receipts import texts
from gateway.cases.receipts.issuing import Issued, Issuing
from gateway.cases.receipts.query_code import code_of
from gateway.cases.receipts.receipt import Receipt
from gateway.journal.queues.parties import by_code_macs
from gateway.journal.store import schema
from gateway.model.application import Application
from gateway.texts.refusals import Refused
from tests.gateway.cases.receipts.parties import BUYER, receipt, rows, stored
from tests.gateway.conftest import Make
from tests.gateway.worlds.world import FRONT, OPERATOR, World

OTHER_HALL = Caller(id="0190a000-0000-7000-8000-00000000000c", name="other", role="front-end")


on_both = pytest.mark.parametrize("store", ["sqlite", "postgresql"])


async def issue(world: World, case: str, role: str = "applicant", caller: Caller = FRONT) -> Issued:
    issuing = Issuing(journal=world.journal, receipts=world.receipts)
    return await issuing.issue(case, role=role, caller=caller, language="en")


def found(world: World, one: Receipt) -> int:
    """Count the rows that a code finds."""
    with world.reader.connect() as connection:
        return len(by_code_macs(connection, world.receipts.code_macs(one.query_code)))


@on_both
async def test_the_code_and_link_before_are_dead_with_the_commit_and_the_audit_has_neither(world: World) -> None:
    case = await world.file("sale", {"buyer": BUYER})
    before, others = receipt(world, case), receipt(world, case, "buyer")
    issued = await issue(world, case)

    assert isinstance(issued.application, Application)
    assert (found(world, before), found(world, issued.receipt)) == (0, 1)
    assert receipt(world, case) == issued.receipt
    assert issued.receipt.secret != before.secret
    assert receipt(world, case, "buyer").secret == others.secret
    assert world.events(case)[-1] == "receipt_issued"
    assert world.details("receipt_issued")["party"] == rows(world, case)["applicant"].id
    everything = stored(world)
    assert FRONT.actor in everything
    assert not any(one in everything for one in (issued.receipt.query_code, issued.receipt.secret, before.query_code))


async def test_it_is_issued_to_whoever_has_the_role_again_and_again(world: World) -> None:
    case = await world.file("sale", {"buyer": BUYER})
    codes = [(await issue(world, case, role)).receipt.query_code for role in ("buyer", "handler", "buyer", "applicant")]
    assert len(set(codes)) == 4
    assert [receipt(world, case, role).query_code for role in ("buyer", "applicant")] == codes[2:]


@on_both
async def test_two_at_once_leave_one_that_works(world: World) -> None:
    case = await world.file("office-safe")
    both = await asyncio.gather(issue(world, case), issue(world, case))
    assert sorted(found(world, one.receipt) for one in both) == [0, 1]


@pytest.mark.parametrize("caller", [OTHER_HALL, OPERATOR], ids=lambda one: one.role)
async def test_to_others_the_case_is_not_there(world: World, caller: Caller) -> None:
    case = await world.file("office-safe")
    before = receipt(world, case)
    for one in (case, "0190a000-0000-7000-8000-0000000000aa"):
        with pytest.raises(Refused) as refused:
            await issue(world, one, caller=caller)
        assert (refused.value.kind, refused.value.status) == ("not-found", 404)
    assert receipt(world, case) == before


async def test_the_machine_itself_may(world: World) -> None:
    case = await world.file("office-safe")
    assert (await issue(world, case, caller=LOCAL_CALLER)).receipt == receipt(world, case)


async def test_a_role_that_nobody_has_is_named_with_those_that_there_are(world: World) -> None:
    case = await world.file("sale", {"buyer": BUYER})
    with pytest.raises(Refused) as refused:
        await issue(world, case, "seller")
    assert refused.value.status == 422
    assert [(one.pointer, one.detail) for one in refused.value.errors] == [
        ("/role", texts.no_role("applicant, buyer, handler").en),
    ]


async def test_a_case_from_before_parties_were_kept_has_its_applicant_from_then_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as before:
        before.setattr(Casework, "first_parties", lambda *_: [])
        case = await world.file("sale", {"buyer": BUYER})
    assert rows(world, case) == {}
    with pytest.raises(Refused, match="receipt"):
        await issue(world, case, "buyer")
    issued = await issue(world, case)
    assert rows(world, case)["applicant"].person_index == world.case(case).application.applicant_index
    assert receipt(world, case) == issued.receipt


@on_both
async def test_a_code_that_somebody_has_is_drawn_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [await world.file("office-safe"), await world.file("office-safe")]
    drawn = iter([1, 1, 1, 2, 2])  # the last of each is the one that is shown
    monkeypatch.setattr(module, "_number", lambda _: next(drawn))
    assert [(await issue(world, case)).receipt.query_code for case in cases] == [code_of(1), code_of(2)]
    monkeypatch.undo()


@on_both
async def test_no_code_is_given_while_an_older_node_lives_and_the_cases_of_then_get_theirs_after(make_world: Make, store: str) -> None:
    world: World = await make_world()
    old: dict[str, Any] = {"id": "0190a000-0000-7000-8000-00000000000b", "node": "older", "batch": 0, "seq": 0, "hash": "", "seen_at": 1}
    with world.writer.begin() as connection:
        connection.execute(insert(schema.chain), old)
        connection.execute(insert(schema.meta), {"key": "revision:older", "value": "0016"})
    case = await world.file("office-safe")
    if store == "sqlite":  # a file has one writer
        assert receipt(world, case).query_code
    else:
        assert rows(world, case)["applicant"].code_mac is None
        with pytest.raises(Refused) as refused:
            await issue(world, case)
        assert (refused.value.status, refused.value.said) == (409, texts.OLDER_NODES)
    with world.writer.begin() as connection:
        connection.execute(update(schema.chain).where(schema.chain.c.node == "older").values(closed_at=2))
    assert (await issue(world, case)).receipt == receipt(world, case)
    assert receipt(world, await world.file("office-safe")).query_code
    with world.writer.begin() as connection:
        connection.execute(schema.chain.delete().where(schema.chain.c.node == "older"))
