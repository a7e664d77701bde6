"""Whoever waits for a commit of one application is woken by it, and by no other."""

from __future__ import annotations

import asyncio

from gateway.journal.commits import Commits
from gateway.model.application import ApplicationState
from tests.gateway.journal.small import application

ONE, OTHER = application("1"), application("2")
ENDED = application("1", id=ONE.id, state=ApplicationState.APPROVED)


async def test_a_watcher_is_woken_once_a_commit_and_arms_itself_again() -> None:
    commits = Commits()
    async with commits.watching(ONE.id) as changed:
        commits.tell({OTHER.id: OTHER})
        assert not await changed.wait(0)
        commits.tell({ONE.id: ONE})
        commits.tell({ONE.id: ONE})
        assert await changed.wait(5)
        assert not await changed.wait(0)
        waiting = asyncio.create_task(changed.wait(5))
        await asyncio.sleep(0)
        commits.tell({ONE.id: ONE})
        assert await waiting


async def test_one_may_wait_for_the_end_alone() -> None:
    commits = Commits()
    async with commits.watching(ONE.id, ended=True) as changed, commits.watching(ONE.id) as any_change:
        commits.tell({ONE.id: ONE})
        assert not await changed.wait(0)
        assert await any_change.wait(0)
        commits.tell({ONE.id: ENDED})
        assert await changed.wait(0)


async def test_nothing_is_left_of_a_watcher_that_has_gone() -> None:
    commits = Commits()
    async with commits.watching(ONE.id), commits.watching(ONE.id):
        assert len(commits._watchers[ONE.id]) == 2
    assert commits._watchers == {}
    assert commits.latest(ONE.id) is None
