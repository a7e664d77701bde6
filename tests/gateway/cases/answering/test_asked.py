"""Fields that are asked for, gathered over departments and cut to one's sight, and answers to them by a window and by a party."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from gateway.cases.answering import texts
from gateway.cases.answering.asked import Ask, ask_of, lies_in
from gateway.cases.caller import PARTY, Caller
from gateway.cases.filing import Filed
from gateway.catalogue.parties.sees import sees
from gateway.journal.payload import FORM, outcome_part
from gateway.journal.store import schema
from gateway.model.identifiers import new_id
from gateway.model.outcome import FieldProblem, Returned
from gateway.texts.refusals import Refused
from tests.gateway.cases.receipts.parties import BUYER, rows
from tests.gateway.worlds.offices import MAN
from tests.gateway.worlds.world import FRONT, World

DATA = {"note": "x", "own": "y"}
SALE = {**DATA, "buyer": BUYER}


def asks(*fields: str, words: str = "wrong") -> Returned:
    return Returned(code="B1", reason="again", fields=tuple(FieldProblem(field, words) for field in fields))


def parts(world: World, case: str) -> dict[tuple[str, int], Any]:
    table = schema.payload.c
    found = world.rows(select(table.part, table.revision, table.blob).where(table.application_id == case))
    return {(row.part, row.revision): orjson.loads(row.blob) for row in found}


def ask(world: World, case: str, roles: Collection[str] | None = None) -> Ask:
    one, kept = world.case(case), parts(world, case)
    definition = world.catalogue.services[one.application.service].definition
    said = {step: kept.get((outcome_part(step), delivery.round)) for step, delivery in one.deliveries.items()}
    return ask_of(
        one.application,
        one.deliveries,
        {step: outcome for step, outcome in said.items() if outcome is not None},
        definition=definition,
        form=kept[FORM, one.application.revision],
        seen=None if roles is None else sees(definition, roles),
    )


def holder(world: World, case: str, role: str) -> Caller:
    """Give the caller that follows and answers by a role's receipt."""
    return Caller(id=rows(world, case)[role].id, name=PARTY, role=PARTY, party_to=case)


async def answer(
    world: World, case: str, asked: Ask, data: Mapping[str, Any], *, caller: Caller = FRONT, applicant: Mapping[str, Any] = MAN
) -> Filed:
    document = {"applicant": applicant, "data": data}
    said = {"/data": repr(data), "/applicant": repr(applicant)}
    return await world.revisions.answer(case, document, mark=asked.mark, said=said, caller=caller, language="en")


async def test_one_place_that_several_ask_for_is_one_field_with_the_words_of_each(world: World) -> None:
    world.offices["office"].says("submit", asks("note", words="too short"))
    world.offices["annex"].says("submit", asks("note", "name", words="unreadable"))
    case = await world.file("pair-same", DATA)
    await world.run()
    asked = ask(world, case)
    assert [(one.pointer, [(reason.department, reason.said) for reason in one.reasons]) for one in asked.fields] == [
        ("/data/note", [("office", "too short"), ("annex", "unreadable")]),
        ("/applicant/name", [("annex", "unreadable")]),
    ]
    assert {reason.whole for one in asked.fields for reason in one.reasons} == {"again"}
    assert asked.steps == ("one", "two")


async def test_a_department_that_names_nothing_asks_for_all_that_it_was_given(world: World) -> None:
    world.offices["annex"].says("submit", asks())
    case = await world.file("sale", SALE)
    await world.run()
    assert ask(world, case).places == {"/applicant/name", "/applicant/id_number", "/data/note"}
    assert ask(world, case, ["buyer"]).fields == ()
    assert ask(world, case, ["buyer"]).elsewhere == ("two",), "the applicant is out of the buyer's sight"


async def test_an_answer_goes_on_as_a_revision_does(world: World) -> None:
    world.offices["annex"].says("submit", asks("note"))
    case = await world.file("pair", DATA)
    await world.run()
    world.offices["annex"].says("submit", asks("note"))
    asked = ask(world, case)
    assert asked.places == {"/data/own"}
    assert (await answer(world, case, asked, {"note": "changed", "own": "z"})).created
    assert parts(world, case)[FORM, 2]["data"] == {"note": "x", "own": "z"}, "what nobody asked for stays"
    await world.run()
    again = ask(world, case)
    assert again.mark != asked.mark
    assert (await answer(world, case, again, {"own": "zz"})).created
    await world.run()
    assert world.case(case).application.state == "approved"
    assert [one.round for one in world.case(case).deliveries.values()] == [1, 3]


async def test_an_answer_that_is_repeated_is_one_revision_and_another_is_refused(world: World) -> None:
    world.offices["annex"].says("submit", asks("note"))
    case = await world.file("pair", DATA)
    await world.run()
    asked = ask(world, case)
    made = [(await answer(world, case, asked, {"own": "z"})).created for _ in range(2)]
    assert made == [True, False]
    with pytest.raises(Refused) as refused:
        await answer(world, case, asked, {"own": "other"})
    assert (refused.value.kind, refused.value.status) == ("idempotency-mismatch", 422)
    with pytest.raises(Refused) as late:
        await answer(world, case, asked, {"own": "z"}, caller=Caller(id=new_id(), name="", role="clerk"))
    assert late.value.status == 404, "of another group"
    with pytest.raises(Refused) as meanwhile:
        await answer(world, case, ask(world, case), {"own": "z"})
    assert (meanwhile.value.status, meanwhile.value.said) == (409, texts.ANSWERED)
    assert world.case(case).application.revision == 2


async def test_an_answer_to_what_was_asked_before_is_told_so(world: World) -> None:
    world.offices["office"].says("submit", asks("note"))
    case = await world.file("pair", DATA)
    sending = world.works.pop()
    await world.run()
    asked = ask(world, case)
    assert asked.steps == ("one",)
    world.offices["annex"].says("submit", asks("note"))
    await world.do(sending)
    with pytest.raises(Refused) as refused:
        await answer(world, case, asked, {"note": "z"})
    assert (refused.value.status, refused.value.said) == (409, texts.MOVED_ON)
    assert world.case(case).application.revision == 1


async def test_a_party_answers_what_is_hers_and_the_audit_says_who(world: World) -> None:
    world.offices["annex"].says("submit", asks("note"))
    case = await world.file("sale", SALE)
    await world.run()
    buyer = holder(world, case, "buyer")
    asked = ask(world, case, ["buyer"])
    assert asked.places == {"/data/note"}
    data = {"note": "new", "own": "stolen", "buyer": {**BUYER, "name": "other"}}
    assert (await answer(world, case, asked, data, caller=buyer, applicant={**MAN, "name": "other"})).created
    form = parts(world, case)[FORM, 2]
    assert (form["data"], form["applicant"]) == ({**SALE, "note": "new"}, MAN)
    actors = world.rows(select(schema.audit.c.actor).where(schema.audit.c.event == "revision_filed"))
    assert [row.actor for row in actors] == [f"party:{buyer.id}"]
    await world.run()
    assert world.case(case).application.state == "approved"


async def test_a_party_sends_nothing_again_that_is_out_of_sight(world: World) -> None:
    world.offices["office"].says("submit", asks("note"))
    world.offices["annex"].says("submit", asks("note"))
    case = await world.file("sale", SALE)
    await world.run()
    assert world.states(case) == ["returned", "returned"]
    asked = ask(world, case, ["buyer"])
    assert (asked.steps, asked.elsewhere) == (("two",), ()), "the first step is not even told of"
    await answer(world, case, asked, {"note": "new"}, caller=holder(world, case, "buyer"))
    await world.run()
    assert world.states(case) == ["returned", "approved"]
    assert world.offices["office"].count("submit") == 1
    assert world.case(case).application.state == "returned"
    await answer(world, case, ask(world, case), {"buyer": {**BUYER, "id_number": MAN["id_number"]}})
    await world.run()
    assert world.case(case).application.state == "approved"


async def test_a_party_revises_no_other_case_nothing_whole_and_nothing_held(world: World) -> None:
    world.offices["annex"].says("submit", asks("note"))
    case, other = await world.file("sale", SALE), await world.file("sale", SALE)
    await world.run()
    buyer = holder(world, case, "buyer")
    with pytest.raises(Refused) as whole:
        await world.revisions.revise(case, orjson.dumps({"applicant": MAN, "data": SALE}), caller=buyer, idempotency_key="k", language="en")
    assert whole.value.status == 404
    with pytest.raises(Refused) as elses:
        await answer(world, case, ask(world, case), SALE, caller=holder(world, other, "buyer"))
    assert elses.value.status == 404
    with pytest.raises(Refused) as stranger:
        await answer(world, case, ask(world, case), SALE, caller=Caller(id=new_id(), name="", role=PARTY, party_to=case))
    assert stranger.value.status == 409, "a row that the case has not sees nothing, so nothing is asked of it"
    assert world.case(case).application.revision == 1


async def test_another_type_of_document_brings_another_number(world: World) -> None:
    world.offices["annex"].says("submit", asks("note"))
    case = await world.file("pair", DATA)
    await world.run()
    one, definition = world.case(case), world.catalogue.services["pair"].definition
    said = {"two": {"fields": [{"field": "id_type", "pointer": "/applicant/id_type", "message": "x"}], "reason": "again"}}
    asked = ask_of(one.application, one.deliveries, said, definition=definition, form={"applicant": MAN, "data": DATA})
    assert asked.places == {"/applicant/id_type", "/applicant/id_number"}


async def test_nothing_is_asked_of_a_case_that_is_taken_back(world: World) -> None:
    world.offices["office"].says("submit", asks("note"))
    case = await world.file("noted", DATA)
    await world.run()
    await world.revisions.withdraw(case, caller=FRONT, reason=None)
    assert ask(world, case).fields == ()


def test_a_place_lies_in_itself_and_in_what_holds_it() -> None:
    assert lies_in("/data/a/b", ["/data/a"])
    assert lies_in("/data/a", ["/data/a"])
    assert not lies_in("/data/ab", ["/data/a"])
    assert not lies_in("/data", ["/data/a"])
