"""The changes of a job: one job a key, one node a job, and only deliveries that are still as they were selected."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select, update

from gateway.journal.read.selection import FoundDelivery, Selection
from gateway.journal.store import schema
from gateway.journal.writer.draft import Draft, Needs
from gateway.model.delivery import Action
from gateway.operations.jobs.changes import Chunk, End, NotOurs, Stop, Take
from tests.gateway.worlds.held import LOST, Work, held, working
from tests.gateway.worlds.world import OPERATOR, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """A change as another node would decide it."""

    change: Any

    @property
    def needs(self) -> Needs:
        needs: Needs = self.change.needs
        return needs

    def decide(self, draft: Draft) -> Any:
        draft.node = "another"
        return self.change.decide(draft)


def chunk(world: World, job: str, cases: list[str], version: int, **more: Any) -> Chunk:
    found = [FoundDelivery(id=world.one(case).id, application_id=case, fresh=False) for case in cases]
    before = world.rows(select(schema.job.c.created_at).where(schema.job.c.id == job))[0].created_at
    wanted: dict[str, Any] = {"selection": Selection(), "before": before, "cursor": None, **more}
    return Chunk(job_id=job, version=version, actor=OPERATOR.actor, found=found, casework=world.casework, **wanted)


def results(world: World) -> dict[str, str]:
    table = schema.job_delivery
    return {row.delivery_id: row.result for row in world.rows(select(table.c.delivery_id, table.c.result))}


async def test_two_that_begin_in_one_commit_are_one_job(world: World) -> None:
    await held(world, 1)
    async with working(world) as work:
        both = await asyncio.gather(work.begin("k"), work.begin("k"))
    assert len({begun.id for begun in both}) == 1
    assert sorted(begun.created for begun in both) == [False, True]
    assert world.events().count("job_begun") == 1


async def test_one_node_works_a_job_until_its_lease_has_run_out(world: World) -> None:
    cases = await held(world, 1)
    async with working(world) as work:
        job = (await work.begin()).id
    version = await world.journal.write(Take(job_id=job))
    for change in (
        Take(job_id=job),
        Take(job_id=job, back=True),
        chunk(world, job, cases, version),
        End(job_id=job, version=version, results={}),
    ):
        with pytest.raises(NotOurs):
            await world.journal.write(Elsewhere(change=change))
    assert (await world.journal.write(Take(job_id=job))) == version + 1
    world.later(31)
    taken = await world.journal.write(Elsewhere(change=Take(job_id=job)))
    with pytest.raises(NotOurs):
        await world.journal.write(chunk(world, job, cases, version + 1))
    await world.journal.write(Elsewhere(change=Take(job_id=job, back=True)))
    with pytest.raises(NotOurs):  # free, but another has worked it since
        await world.journal.write(chunk(world, job, cases, taken))
    assert world.one(cases[0]).state == "held"


async def test_released_ones_are_due_one_after_the_other(world: World) -> None:
    cases = await held(world, 3)
    async with working(world) as work:
        job = (await work.begin()).id
        version = await world.journal.write(Take(job_id=job))
        worked = await world.journal.write(chunk(world, job, cases, version))
    assert (worked.version, worked.results) == (version + 1, {"released": 3})
    assert [world.one(case).due_at for case in cases] == [world.now, world.now + 1, world.now + 2]


async def test_what_moved_or_is_being_asked_about_is_left_alone(world: World) -> None:
    moved, asked, right = await held(world, 1, "annex-ask", LOST), await held(world, 1, "annex-ask", LOST), await held(world, 1)
    async with working(world) as work:
        job = (await work.begin()).id
    world.later(1)
    await world.repairs.retry(world.one(moved[0]).id, caller=OPERATOR)
    delivery = world.one(asked[0])

    class Ask:
        needs = Needs(cases=(asked[0],), payload=True)

        def decide(self, draft: Draft) -> None:
            draft.lease(draft.case(asked[0]).by_id(delivery.id), Action.FIND)

    await world.journal.write(Ask())
    with world.writer.begin() as connection:  # as if it had been leased before the job was begun
        table = schema.delivery
        connection.execute(update(table).where(table.c.id == delivery.id).values(updated_at=delivery.updated_at))
    world.journal._recent.forget()
    version = await world.journal.write(Take(job_id=job))
    await world.journal.write(chunk(world, job, [*moved, *asked, *right], version))
    assert results(world) == {
        world.one(moved[0]).id: "changed_since",
        delivery.id: "under_way",
        world.one(right[0]).id: "released",
    }


async def test_a_stop_in_the_same_commit_is_not_lost(world: World) -> None:
    cases = await held(world, 2)
    async with working(world) as work:
        job = (await work.begin()).id
        version = await world.journal.write(Take(job_id=job))
        stop, first, second = await asyncio.gather(
            world.journal.write(Stop(job_id=job, actor="test")),
            world.journal.write(chunk(world, job, cases[:1], version)),
            world.journal.write(chunk(world, job, cases[1:], version + 1)),
            return_exceptions=True,
        )
        assert stop is True
        assert [type(one) for one in (first, second)] == [NotOurs, NotOurs]
        await _stays(work, job)
    assert [world.one(case).state for case in cases] == ["held", "held"]


async def _stays(work: Work, job: str) -> None:
    report = await work.jobs.report(job)
    assert report is not None
    assert (report.job.state, report.results) == ("stopped", {})
