"""Whoever waits for a commit of one application is woken by it alone, and the last cases are remembered until another changes them."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest

from gateway.journal.writer.commits import Commits, Recent
from gateway.journal.writer.draft import Draft, Loaded
from gateway.model.application import Application, ApplicationState
from gateway.model.case import Case
from gateway.model.delivery import Action, DeliveryState
from tests.gateway.journal.small import application, delivery


def a_case(number: str, stands: ApplicationState = ApplicationState.IN_PROGRESS, **changes: Any) -> Case:
    one = application(number, state=stands)
    return Case(application=one, deliveries={"do": delivery(one, **changes)})


ONE, OTHER = a_case("1"), a_case("2")


async def test_a_watcher_is_woken_once_a_commit_and_arms_itself_again() -> None:
    commits = Commits()
    async with commits.watching(ONE.application.id) as changed:
        commits.tell({OTHER.application.id: OTHER})
        assert not await changed.wait(0)
        commits.tell({ONE.application.id: ONE})
        commits.tell({ONE.application.id: ONE})
        assert await changed.wait(5)
        assert not await changed.wait(0)
        waiting = asyncio.create_task(changed.wait(5))
        await asyncio.sleep(0)
        commits.tell({ONE.application.id: ONE})
        assert await waiting


@pytest.mark.parametrize(
    "halted",
    [
        a_case("1", ApplicationState.APPROVED),
        a_case("1", ApplicationState.RETURNED, state=DeliveryState.RETURNED),
        a_case("1", state=DeliveryState.HELD),
        a_case("1", state=DeliveryState.IN_DOUBT),
    ],
)
async def test_one_may_wait_for_the_end_or_a_person_alone(halted: Case) -> None:
    commits, one = Commits(), ONE.application.id
    open_ones = [
        a_case("1", state=DeliveryState.READY, due_at=5),
        a_case("1", state=DeliveryState.IN_DOUBT, action=Action.FIND, due_at=5),
        a_case("1", state=DeliveryState.IN_DOUBT, action=Action.FIND, lease_owner="node"),
    ]
    async with commits.watching(one, halt=True) as changed, commits.watching(one) as any_change:
        for case in open_ones:
            commits.tell({one: case})
            assert not await changed.wait(0)
            assert await any_change.wait(0)
        commits.tell({one: halted})
        assert await changed.wait(0)


async def test_nothing_is_left_of_a_watcher_that_has_gone() -> None:
    commits = Commits()
    async with commits.watching(ONE.application.id), commits.watching(ONE.application.id):
        assert len(commits._watchers[ONE.application.id]) == 2
    assert commits._watchers == {}
    assert commits.latest(ONE.application.id) is None


# -- what is remembered
CONNECTION: Any = None


def draft() -> Draft:
    return Draft(loaded=Loaded(), connection=CONNECTION, now=1, node="n", lease_microseconds=1)


def new(one: Application) -> Draft:
    made = draft()
    made.add_case(one, [delivery(one)])
    return made


def said(case: Case, kind: str, *, round_: int = 1) -> Draft:
    """Make a change of the case by which its department said something."""
    made = draft()
    made.cases[case.application.id] = case
    made.put_payload(case.application.id, "outcome:do", round_, orjson.dumps({"kind": kind}))
    return made


def test_a_case_is_known_with_what_was_said_of_its_present_round() -> None:
    recent, one = Recent(10), application("1")
    recent.keep([new(one)])
    case = recent.known([one.id, "another"])[one.id]
    assert recent.known(["another"]) == {}
    recent.keep([said(case, "approved"), said(case, "rejected", round_=2)])
    view = recent.view(one.id)
    assert view is not None
    assert view.outcomes == {"do": {"kind": "approved"}}


def test_what_was_erased_is_not_shown_and_what_is_written_in_its_place_is() -> None:
    recent, one = Recent(10), application("1")
    recent.keep([new(one)])
    case = recent.known([one.id])[one.id]
    recent.keep([said(case, "approved")])
    erasing = draft()
    erasing.cases[one.id] = case
    erasing.erased[one.id] = {("outcome:do", 1)}
    recent.keep([erasing])
    assert (view := recent.view(one.id)) is not None
    assert view.outcomes == {}
    recent.keep([erasing, said(case, "rejected")])
    assert (view := recent.view(one.id)) is not None
    assert view.outcomes == {"do": {"kind": "rejected"}}


def test_of_one_that_it_has_not_seen_from_its_start_it_gives_no_view() -> None:
    recent, one = Recent(10), application("1")
    case = Case(application=one, deliveries={"do": delivery(one)})
    recent.keep([said(case, "approved")])
    assert recent.known([one.id]) == {one.id: case}
    assert recent.view(one.id) is None


def test_the_longest_unchanged_goes_first_and_forgetting_forgets_all() -> None:
    recent, made = Recent(2), [application(str(number)) for number in range(3)]
    first, second, third = made
    recent.keep([new(first), new(second)])
    recent.keep([said(recent.known([first.id])[first.id], "approved")])
    recent.keep([new(third)])
    assert set(recent.known([one.id for one in made])) == {first.id, third.id}
    recent.forget()
    assert recent.known([one.id for one in made]) == {}
    assert recent.view(first.id) is None


def test_a_case_that_another_writer_changed_is_known_again_but_not_what_was_said_meanwhile() -> None:
    recent, one = Recent(10), application("1", version=1)
    recent.keep([new(one)])
    theirs = Case(application=one.changed(version=2), deliveries=recent.known([one.id])[one.id].deliveries)
    ours = said(Case(application=one.changed(version=3), deliveries=theirs.deliveries), "approved")
    ours.loaded.read[one.id] = theirs.application.version
    recent.keep([ours])
    assert recent.known([one.id])[one.id].application.version == 3
    assert recent.view(one.id) is None, "what the other said is not at hand"


def test_a_case_read_again_and_found_as_remembered_keeps_what_was_said() -> None:
    recent, one = Recent(10), application("1", version=1)
    recent.keep([new(one)])
    first = said(Case(application=one.changed(version=2), deliveries=recent.known([one.id])[one.id].deliveries), "accepted")
    first.loaded.read[one.id] = 1
    second = Draft(loaded=first.loaded, connection=CONNECTION, now=1, node="n", lease_microseconds=1, cases=dict(first.cases))
    recent.keep([first, second])
    view = recent.view(one.id)
    assert view is not None
    assert view.outcomes == {"do": {"kind": "accepted"}}


def test_what_is_dropped_while_a_commit_is_under_way_is_not_kept_by_it() -> None:
    recent, one, other = Recent(10), application("1"), application("2")
    recent.drop([one.id])
    recent.keep([new(one), new(other)])
    assert set(recent.known([one.id, other.id])) == {other.id}
    recent.forget()
    recent.keep([new(one)])
    assert recent.known([one.id, other.id]) == {}
    recent.keep([new(one)])
    assert set(recent.known([one.id])) == {one.id}, "only that commit's"


def test_of_what_others_change_no_more_is_noted_than_it_has_room_for() -> None:
    recent, one = Recent(2), application("1")
    for number in range(100):
        recent.drop([str(number)])
    assert len(recent._overtaken) <= 2
    recent.keep([new(one)])
    assert recent.known([one.id]) == {}, "it may be among those"
    recent.keep([new(one)])
    assert set(recent.known([one.id])) == {one.id}


def test_with_no_room_nothing_is_kept() -> None:
    recent, one = Recent(0), application("1")
    recent.keep([new(one)])
    assert recent.known([one.id]) == {}
