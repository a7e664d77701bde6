"""After a restore, deliveries that may have gone out since the backup follow their resend rule, and no number is given twice.

Each test goes the whole way: a journal is kept, the world goes on, and then that older journal is put back into a new one.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from gateway.cases import seam
from gateway.cases.casework import NoAdapter
from gateway.cases.seam import LEFT_OUT
from gateway.journal.store import schema
from gateway.journal.store.schema import UNFINISHED
from gateway.journal.store.views import DepartmentStanding
from gateway.journal.writer.draft import Draft, Needs
from gateway.model.delivery import Delivery
from gateway.model.errors import InDoubt, Invalid, Unavailable
from gateway.model.outcome import Accepted, Returned, Withdrawn
from gateway.operations.explain.delivery import explain
from gateway.texts.refusals import Refused
from tests.gateway.conftest import Make
from tests.gateway.journal.small import Does
from tests.gateway.worlds.offices import REMEMBERED, SETTLE, approved
from tests.gateway.worlds.restored import Story
from tests.gateway.worlds.world import FRONT, OPERATOR


@pytest.fixture
async def story(make_world: Make) -> Story:
    return Story(await make_world())


def why(story: Story, delivery: Delivery) -> str:
    department, operation = story.world.casework.operation(delivery)
    standing = DepartmentStanding(name=delivery.department)
    said = explain(delivery, siblings=(), standing=standing, config=None, department=department, operation=operation, now=story.world.now)
    return f"{said.why.zh} {said.why.en} {said.next.en}"


async def test_what_was_being_sent_follows_its_resend_rule(story: Story) -> None:
    world = story.world
    cases = {kind: await world.file(f"office-{kind}") for kind in ("safe", "ask", "never")}
    await world.claim()
    assert {world.one(case).state for case in cases.values()} == {"sending"}
    before = {kind: world.one(case) for kind, case in cases.items()}
    story.backup()
    await world.run()
    assert {world.one(case).state for case in cases.values()} == {"approved"}
    await story.restore()
    after = {kind: world.one(case) for kind, case in cases.items()}
    assert {kind: (d.state, d.action, d.due_at) for kind, d in after.items()} == {
        "safe": ("ready", "submit", world.now),
        "ask": ("in_doubt", "find", world.now),
        "never": ("in_doubt", "submit", None),
    }
    for kind, delivery in after.items():
        assert (delivery.doubt_since, delivery.problem, delivery.lease_owner) == (story.taken_at, "restored", None)
        assert delivery.epoch == before[kind].epoch + 1
        assert "restored from a backup" in why(story, delivery)
    assert story.doubted == {"ready": 1, "in_doubt": 2}
    assert {row.result for row in world.rows(select(schema.attempt))} == {"restored"}
    done = await story.all_done()
    assert {kind: done[before[kind].key] for kind in cases} == {"safe": 2, "ask": 1, "never": 1}  # the safe one under one key
    assert {kind: world.one(case).state for kind, case in cases.items()} == {"safe": "approved", "ask": "approved", "never": "in_doubt"}


async def test_what_was_ready_may_have_gone_out_since(story: Story) -> None:
    world = story.world
    cases = {}
    for kind in ("safe", "ask", "never"):
        world.offices["office"].says("submit", Unavailable("down"))
        cases[kind] = await world.file(f"office-{kind}")
        await world.run()
    assert {world.one(case).state for case in cases.values()} == {"ready"}
    story.backup()
    world.later(10)
    await world.run()
    assert {world.one(case).state for case in cases.values()} == {"approved"}
    await story.restore()
    done = await story.all_done()
    # Refused calls count as sent here, too: one call before the backup, one after, and only the safe one again.
    assert {kind: done[world.one(case).key] for kind, case in cases.items()} == {"safe": 3, "ask": 2, "never": 2}
    assert world.one(cases["never"]).state == "in_doubt"


async def test_what_was_ready_and_never_went_out_is_sent_once_it_is_known_to_be_absent(story: Story) -> None:
    world = story.world
    world.offices["office"].says("submit", Unavailable("down"))
    case = await world.file("office-ask")
    await world.run()
    key = world.one(case).key
    world.offices["office"].calls.clear()  # the refused one did nothing
    story.backup()
    await story.restore()
    await world.run()
    assert (world.one(case).state, world.one(case).problem) == ("in_doubt", "restored"), "what the lost one sent last may still travel"
    world.later(SETTLE + 1)
    await world.run()
    assert world.one(case).state == "approved"
    story.count()
    assert story.did[key] == 1


async def test_a_key_that_is_forgotten_by_now_is_for_a_person(story: Story) -> None:
    world = story.world
    case = await world.file("office-safe")
    story.backup()
    await story.restore(seconds=REMEMBERED + 1)
    assert (world.one(case).state, world.one(case).due_at) == ("in_doubt", None)
    done = await story.all_done()
    assert done[world.one(case).key] == 0


async def test_what_waits_goes_on_waiting_and_is_not_sent_blindly_when_it_is_released(story: Story) -> None:
    world = story.world
    case = await world.file("chain")
    world.offices["office"].says("submit", Accepted(reference="R"))
    await world.run()
    assert world.states(case) == ["deciding", "waiting", "waiting"]
    story.backup()
    world.offices["office"].says("poll", {"R": approved()})
    world.later(60)
    await world.run()
    assert world.states(case) == ["approved", "approved", "approved"]
    keys = [d.key for d in world.case(case).deliveries.values()]
    await story.restore()
    assert world.states(case) == ["deciding", "waiting", "waiting"]
    assert [d.doubt_since for d in world.case(case).deliveries.values()] == [None, story.taken_at, story.taken_at]
    world.offices["office"].says("poll", {"R": approved()})
    world.later(60)
    await world.run()
    assert world.states(case) == ["approved", "approved", "approved"]
    done = await story.all_done()
    assert [done[key] for key in keys] == [1, 2, 2]  # safe: sent again under the same keys


@pytest.mark.parametrize(("kind", "state"), [("never", "in_doubt"), ("ask", "in_doubt"), ("safe", "ready")])
async def test_a_step_that_is_released_in_doubt_is_not_leased_and_takes_no_permit(story: Story, kind: str, state: str) -> None:
    world = story.world
    world.offices["mute"].says("submit", Invalid("schema"))
    case = await world.file("mute-never")
    await world.run()
    free = world.permits.reserve("office", 1000)
    world.permits.give("office", free)

    def start(draft: Draft) -> Delivery:
        before = draft.case(case)
        elsewhere: Any = {"department": "office", "operation": kind}  # which no change says
        doubted = draft.put(before.deliveries["do"], elsewhere, doubt_since=draft.now)
        started = world.casework.start(draft, doubted)
        draft.settle(case, "delivery_retried", "test", {}, before=before)
        return started

    started = await world.journal.write(Does(start, Needs(cases=(case,), payload=True)))
    with world.writer.begin() as connection:  # no change ever writes such rows
        connection.execute(update(schema.delivery).values(department="office", operation=kind))
    assert (started.state, started.lease_owner, len(world.works)) == (state, None, 0)
    assert world.permits.reserve("office", 1000) == free
    world.permits.give("office", free)


async def test_a_question_is_simply_asked_again(story: Story) -> None:
    world = story.world
    case = await world.file("looked")
    story.backup()
    await story.restore()
    look, act = world.case(case).deliveries.values()
    assert (look.state, look.doubt_since, act.doubt_since) == ("ready", None, story.taken_at)
    await world.run()
    assert world.states(case) == ["approved", "approved"]


async def test_what_was_held_or_in_doubt_stays_and_is_retried_by_the_rule(story: Story) -> None:
    world = story.world
    made = []
    for kind, answer in (("never", Invalid("schema")), ("never", InDoubt("timeout")), ("ask", Invalid("schema"))):
        world.offices["office"].says("submit", answer)
        made.append(await world.file(f"office-{kind}"))
        await world.run()
    held, doubted, ask = made
    since = world.one(doubted).doubt_since
    story.backup()
    await story.restore()
    assert [world.one(case).state for case in (held, doubted, ask)] == ["held", "in_doubt", "held"]
    assert (world.one(held).doubt_since, world.one(doubted).doubt_since) == (story.taken_at, since)
    with pytest.raises(Refused):
        await world.repairs.retry(world.one(held).id, caller=OPERATOR)
    await world.repairs.retry(world.one(ask).id, caller=OPERATOR)
    assert (world.one(ask).state, world.one(ask).action) == ("in_doubt", "find")
    await world.repairs.resolve(world.one(held).id, caller=OPERATOR, happened=False, outcome=None, reason="asked")
    await world.run()
    assert world.one(held).state == "approved"


async def test_a_round_that_the_lost_journal_may_have_begun_is_in_doubt_too(story: Story) -> None:
    world = story.world
    world.offices["caller"].says("submit", Returned(code="B", reason="r"))
    case = await world.file("caller-never", {"note": "a"})
    await world.run()
    assert world.states(case) == ["returned"]
    story.backup()
    await world.revise(case, {"note": "b"})
    await world.run()
    second = world.one(case)
    assert (second.state, second.round) == ("approved", 2)
    await story.restore()
    assert world.states(case) == ["returned"]
    await world.revise(case, {"note": "b"})
    again = world.one(case)
    assert (again.key, again.state, again.doubt_since, again.due_at) == (second.key, "in_doubt", story.taken_at, None)
    done = await story.all_done()
    assert done[second.key] == 1


async def test_a_return_can_be_answered_although_a_step_that_waits_is_in_doubt(story: Story) -> None:
    world = story.world
    world.offices["office"].says("submit", Returned(code="B", reason="r"))
    case = await world.file("chain", {"note": "a", "own": "a"})
    await world.run()
    story.backup()
    await story.restore()
    await world.revise(case, {"note": "b", "own": "b"})
    done = await story.all_done()
    assert world.states(case) == ["approved", "approved", "approved"]
    assert max(done.values()) == 1


async def test_a_case_that_is_filed_after_the_restore_is_like_any(story: Story) -> None:
    world = story.world
    story.backup()
    await story.restore()
    world.offices["office"].says("submit", Returned(code="B", reason="r"))
    case = await world.file("office-never", {"note": "a"})
    await world.run()
    await world.revise(case, {"note": "b"})
    await world.run()
    assert world.one(case).state == "approved"


async def test_taken_back_after_the_restore(story: Story) -> None:
    """Take back a step that waits but may be at its department already, once that is known, or with the step before it."""
    world = story.world
    world.offices["office"].says("submit", Accepted(reference="R"))
    case = await world.file("chain")
    await world.run()
    story.backup()
    await story.restore()
    await world.revisions.withdraw(case, caller=FRONT, reason=None)
    assert [d.withdrawing for d in world.case(case).deliveries.values()] == [True, True, True]
    world.offices["office"].says("withdraw", Withdrawn())
    await world.run()
    assert world.states(case) == ["withdrawn", "withdrawn", "withdrawn"]
    assert world.case(case).application.state == "withdrawn"


async def test_a_callback_that_came_before_the_backup_settles_its_doubt(story: Story) -> None:
    world = story.world
    case = await world.file("office-never")
    await world.claim()
    assert await world.call_back(id="m1", key=world.one(case).key, kind="approved") == 202
    story.backup()
    await story.restore()
    assert world.one(case).state == "approved"
    assert world.details("case_restored")["callback"] is True


async def test_a_department_without_its_adapter_leaves_the_doubt_to_a_person(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    world = story.world
    case = await world.file("office-safe")
    story.backup()

    def without(_casework: object, delivery: Delivery) -> Any:
        raise NoAdapter(delivery.department)

    with monkeypatch.context() as patch:
        patch.setattr(type(world.casework), "operation", without)
        await story.restore()
    assert (world.one(case).state, world.one(case).due_at, world.one(case).doubt_since) == ("in_doubt", None, story.taken_at)


async def test_the_audit_shows_the_seam_and_ended_cases_are_left_alone(story: Story) -> None:
    world = story.world
    ended = await world.file("office-safe")
    await world.run()
    world.offices["office"].says("submit", Accepted(reference="R"))
    open_ = await world.file("office-never")
    await world.run()
    count = len(world.events())
    before = world.one(open_)
    story.backup()
    await story.restore()
    assert world.events()[count:] == ["journal_restored", "case_restored"]
    said = world.details("journal_restored")
    assert (said["taken_at"], said["restored_at"], said["sha256"]) == (story.taken_at, world.now, "d" * 64)
    assert world.details("case_restored") == {
        "taken_at": story.taken_at,
        "doubted": [],
        "moves": {},
        "application": "in_progress",
        "attention": False,
    }
    assert world.one(open_) == before, "what the department decides is asked about anyway"
    assert world.events(ended)[-1] == "outcome_recorded"
    assert world.rows(select(schema.meta.c.value).where(schema.meta.c.key == UNFINISHED)) == []


async def test_a_poll_under_way_is_made_again(story: Story) -> None:
    world = story.world
    world.offices["office"].says("submit", Accepted(reference="R"))
    case = await world.file("office-never")
    await world.run()
    world.later(60)
    await world.claim()
    story.backup()
    await story.restore()
    delivery = world.one(case)
    assert (delivery.state, delivery.action, delivery.due_at, delivery.lease_owner) == ("deciding", "poll", world.now, None)


async def test_no_number_is_given_twice(story: Story) -> None:
    world = story.world

    def number(case: str) -> str:
        return world.case(case).application.number

    first = number(await world.file("office-safe"))
    story.backup()
    lost = {number(await world.file("office-safe")) for _ in range(3)}
    world.intake.numbers._blocks.clear()
    lost.add(number(await world.file("office-safe")))
    await story.restore()
    world.intake.numbers._blocks.clear()
    after = number(await world.file("office-safe"))
    assert after not in lost | {first}
    row = world.rows(select(schema.number_block))
    assert all(one.next > LEFT_OUT for one in row)


async def test_a_day_whose_first_numbers_are_lost_begins_further_on(story: Story) -> None:
    """Restore a backup of the day before, which knows nothing of this day's numbers."""
    world = story.world
    story.backup()
    await story.restore()
    codes = {service.definition.codes.implementation for service in world.catalogue.services.values()}
    assert {row.implementation: row.next for row in world.rows(select(schema.number_block))} == dict.fromkeys(codes, 1 + LEFT_OUT)


async def test_many_cases_go_in_several_commits(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seam, "_CASES", 2)
    world = story.world
    cases = [await world.file("office-never") for _ in range(5)]
    story.backup()
    await story.restore()
    assert story.doubted == {"in_doubt": 5}
    assert all(world.one(case).doubt_since == story.taken_at for case in cases)
    assert world.events().count("case_restored") == 5
