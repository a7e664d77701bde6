"""Whoever waits for a commit of one application is woken by it, and by no other."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gateway.journal.writer.commits import Commits
from gateway.model.application import ApplicationState
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
