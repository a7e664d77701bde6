"""A revision sends again only what it touches; a case is taken back as far as its departments allow."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.model.errors import InDoubt, Unavailable
from gateway.model.outcome import Absent, Accepted, Found, Kept, Returned
from gateway.routing.caller import Caller
from gateway.routing.refusals import Refused
from tests.gateway.routing.offices import MAN, WOMAN, approved
from tests.gateway.routing.world import FRONT, World

BACK = Returned(code="B1", reason="again")
LOST = InDoubt("timeout")
DATA = {"note": "x", "own": "y"}


async def test_only_what_was_returned_and_what_follows_is_sent_again(world: World) -> None:
    world.offices["annex"].says("submit", BACK)
    case = await world.file("chain", DATA)
    await world.run()
    assert world.states(case) == ["approved", "returned", "waiting"]
    assert world.case(case).application.state == "returned"
    filed = await world.revise(case, {**DATA, "own": "z"})
    assert filed.created
    await world.run()
    assert world.states(case) == ["approved", "approved", "approved"]
    assert [d.round for d in world.case(case).deliveries.values()] == [1, 2, 1]
    assert world.offices["office"].count("submit") == 1
    assert [call.key.rpartition("-")[2] for _, call, _ in world.offices["annex"].calls] == ["1", "2", "1"]
    assert world.offices["annex"].calls[1][2].note == "z"
    assert world.case(case).application.state == "approved"


async def test_what_a_department_has_acted_upon_cannot_be_changed(world: World) -> None:
    world.offices["annex"].says("submit", BACK)
    case = await world.file("chain", DATA)
    await world.run()
    before = world.case(case)
    with pytest.raises(Refused) as refused:
        await world.revise(case, {**DATA, "note": "other"})
    assert [error.pointer for error in refused.value.errors] == ["/data/note"]
    assert refused.value.status == 422
    assert world.case(case) == before


async def test_what_is_in_doubt_counts_as_acted_upon_even_while_it_waits_to_be_sent_again(world: World) -> None:
    world.offices["office"].says("submit", LOST)
    world.offices["annex"].says("submit", BACK)
    case = await world.file("pair", DATA)
    await world.run()
    assert world.states(case) == ["ready", "returned"]
    with pytest.raises(Refused, match="validation"):
        await world.revise(case, {**DATA, "note": "other"})


async def test_questions_are_asked_again_when_their_data_changes(world: World) -> None:
    world.offices["annex"].says("submit", BACK)
    case = await world.file("looked", DATA)
    await world.run()
    world.offices["office"].says("query", approved("N-2"))
    await world.revise(case, {**DATA, "note": "new"})
    await world.run()
    assert world.states(case) == ["approved", "approved"]
    assert world.offices["office"].count("query") == 2
    assert world.offices["annex"].calls[-1][2].number == "N-2"


async def test_a_step_that_comes_to_apply_is_sent(world: World) -> None:
    world.offices["office"].says("submit", BACK)
    case = await world.file("wanted", {"want": False})
    await world.run()
    assert world.states(case) == ["returned", "skipped"]
    await world.revise(case, {"want": True, "note": "n"})
    await world.run()
    assert world.states(case) == ["approved", "approved"]
    assert world.case(case).deliveries["extra"].skip_reason is None


async def test_a_changed_applicant_is_found_by_the_new_number(world: World) -> None:
    world.offices["office"].says("submit", BACK)
    case = await world.file("office-safe")
    await world.run()
    old = world.case(case).application.applicant_index
    await world.revise(case, {}, applicant=WOMAN)
    await world.run()
    assert world.case(case).application.applicant_index == world.casework.applicant_index(WOMAN["id_type"], WOMAN["id_number"]) != old


async def test_a_revision_is_filed_once_and_only_by_whom_the_case_is(world: World) -> None:
    world.offices["office"].says("submit", BACK)
    case = await world.file("office-safe")
    await world.run()
    assert (await world.revise(case, {"note": "a"})).created
    assert not (await world.revise(case, {"note": "a"})).created
    with pytest.raises(Refused, match="idempotency-mismatch"):
        await world.revise(case, {"note": "b"})
    other = Caller(id="0190a000-0000-7000-8000-0000000000aa", name="x", role="front-end")
    with pytest.raises(Refused) as refused:
        await world.revisions.withdraw(case, caller=other, reason=None)
    assert refused.value.status == 404


async def test_without_a_return_there_is_nothing_to_revise_and_mistakes_are_located(world: World) -> None:
    world.offices["office"].says("submit", BACK)
    case = await world.file("office-safe")
    with pytest.raises(Refused, match="conflict"):
        await world.revise(case, {})
    await world.run()
    with pytest.raises(Refused) as refused:
        await world.revise(case, {"note": 5, "what": 1})
    assert len(refused.value.errors) >= 2
    with pytest.raises(Refused, match="malformed"):
        await world.revisions.revise(case, b"[", caller=FRONT, idempotency_key="k", language="en")


async def withdraw(world: World, case: str, reason: str | None = None) -> None:
    await world.revisions.withdraw(case, caller=FRONT, reason=reason)


async def test_what_was_not_sent_is_taken_back_at_once(world: World) -> None:
    world.permits.allow("office", 0)
    case = await world.file("chain")
    await withdraw(world, case, f"mistake by {MAN['name']} {MAN['id_number']}")
    assert world.states(case) == ["withdrawn"] * 3
    assert world.case(case).application.state == "withdrawn"
    with pytest.raises(Refused, match="conflict"):
        await withdraw(world, case)
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


async def test_departments_that_let_nothing_be_taken_back_are_waited_for(world: World) -> None:
    world.offices["silent"].says("submit", Accepted(reference="REF-1"))
    case = await world.file("silent-safe")
    await world.run()
    before = world.case(case)
    with pytest.raises(Refused, match="conflict"):
        await withdraw(world, case)
    assert world.case(case) == before
