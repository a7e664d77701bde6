"""A revision sends only affected steps again, and a case is taken back as far as its departments allow."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.cases.caller import Caller
from gateway.model.errors import InDoubt, Invalid, Unavailable
from gateway.model.outcome import Absent, Accepted, FieldProblem, Found, Returned
from gateway.texts.refusals import Refused
from tests.gateway.worlds.offices import MAN, WOMAN, approved
from tests.gateway.worlds.world import FRONT, World

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


async def test_what_a_department_was_told_is_not_changed_when_nobody_asks_for_it(world: World) -> None:
    world.offices["annex"].says("submit", BACK)
    case = await world.file("chain", DATA)
    await world.run()
    before = world.case(case)
    with pytest.raises(Refused) as refused:
        await world.revise(case, {**DATA, "note": "other"})
    assert [error.pointer for error in refused.value.errors] == ["/data/note"]
    assert refused.value.status == 422
    assert world.case(case) == before


async def test_what_is_in_doubt_counts_as_told_even_while_it_waits_to_be_sent_again(world: World) -> None:
    world.offices["office"].says("submit", LOST)
    world.offices["annex"].says("submit", BACK)
    case = await world.file("pair", DATA)
    await world.run()
    assert world.states(case) == ["ready", "returned"]
    with pytest.raises(Refused, match="validation"):
        await world.revise(case, {**DATA, "note": "other"})


def asks(*fields: str) -> Returned:
    return Returned(code="B1", reason="again", fields=tuple(FieldProblem(field, "wrong") for field in fields))


def notes(world: World, office: str) -> list[str]:
    """Give the note and the key's round of each submit."""
    return [f"{call.key.rpartition('-')[2]}:{asked.note}" for name, call, asked in world.offices[office].calls if name == "submit"]


async def test_what_a_department_asks_for_can_be_answered_although_another_granted_it(world: World) -> None:
    world.offices["annex"].says("submit", asks("note"), asks("note"))
    case = await world.file("shared", DATA)
    await world.run()
    assert world.states(case) == ["approved", "returned", "waiting"]
    await world.revise(case, {**DATA, "note": "corrected"})
    one = world.case(case).deliveries
    assert (one["one"].state, one["one"].told_otherwise) == ("approved", "data.note")
    assert world.details("revision_filed")["told_otherwise"] == ["one"]
    await world.run()
    assert world.states(case) == ["approved", "returned", "waiting"]
    await world.revise(case, DATA, key="rev-2")
    assert world.one(case, "one").told_otherwise is None, "it says again what was told"
    await world.run()
    assert world.states(case) == ["approved"] * 3
    assert world.case(case).application.state == "approved"
    assert (notes(world, "office"), notes(world, "annex")) == (["1:x", "1:x"], ["1:x", "2:corrected", "3:x"])


@pytest.mark.parametrize(
    ("submit", "find", "state", "sent"),
    [
        (LOST, None, "approved", ["1:x", "1:x"]),  # doubt is sticky: the key keeps its first contents
        (Unavailable("down"), None, "approved", ["1:x", "1:corrected"]),  # nothing was processed: it is told anew
        (Accepted(reference="REF-1"), None, "deciding", ["1:x"]),
        (LOST, Absent(), "approved", ["1:x", "1:corrected"]),
        (LOST, Found(outcome=approved()), "approved", ["1:x"]),
    ],
)
async def test_what_is_under_way_goes_on_as_it_was_told(world: World, submit: Any, find: Any, state: str, sent: list[str]) -> None:
    world.offices["office"].says("submit", submit)
    world.offices["annex"].says("submit", asks("note"))
    if find is not None:
        world.offices["office"].says("find", find, find)
    case = await world.file("pair-ask" if find is not None else "pair-same", DATA)
    await world.run()
    await world.revise(case, {"note": "corrected"})
    for _ in range(3):
        world.later(12)
        await world.run()
    one = world.one(case, "one")
    assert (one.state, notes(world, "office")) == (state, sent)
    assert [asked.note for name, _, asked in world.offices["office"].calls if name == "find"] == ["x"] * world.offices["office"].count(
        "find"
    )
    assert one.told_otherwise == (None if "1:corrected" in sent else "data.note")


async def test_what_is_being_sent_is_told_otherwise_as_soon_as_it_is_corrected(world: World) -> None:
    world.offices["annex"].says("submit", asks("note"))
    case = await world.file("pair-same", DATA)
    sending = world.works.popleft()
    await world.run()
    await world.revise(case, {"note": "corrected"})
    assert world.one(case, "one").told_otherwise == "data.note"
    await world.do(sending)
    await world.run()
    assert (world.one(case, "one").state, world.one(case, "one").told_otherwise) == ("approved", "data.note")
    assert notes(world, "office") == ["1:x"]


async def test_a_department_that_will_be_told_nothing_more_does_not_stand_against_an_answer(world: World) -> None:
    """Use a name of five characters, which the approved department takes and the asking one does not."""
    world.offices["annex"].says("submit", asks("note"))
    case = await world.file("narrow", {"note": "short"})
    await world.run()
    assert world.states(case) == ["approved", "returned"]
    await world.revise(case, {"note": "much longer than that"})
    await world.run()
    assert world.states(case) == ["approved", "approved"]


async def test_what_the_form_ties_to_what_is_asked_for_is_corrected_with_it(world: World) -> None:
    """Use the note T, which requires ``own``, a field that the first department was told too."""
    world.offices["annex"].says("submit", asks("note"))
    case = await world.file("tied", DATA)
    await world.run()
    with pytest.raises(Refused) as refused:
        await world.revise(case, {"note": "y", "own": "z"})
    assert [error.pointer for error in refused.value.errors] == ["/data/own"], "nothing ties it to that"
    await world.revise(case, {"note": "T", "own": "longer"})
    await world.run()
    assert world.states(case) == ["approved", "approved"]
    assert world.one(case, "one").told_otherwise == "data.own"


@pytest.mark.parametrize("answer", ["N-1", "N-2"])
async def test_another_answer_is_told_otherwise_to_who_was_told_the_first(world: World, answer: str) -> None:
    world.offices["annex"].says("submit", approved(), asks("note"), approved(), asks("note"))
    case = await world.file("asked-two", DATA)
    await world.run()
    assert world.states(case) == ["approved", "approved", "returned", "waiting"]
    world.offices["office"].says("query", approved(answer), approved("N-1"))
    await world.revise(case, {"note": "new"})
    assert world.one(case, "act").told_otherwise is None, "not before it is known"
    await world.run()
    assert world.one(case, "act").told_otherwise == (None if answer == "N-1" else "steps.look.number")
    assert [asked.number for _, _, asked in world.offices["annex"].calls] == ["N-1", None, None, None]
    await world.revise(case, DATA, key="rev-2")
    await world.run()
    assert world.one(case, "act").told_otherwise is None
    assert world.states(case) == ["approved"] * 4


async def test_a_case_held_for_its_data_is_corrected_by_a_revision(world: World) -> None:
    world.offices["office"].says("submit", Invalid("gbk"))
    case = await world.file("pair", {"note": "䶮", "own": "y"})
    await world.run()
    assert world.states(case) == ["held", "approved"]
    assert world.one(case, "one").correctable
    await world.revise(case, {"note": "龑", "own": "y"})
    await world.run()
    assert world.states(case) == ["approved", "approved"]
    assert (notes(world, "office"), notes(world, "annex")) == (["1:䶮", "2:龑"], ["1:y"])


async def test_a_condition_that_could_not_be_answered_is_asked_anew(world: World) -> None:
    case = await world.file("picky", {})
    await world.run()
    assert (world.one(case, "odd").state, world.one(case, "odd").problem) == ("held", "condition_failed")
    await world.revise(case, {"note": "xyz", "own": "o"})
    await world.run()
    assert world.states(case) == ["approved", "approved"]
    assert world.one(case, "odd").round == 1, "nothing was sent before"


@pytest.mark.parametrize("held", [Invalid("no_adapter"), [Unavailable("down")] * 4, [LOST, Invalid("late")]])
async def test_what_is_held_for_another_reason_or_in_doubt_waits_for_an_operator(world: World, held: Any) -> None:
    world.offices["office"].says("submit", *(held if isinstance(held, list) else [held]))
    case = await world.file("office-safe", {"note": "a"})
    for _ in range(5):
        await world.run()
        world.later(10)
    assert world.states(case) == ["held"]
    assert not world.one(case).correctable
    with pytest.raises(Refused, match="conflict"):
        await world.revise(case, {"note": "b"})


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


@pytest.mark.parametrize("lost", [False, True])
async def test_a_question_under_way_is_asked_again_with_what_was_corrected(world: World, *, lost: bool) -> None:
    world.offices["annex"].says("submit", asks("note"))
    world.offices["office"].says("query", LOST if lost else approved("old"), approved("new"))
    case = await world.file("asked-beside", DATA)
    asking = world.works.popleft()
    if lost:
        await world.do(asking)
    await world.run()
    await world.revise(case, {"note": "new"})
    if not lost:
        assert (await world.do(asking)).stale
    await world.run()
    assert world.states(case) == ["approved", "approved", "approved"]
    assert {asked.note for _, _, asked in world.offices["office"].calls} == {"x", "new"}
    assert [asked.number for _, _, asked in world.offices["annex"].calls][-1] == "new"


async def test_a_step_that_comes_to_apply_is_sent(world: World) -> None:
    world.offices["office"].says("submit", BACK)
    case = await world.file("wanted", {"want": False})
    await world.run()
    assert world.states(case) == ["returned", "skipped"]
    await world.revise(case, {"want": True, "note": "n"})
    await world.run()
    assert world.states(case) == ["approved", "approved"]
    assert world.case(case).deliveries["extra"].skip_reason is None


OTHER_NUMBER = {**MAN, "id_number": WOMAN["id_number"]}
OTHER_NAME = {**MAN, "name": WOMAN["name"]}
PASSPORT = {**MAN, "id_type": "414", "id_number": "E12345678"}


async def returned(world: World, *asked: str, times: int = 1) -> str:
    """Give a case whose only step is returned with these fields named."""
    world.offices["office"].says("submit", *[asks(*asked)] * times)
    case = await world.file("noted")
    await world.run()
    return case


@pytest.mark.parametrize(
    ("asked", "applicant", "corrected"),
    [
        (["name"], OTHER_NAME, "name"),
        (["id_number"], OTHER_NUMBER, "document"),
        ([], OTHER_NAME, "name"),  # it names no field
        (["note"], {**MAN, "mobile": "13800138000"}, None),
        (["id_number"], MAN, None),
    ],
)
async def test_of_the_applicant_what_was_asked_for_is_corrected_marked_and_audited(
    world: World, asked: list[str], applicant: Any, corrected: str | None
) -> None:
    case = await returned(world, *asked)
    await world.revise(case, {}, applicant=applicant)
    await world.run()
    index = world.casework.applicant_index(applicant["id_type"], applicant["id_number"])
    assert world.case(case).application.applicant_index == index
    assert world.case(case).application.state == "approved"
    assert world.details("revision_filed").get("result") == (f"applicant_{corrected}_corrected" if corrected else None)


@pytest.mark.parametrize(
    ("asked", "applicant", "pointers"),
    [
        (["name", "id_number"], WOMAN, ["/applicant/name", "/applicant/id_number"]),
        ([], WOMAN, ["/applicant/name", "/applicant/id_number"]),
        (["name"], {**PASSPORT, "name": "other"}, ["/applicant/name", "/applicant/id_type", "/applicant/id_number"]),
        (["note"], OTHER_NAME, ["/applicant/name"]),
        (["note"], OTHER_NUMBER, ["/applicant/id_number"]),
        (["name"], OTHER_NUMBER, ["/applicant/id_number"]),
        (["id_number"], PASSPORT, ["/applicant/id_type"]),
    ],
)
async def test_no_revision_makes_it_another_persons(world: World, asked: list[str], applicant: Any, pointers: list[str]) -> None:
    case = await returned(world, *asked)
    before = world.case(case)
    with pytest.raises(Refused) as refused:
        await world.revise(case, {}, applicant=applicant)
    assert (refused.value.status, [error.pointer for error in refused.value.errors]) == (422, pointers)
    assert world.case(case) == before


async def test_no_two_revisions_make_it_another_persons(world: World) -> None:
    case = await returned(world, "name", "id_number", times=3)
    await world.revise(case, {}, applicant=OTHER_NAME)
    await world.run()
    for another in (WOMAN, OTHER_NUMBER):
        with pytest.raises(Refused) as refused:
            await world.revise(case, {}, applicant=another, key="rev-2")
        assert "/applicant/id_number" in {error.pointer for error in refused.value.errors}
    await world.revise(case, {}, applicant=MAN, key="rev-3")  # back to the data as filed
    await world.run()
    await world.revise(case, {}, applicant=OTHER_NUMBER, key="rev-4")
    await world.run()
    assert world.case(case).application.state == "approved"


async def test_who_else_is_in_the_case_is_the_services_own_data(world: World) -> None:
    case = await returned(world, "note")
    await world.revise(case, {"note": WOMAN["name"]}, agent=WOMAN)
    await world.run()
    assert world.case(case).application.state == "approved"


@pytest.mark.parametrize(
    ("more", "pointers"),
    [
        ({"service": "noted", "channel": "counter"}, []),
        ({"service": "pair"}, ["/service"]),
        ({"service": None, "channel": "pc"}, ["/service", "/channel"]),
        ({"channel": ["counter"], "what": 1}, ["/channel", "/what"]),
    ],
)
async def test_the_service_and_the_channel_stay_what_they_are(world: World, more: dict[str, Any], pointers: list[str]) -> None:
    case = await returned(world)
    if not pointers:
        assert (await world.revise(case, {}, **more)).created
        return
    with pytest.raises(Refused) as refused:
        await world.revise(case, {}, **more)
    assert sorted(error.pointer for error in refused.value.errors) == sorted(pointers)


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
