"""Two clerks on two nodes who file one draft: one case, whose ever the answer is that is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TypeVar

import orjson
import pytest
from sqlalchemy import select

from gateway.cases.drafts.drafts import Drafts
from gateway.cases.drafts.view import DraftView
from gateway.cases.filing import Filed, Numbers
from gateway.journal.keys.said_by_nodes import KnowRevision
from gateway.journal.store import schema
from gateway.journal.store.database import open_writer
from gateway.journal.writer.draft import Change
from gateway.journal.writer.journal import Journal
from gateway.model.errors import JournalUnavailable
from gateway.model.identifiers import new_id
from tests.gateway.cases.drafts.test_drafts import LI, PERSON, WANG
from tests.gateway.worlds.offices import MAN
from tests.gateway.worlds.world import World
from tests.patience import within

T = TypeVar("T")


@pytest.fixture
def store() -> str:
    """Use PostgreSQL, where alone two nodes can write."""
    return "postgresql"


class _Together(Journal):
    """A node's journal whose changes wait for one of the other node's, so that both are decided in the same moment."""

    meet: asyncio.Barrier | None = None
    loses: BaseException | None = None  # instead of the answer

    async def write(self, change: Change[T], *, though_held: bool = False) -> T:
        if self.meet is not None:
            await self.meet.wait()
        answer = await super().write(change, though_held=though_held)
        if self.loses is not None:
            raise self.loses
        return answer


@pytest.fixture
async def nodes(world: World) -> AsyncIterator[list[Drafts]]:
    """Give the drafts of two nodes that share nothing but the database."""
    made, journals = [], []
    for _ in range(2):
        journal = _Together(open_writer(world.url), node=new_id(), chain=new_id(), clock=world._clock)
        await journal.open()
        await Journal.write(journal, KnowRevision())
        intake = replace(world.intake, journal=journal, numbers=Numbers(journal.write))
        made.append(replace(world.drafts, journal=journal, intake=intake))
        journals.append(journal)
    yield made
    for journal in journals:
        await journal.close()
        journal._transactions.engine.dispose()


async def begun(drafts: Drafts) -> DraftView:
    return await drafts.begin("typed", LI, {**PERSON, "/data/note": "a", "/data/own": "b"})


def meet(nodes: list[Drafts]) -> None:
    barrier = asyncio.Barrier(len(nodes))
    for one in nodes:
        assert isinstance(one.journal, _Together)
        one.journal.meet = barrier


async def with_numbers(nodes: list[Drafts]) -> None:
    """Let each node have its block of numbers, so that a filing is one change."""
    for one in nodes:
        await one.file((await begun(one)).id, LI, "en")


async def test_both_press_in_the_same_moment_and_it_is_one_case(world: World, nodes: list[Drafts]) -> None:
    await with_numbers(nodes)
    before = len(world.rows(select(schema.application)))
    drafts = [await begun(nodes[0]) for _ in range(5)]
    meet(nodes)
    async with within():
        for draft in drafts:
            filed = await asyncio.gather(nodes[0].file(draft.id, LI, "en"), nodes[1].file(draft.id, WANG, "en"))
            assert {one.created for one in filed} == {True, False}
            assert filed[0].application_id == filed[1].application_id
    cases = world.rows(select(schema.application.c.number))
    assert len(cases) == len({row.number for row in cases}) == before + len(drafts)
    await world.recover()
    world.later(60)
    await world.run()
    for name in ("office", "annex"):
        assert world.offices[name].count("submit") == before + len(drafts), f"one effect a case at {name}"


@pytest.mark.parametrize("loss", [asyncio.CancelledError(), JournalUnavailable("the connection ended")], ids=repr)
async def test_a_lost_answer_is_had_by_pressing_again_wherever(world: World, nodes: list[Drafts], loss: BaseException) -> None:
    await with_numbers(nodes)
    for loser in nodes:
        draft = await begun(nodes[0])
        meet(nodes)
        assert isinstance(loser.journal, _Together)
        loser.journal.loses = loss
        async with within():
            filed = await asyncio.gather(*(one.file(draft.id, WANG, "en") for one in nodes), return_exceptions=True)
        loser.journal.loses = None
        for one in nodes:
            assert isinstance(one.journal, _Together)
            one.journal.meet = None
        again = [await one.file(draft.id, LI, "en") for one in nodes]
        assert [one.created for one in again] == [False, False]
        told = {one.application_id for one in filed if isinstance(one, Filed)}
        assert told == {one.application_id for one in again}
        assert len(world.rows(select(schema.idempotency).where(schema.idempotency.c.caller == draft.id))) == 1


async def test_keys_of_the_clerks_own_would_make_two(world: World) -> None:
    """The control: the same application under a key of each clerk."""
    body = orjson.dumps({"service": "typed", "channel": "counter", "applicant": MAN, "data": {"note": "a"}})
    filed = [await world.intake.file(body, caller=one, idempotency_key="k", language="en", traceparent=None) for one in (LI, WANG)]
    assert filed[0].application_id != filed[1].application_id
