"""The runner works the jobs in order, once, within bounds, and goes on where it or another stopped."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from gateway.cases.caller import Caller
from gateway.journal.store import schema
from gateway.model.errors import Invalid, JournalUnavailable, Unavailable
from gateway.operations.jobs import runner as job_runner
from tests.gateway.conftest import Make
from tests.gateway.worlds.held import LOST, held, working
from tests.gateway.worlds.world import World

OTHER = Caller(id="0190a000-0000-7000-8000-00000000000d", name="op2", role="operator")


async def test_all_are_sent_again_in_order_of_arrival(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_runner, "CHUNK", 2)
    cases = await held(world, 5)
    already = world.offices["office"].count("submit")
    async with working(world) as work:
        job = await work.begin()
        await work.finish()
        report = await work.jobs.report(job.id)
        assert report is not None
        assert (report.job.state, report.results) == ("ended", {"released": 5})
        assert {state.value: count for state, count in report.now.items()} == {"approved": 5}
        said = await work.jobs.deliveries(job.id, "released", None, 10)
    sent = [call.key for name, call, _ in world.offices["office"].calls if name == "submit"][already:]
    assert sent == [world.one(case).key for case in cases]
    assert [d.application_id for d in said.items] == cases
    assert all(world.events(case).count("delivery_retried") == 1 for case in cases)
    assert world.details("delivery_retried")["job"] == job.id
    assert world.details("job_ended") == {"job": job.id, "results": {"released": 5}}


async def test_each_is_released_by_its_resend_rule_or_passed_over_and_reported(world: World) -> None:
    never = await held(world, 1, "office-never", LOST)
    ask = await held(world, 1, "annex-ask", LOST)
    safe = await held(world, 1)
    world.later(3600)
    async with working(world) as work:
        job = await work.begin()
        await work.finish()
        report = await work.jobs.report(job.id)
        assert report is not None
        assert report.results == {"released": 2, "never": 1}
    assert (world.one(never[0]).state, world.one(never[0]).attempts) == ("in_doubt", 1)
    assert (world.one(ask[0]).state, world.offices["annex"].count("find")) == ("approved", 1)
    assert world.one(safe[0]).state == "approved"


async def test_two_operators_at_once_send_nothing_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_runner, "CHUNK", 2)
    cases = await held(world, 5)
    already = world.offices["office"].count("submit")
    async with working(world) as work:
        first = await work.begin()
        second = await work.begin(caller=OTHER)
        # A delivery held for a second time changed after both jobs were begun, so it belongs to neither.
        world.offices["office"].says("submit", Invalid("schema"))
        await work.finish()
        reports = [await work.jobs.report(job.id) for job in (first, second)]
        assert all(report is not None and report.job.state == "ended" for report in reports)
        assert sum(report.results.get("released", 0) for report in reports if report is not None) == 5
    assert world.offices["office"].count("submit") - already == 5
    assert sorted(world.one(case).state for case in cases) == ["approved"] * 4 + ["held"]


async def test_no_more_are_on_their_way_than_a_department_can_take(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_runner, "CHUNK", 3)
    monkeypatch.setattr(job_runner, "_window", lambda _: 4)
    cases = await held(world, 8)
    others = await held(world, 2, "annex-safe")
    world.offices["office"].says("submit", *[Unavailable("connect")] * 100)
    async with working(world) as work:
        await work.begin()
        for _ in range(5):
            await work.round()
        states = [world.one(case).state for case in cases]
        assert states == ["ready"] * 4 + ["held"] * 4
        assert [world.one(case).state for case in others] == ["ready", "ready"], "one department's queue holds up another's"
        world.offices["office"]._script.clear()
        await work.finish()
    assert {world.one(case).state for case in cases} == {"approved"}


async def test_another_incarnation_goes_on_right_there(make_world: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_runner, "CHUNK", 2)
    world = await make_world()
    cases = await held(world, 5)
    async with working(world) as work:
        job = await work.begin()
        await work.round()
    await world.crash()
    async with working(world) as work:
        assert not await work.round(), "the lease of the dead one has not run out"
        world.later(60)
        fresh = work.another()
        await work.finish(fresh)
        report = await work.jobs.report(job.id)
        assert report is not None
        assert (report.job.state, report.results) == ("ended", {"released": 5})
    assert {world.one(case).state for case in cases} == {"approved"}


async def test_who_was_paused_past_its_lease_releases_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_runner, "CHUNK", 2)
    cases = await held(world, 5)
    async with working(world) as work:
        job = await work.begin()
        await work.round()
        stale = work.runner._held[job.id]
        version = stale.version
        await work.finish(work.another())
        work.runner._held[job.id] = stale
        stale.version = version
        assert not await work.round()
    assert all(world.events(case).count("delivery_retried") == 1 for case in cases)


async def test_one_that_cannot_be_released_takes_nobody_along(world: World) -> None:
    data = {"own": "y"}  # its condition cannot be evaluated, so it is held anew
    picky = await world.file("picky", data)
    await world.run()
    assert world.states(picky) == ["approved", "held"]
    cases = await held(world, 2)
    async with working(world) as work:
        job = await work.begin()
        await work.finish()
        report = await work.jobs.report(job.id)
        assert report is not None
        assert (report.job.state, report.results) == ("ended", {"released": 3})
    assert world.states(picky) == ["approved", "held"]
    assert {world.one(case).state for case in cases} == {"approved"}


async def test_a_broken_definition_is_reported_and_the_rest_go_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    picky = await world.file("picky", {"own": "y"})
    await world.run()
    cases = await held(world, 2)

    def broken(*_: object) -> None:
        raise KeyError("gone")

    monkeypatch.setattr("gateway.cases.casework.Casework.release", broken)
    async with working(world) as work:
        job = await work.begin()
        await work.round()
        report = await work.jobs.report(job.id)
        assert report is not None
        assert report.results == {"failed": 1, "released": 2}
    assert world.states(picky) == ["approved", "held"]
    assert "delivery_retried" not in world.events(picky)
    assert {world.one(case).state for case in cases} == {"ready"}


async def test_it_runs_by_itself_until_it_is_stopped(world: World) -> None:
    cases = await held(world, 3)
    async with working(world) as work:
        done = asyncio.Event()
        world.journal.listen(lambda _: done.set() if world.one(cases[-1]).state == "ready" else None)
        await work.begin()
        work.runner.start()
        await done.wait()
        await work.runner.stop()
        assert [row.lease_owner for row in world.rows(select(schema.job.c.lease_owner))] == [None]


async def test_a_journal_that_cannot_be_written_is_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_runner, "_JOURNAL_RETRY", 0.01)
    cases = await held(world, 1)
    async with working(world) as work:
        await work.begin()
        write, refused = world.journal.write, [JournalUnavailable("full"), ValueError("a bug")]

        async def failing(change: object) -> object:
            if refused:
                raise refused.pop(0)
            return await write(change)  # type: ignore[arg-type]  # whatever change it is

        monkeypatch.setattr(job_runner, "_ELSEWHERE", 0.01)
        monkeypatch.setattr(world.journal, "write", failing)
        done = asyncio.Event()
        world.journal.listen(lambda _: done.set() if world.one(cases[0]).state == "ready" else None)
        work.runner.start()
        await done.wait()
        await work.runner.stop()
    assert not refused
