"""A person's resolution of a delivery can be taken back while nothing has come of it, and not a moment longer."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from gateway.journal.store import schema
from gateway.model.errors import InDoubt, Invalid
from gateway.model.outcome import Absent, Returned
from gateway.operations.controls import WantedControls
from gateway.texts.refusals import Refused
from tests.gateway.worlds.offices import MAN, approved
from tests.gateway.worlds.world import OPERATOR, World

LOST = InDoubt("timeout")
NUMBER = {"number": "N-7"}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow("each of them again on a server; SQLite's stay"))])
def store(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def doubtful(world: World, service: str = "office-never", office: str = "office", step: str = "do") -> str:
    world.offices[office].says("submit", LOST)
    case = await world.file(service)
    await world.run()
    assert world.one(case, step).state == "in_doubt"
    return case


async def resolve(world: World, case: str, step: str = "do", *, happened: bool = True, **outcome: Any) -> None:
    which = world.one(case, step).id
    await world.repairs.resolve(which, caller=OPERATOR, happened=happened, outcome=outcome or None, reason="they said so")


async def unresolve(world: World, case: str, step: str = "do") -> None:
    await world.repairs.unresolve(world.one(case, step).id, caller=OPERATOR, reason=f"mistyped, says {MAN['name']}")


async def refused(world: World, case: str, step: str = "do") -> str:
    before = world.case(case)
    with pytest.raises(Refused) as said:
        await unresolve(world, case, step)
    assert (said.value.kind, said.value.status, world.case(case)) == ("conflict", 409, before)
    return said.value.said.en


async def test_a_mistyped_reference_is_taken_back_and_said_rightly(world: World) -> None:
    case = await doubtful(world)
    before = world.one(case)
    await resolve(world, case, kind="accepted", reference="REF-8")
    world.later(60)
    await world.run()  # it is polled and still open, so nothing has come of it
    await unresolve(world, case)
    after = world.one(case)
    same = ("state", "action", "due_at", "doubt_since", "problem", "reference", "first_sent_at", "failures", "attempts")
    assert {name: getattr(after, name) for name in same} == {name: getattr(before, name) for name in same}
    assert world.case(case).application.needs_attention
    await resolve(world, case, kind="accepted", reference="REF-7")
    world.offices["office"].says("poll", lambda _, pending: {pending[0].reference: approved()})
    world.later(60)
    await world.run()
    assert (world.one(case).state, world.one(case).reference) == ("approved", "REF-7")
    assert world.offices["office"].count("submit") == 1
    told = [event for event in world.events(case) if event in ("delivery_resolved", "resolution_taken_back")]
    assert told == ["delivery_resolved", "resolution_taken_back", "delivery_resolved"]


async def test_a_reference_is_taken_without_the_blanks_around_it_and_never_anothers(world: World) -> None:
    first, second = await doubtful(world), await doubtful(world)
    await resolve(world, first, kind="accepted", reference=" REF-7 ")
    assert world.one(first).reference == "REF-7"
    for wrong, kind in (("REF-7", "conflict"), ("  ", "validation")):
        before = world.case(second)
        with pytest.raises(Refused, match=kind):
            await resolve(world, second, kind="accepted", reference=wrong)
        assert world.case(second) == before


async def test_a_reference_that_its_polls_are_refused_for_is_taken_back_too(world: World) -> None:
    case = await doubtful(world)
    await resolve(world, case, kind="accepted", reference="REF-8")
    world.offices["office"].says("poll", Invalid("http_404"))
    world.later(60)
    await world.run()
    assert world.one(case).state == "held"
    await unresolve(world, case)
    assert (world.one(case).state, world.one(case).reference, world.one(case).problem) == ("in_doubt", None, "timeout")


async def test_a_poll_under_way_comes_too_late(world: World) -> None:
    case = await doubtful(world)
    await resolve(world, case, kind="accepted", reference="REF-8")
    world.offices["office"].says("poll", {"REF-8": approved("of another case")})
    world.later(60)
    await world.claim()
    await unresolve(world, case)
    await world.run()
    assert (world.one(case).state, world.events(case)[-1]) == ("in_doubt", "late_result_kept")


async def test_who_took_it_back_and_why_is_kept_and_names_nobody_elsewhere(world: World) -> None:
    case = await doubtful(world)
    await resolve(world, case, kind="accepted", reference="REF-8")
    await unresolve(world, case)
    table = schema.audit
    [actor] = world.rows(select(table.c.actor).where(table.c.event == "resolution_taken_back"))
    assert actor[0] == OPERATOR.actor
    assert MAN["name"] not in repr(world.rows(select(table.c.details)))
    assert MAN["name"].encode() in b"".join(blob for (blob,) in world.rows(select(schema.payload.c.blob)))


@pytest.mark.parametrize(
    "outcome",
    [
        {"kind": "approved", "output": NUMBER},
        {"kind": "rejected", "code": "R", "reason": "no"},
        {"kind": "returned", "code": "B", "reason": "again"},
    ],
)
async def test_a_wrong_outcome_is_taken_back_with_what_was_written_of_it(world: World, outcome: dict[str, Any]) -> None:
    await world.controls.change("annex", WantedControls(paused=True), reason="r", caller=OPERATOR)
    case = await doubtful(world, "pair-ask", step="one")
    await resolve(world, case, "one", **outcome)
    assert world.one(case, "one").state == outcome["kind"]
    await unresolve(world, case, "one")
    after = world.one(case, "one")
    assert (after.state, after.outcome_code, after.doubt_since is not None) == ("in_doubt", None, True)
    assert not world.rows(select(schema.payload.c.part).where(schema.payload.c.part == "outcome:one"))
    world.prove()
    await resolve(world, case, "one", kind="approved", output={"number": "N-8"})  # the same place is written anew
    assert b"N-8" in world.rows(select(schema.payload.c.blob).where(schema.payload.c.part == "outcome:one"))[0][0]


async def test_a_step_after_it_that_was_not_handed_over_waits_again(world: World) -> None:
    await world.controls.change("annex", WantedControls(paused=True), reason="r", caller=OPERATOR)
    case = await doubtful(world, "chain", step="first")
    await resolve(world, case, "first", kind="approved", output=NUMBER)
    assert world.states(case) == ["approved", "ready", "waiting"]
    await unresolve(world, case, "first")
    assert world.states(case) == ["in_doubt", "waiting", "waiting"]
    world.offices["office"].says("find", Absent())
    await world.controls.change("annex", WantedControls(paused=False), reason="r", caller=OPERATOR)
    world.later(60)
    await world.run()
    assert (world.states(case), world.offices["office"].count("submit")) == (["approved"] * 3, 2)
    assert world.offices["annex"].calls[0][2].number == "N-1"  # never the number that was taken back


async def test_steps_that_were_skipped_on_it_wait_again(world: World) -> None:
    await world.controls.change("annex", WantedControls(paused=True), reason="r", caller=OPERATOR)
    case = await doubtful(world, "beside", step="one")
    await resolve(world, case, "one", kind="rejected", code="R", reason="no")
    assert world.one(case, "two").state == "skipped"
    await unresolve(world, case, "one")
    assert (world.one(case, "two").state, world.one(case, "two").skip_reason) == ("waiting", None)


async def test_once_a_step_after_it_was_handed_over_it_stands(world: World) -> None:
    case = await doubtful(world, "chain", step="first")
    await resolve(world, case, "first", kind="approved", output=NUMBER)
    assert "(second)" in await refused(world, case, "first")
    await world.run()
    await refused(world, case, "first")


async def test_once_the_application_has_ended_it_stands(world: World) -> None:
    case = await doubtful(world)
    await resolve(world, case, kind="approved", output=NUMBER)
    assert "has ended" in await refused(world, case)


async def test_once_the_department_has_decided_on_it_it_stands(world: World) -> None:
    case = await doubtful(world, "pair-ask", step="one")
    await resolve(world, case, "one", kind="accepted", reference="REF-8")
    world.offices["office"].says("poll", {"REF-8": Returned(code="B", reason="again")})
    world.later(60)
    await world.run()
    assert "has gone on" in await refused(world, case, "one")


async def test_what_did_not_happen_is_taken_back_until_it_is_sent(world: World) -> None:
    case = await doubtful(world)
    before = world.one(case)
    await world.controls.change("office", WantedControls(paused=True), reason="r", caller=OPERATOR)
    await resolve(world, case, happened=False)
    await unresolve(world, case)
    assert (world.one(case).state, world.one(case).first_sent_at) == ("in_doubt", before.first_sent_at)
    await resolve(world, case, happened=False)
    await world.controls.change("office", WantedControls(paused=False), reason="r", caller=OPERATOR)
    world.offices["office"].says("submit", LOST)
    await world.run()
    assert (world.one(case).state, world.offices["office"].count("submit")) == ("in_doubt", 2)
    assert "has gone on" in await refused(world, case)


async def test_a_correction_that_the_applicant_has_filed_is_not_taken_from_them(world: World) -> None:
    case = await doubtful(world, "pair-ask", step="one")
    await resolve(world, case, "one", kind="returned", code="B", reason="again")
    await world.revise(case, {"note": "new", "own": "y"})
    assert "has gone on" in await refused(world, case, "one")


async def test_where_nobody_has_said_anything_there_is_nothing_to_take_back(world: World) -> None:
    case = await doubtful(world)
    assert "nothing to take back" in await refused(world, case)
    await resolve(world, case, kind="accepted", reference="REF-8")
    await unresolve(world, case)
    assert "taken back already" in await refused(world, case)
    with pytest.raises(Refused, match="validation"):
        await world.repairs.unresolve(world.one(case).id, caller=OPERATOR, reason=" ")
    with pytest.raises(Refused, match="not-found"):
        await world.repairs.unresolve("0190a000-0000-7000-8000-000000000abc", caller=OPERATOR, reason="r")
