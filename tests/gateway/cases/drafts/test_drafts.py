"""A draft is the group's: saved at each field, found again, handed over, and filed once."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from gateway.cases.caller import CLERK, Caller
from gateway.cases.drafts.changes import AlreadyFiled, SavedMeanwhile
from gateway.cases.drafts.view import DraftView
from gateway.journal.store import schema
from gateway.texts.refusals import Refused
from tests.gateway.worlds.offices import MAN
from tests.gateway.worlds.world import FRONT, OPERATOR, World

LI = Caller(id="li.wei", name="李伟", role=CLERK, user="user:li.wei", group="hall")
WANG = Caller(id="wang", name="王芳", role=CLERK, user="user:wang", group="hall")
ZHAO = Caller(id="zhao", name="赵敏", role=CLERK, user="user:zhao", group="elsewhere")
PERSON = {f"/applicant/{name}": text for name, text in MAN.items()}
DAY = 24 * 3600


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def draft(world: World) -> DraftView:
    world.clerks["wang"] = "hall"
    return await world.drafts.begin("typed", LI, {**PERSON, "/data/note": "a", "/data/own": "", "/notes/window": "3"})


async def test_a_draft_is_read_as_it_was_typed(world: World, draft: DraftView) -> None:
    await world.drafts.save(draft.id, LI, draft.version, {"/applicant/id_number": " 5001 ", "/data/note": None})
    read = await world.drafts.read(draft.id, WANG)
    assert read.texts == {**PERSON, "/applicant/id_number": " 5001 ", "/data/own": ""}
    assert read.notes == {"window": "3"}
    assert (read.version, read.service, read.owner_group, read.clerk) == (2, "typed", "hall", "li.wei")
    assert read.expires_at == world.now + 15 * DAY * 1_000_000


async def test_who_has_no_right_is_told_nothing_of_it(world: World, draft: DraftView) -> None:
    with pytest.raises(Refused) as other:
        await world.drafts.read(draft.id, ZHAO)
    with pytest.raises(Refused) as none:
        await world.drafts.read("0190a000-0000-7000-8000-000000000999", ZHAO)
    assert (other.value.status, other.value.said) == (none.value.status, none.value.said) == (404, none.value.said)
    for caller in (FRONT, OPERATOR):
        with pytest.raises(Refused, match="forbidden"):
            await world.drafts.read(draft.id, caller)
    drafts, code = world.drafts, draft.code or ""
    for doing in (
        lambda: drafts.save(draft.id, ZHAO, 1, {"/data/note": "z"}),
        lambda: drafts.discard(draft.id, ZHAO),
        lambda: drafts.file(draft.id, ZHAO, "en"),
        lambda: drafts.hand_over(draft.id, "zhao", ZHAO),
        lambda: drafts.see_form(draft.id, ZHAO, "d" * 64),
        lambda: drafts.of_code(code, ZHAO),
    ):
        with pytest.raises(Refused) as refused:
            await doing()
        assert refused.value.status == 404
    assert await drafts.of_group(ZHAO) == []
    assert await drafts.of_person(MAN["id_type"], MAN["id_number"], ZHAO) == []


async def test_two_who_change_different_fields_lose_nothing(world: World, draft: DraftView) -> None:
    await world.drafts.save(draft.id, LI, draft.version, {"/data/note": "li"})
    both = await world.drafts.save(draft.id, WANG, draft.version, {"/data/own": "wang"})
    assert (both.texts["/data/note"], both.texts["/data/own"]) == ("li", "wang")
    assert (both.fields["/data/note"].by, both.fields["/data/own"].by) == ("李伟", "王芳")


async def test_who_comes_second_to_a_field_is_told_what_is_there(world: World, draft: DraftView) -> None:
    await world.drafts.save(draft.id, LI, draft.version, {"/data/note": "li"})
    with pytest.raises(SavedMeanwhile) as refused:
        await world.drafts.save(draft.id, WANG, draft.version, {"/data/note": "wang", "/data/own": "x"})
    [(pointer, theirs)] = refused.value.theirs.items()
    assert (pointer, theirs.text, theirs.by, refused.value.status) == ("/data/note", "li", "李伟", 409)
    assert (await world.drafts.read(draft.id, LI)).texts["/data/own"] == ""
    again = await world.drafts.save(draft.id, LI, draft.version, {"/data/note": "li"})  # its first answer was lost
    assert again.version == 2


async def test_a_draft_is_found_by_clerk_group_person_and_code(world: World, draft: DraftView) -> None:
    other = await world.drafts.begin("typed", WANG)
    drafts = world.drafts
    assert [one.id for one in await drafts.of_clerk(LI)] == [draft.id]
    assert [one.id for one in await drafts.of_group(LI)] == [other.id, draft.id]
    [found] = await drafts.of_person(MAN["id_type"], f" {MAN['id_number']}", WANG)
    assert found.texts == PERSON  # the applicant alone, for a list
    assert draft.code is not None
    assert (await drafts.of_code(f"{draft.code[:5].lower()}-{draft.code[5:]}", WANG)).texts["/data/note"] == "a"


async def test_a_filed_draft_is_one_case_whoever_presses(world: World, draft: DraftView) -> None:
    first = await world.drafts.file(draft.id, LI, "en")
    second = await world.drafts.file(draft.id, WANG, "en")
    assert (first.created, second.created, second.application_id) == (True, False, first.application_id)
    with pytest.raises(AlreadyFiled) as refused:
        await world.drafts.save(draft.id, WANG, 1, {"/data/note": "later"})
    assert refused.value.application_id == first.application_id
    read = await world.drafts.read(draft.id, WANG)
    assert (read.application_id, read.fields) == (first.application_id, {})
    assert await world.drafts.of_group(LI) == []
    assert world.case(first.application_id).application.caller == "li.wei"
    assert world.case(first.application_id).application.owner_group == "hall"
    assert world.rows(select(schema.payload).where(schema.payload.c.application_id == draft.id)) == []
    await world.run()
    assert [len(office.calls) for office in world.offices.values() if office.calls]


async def test_all_who_press_at_once_get_one_case(world: World, draft: DraftView) -> None:
    filed = await asyncio.gather(*(world.drafts.file(draft.id, caller, "en") for caller in (LI, WANG) * 5))
    assert len({one.application_id for one in filed}) == 1
    assert sum(one.created for one in filed) == 1
    assert len(world.rows(select(schema.application))) == 1


async def test_what_is_saved_after_the_check_is_not_filed_unseen(world: World, draft: DraftView) -> None:
    await world.drafts.save(draft.id, WANG, draft.version, {"/data/note": "wang"})
    with pytest.raises(SavedMeanwhile) as refused:
        await world.drafts.file(draft.id, LI, "en", version=draft.version)
    assert list(refused.value.theirs) == ["/data/note"]
    assert world.rows(select(schema.application)) == []


async def test_a_draft_with_errors_stays_one(world: World, draft: DraftView) -> None:
    await world.drafts.save(draft.id, LI, draft.version, {"/applicant/id_number": "1"})
    with pytest.raises(Refused, match="validation"):
        await world.drafts.file(draft.id, LI, "en")
    report = await world.drafts.check(await world.drafts.read(draft.id, LI), LI, "en")
    assert [error["pointer"] for error in report["errors"]] == ["/applicant/id_number"]


async def test_a_discarded_draft_is_gone(world: World, draft: DraftView) -> None:
    await world.drafts.discard(draft.id, WANG)
    assert world.rows(select(schema.draft)) == world.rows(select(schema.payload).where(schema.payload.c.part.startswith("draft:"))) == []
    assert world.events()[-1] == "draft_discarded"
    with pytest.raises(Refused, match="not-found"):
        await world.drafts.save(draft.id, LI, 1, {"/data/note": "x"})


async def test_drafts_expire(world: World, draft: DraftView) -> None:
    world.later(10 * DAY)
    kept = await world.drafts.begin("typed", LI)
    world.later(5 * DAY)
    with pytest.raises(Refused, match="not-found"):
        await world.drafts.read(draft.id, LI)
    assert (await world.drafts.expire(), await world.drafts.expire()) == (1, 0)
    assert [row.id for row in world.rows(select(schema.draft))] == [kept.id]


async def test_drafts_are_handed_over(world: World, draft: DraftView) -> None:
    await world.drafts.hand_over(draft.id, "wang", LI)
    assert [one.id for one in await world.drafts.of_clerk(WANG)] == [draft.id]
    more = [await world.drafts.begin("typed", LI) for _ in range(2)]
    assert await world.drafts.hand_over_all("li.wei", "wang", actor="local") == 2
    assert [one.id for one in await world.drafts.of_clerk(WANG)] == [more[1].id, more[0].id, draft.id]
    with pytest.raises(Refused, match="validation"):
        await world.drafts.hand_over(draft.id, "zhao", LI)
