"""Repairs of many: previewed, begun once under a key, refused when nothing fits, stopped."""

from __future__ import annotations

import pytest

from gateway.journal.read.selection import Selection
from gateway.model.delivery import DeliveryState
from gateway.model.errors import Invalid
from gateway.model.outcome import Accepted
from gateway.texts.refusals import Refused
from tests.gateway.worlds.held import LOST, held, working
from tests.gateway.worlds.offices import MAN, REMEMBERED
from tests.gateway.worlds.world import OPERATOR, World


async def test_what_would_happen_is_counted_and_nothing_is_changed(world: World) -> None:
    await held(world, 2)
    await held(world, 1, "office-never", LOST)
    await held(world, 1, "annex-ask", LOST)
    before = world.events()
    async with working(world) as work:
        found = {(p.department, p.state.value, p.would): p.count for p in await work.jobs.prospects(Selection())}
        assert found == {
            ("office", "held", "sent_again"): 2,
            ("office", "in_doubt", "never"): 1,
            ("annex", "in_doubt", "asked_first"): 1,
        }
        only = await work.jobs.prospects(Selection(states=(DeliveryState.HELD,), department="annex"))
        assert not only
        assert not (await work.jobs.several(None, 10)).items
    assert world.events() == before


async def test_a_key_that_the_department_has_forgotten_is_foreseen(world: World) -> None:
    cases = await held(world, 2, "office-safe", LOST)
    world.offices["office"].says("submit", *[LOST] * 30)
    while any(world.one(case).state != "held" for case in cases):  # its attempts are used up
        world.later(400)
        await world.run()
    async with working(world) as work:
        first = await work.jobs.prospects(Selection())
        world.later(REMEMBERED)
        then = await work.jobs.prospects(Selection())
    assert {p.would for p in first} <= {"sent_again", "key_forgotten"}
    assert [(p.would, p.count) for p in then] == [("key_forgotten", 2)]


async def test_what_was_accepted_and_held_since_asking_failed_is_foreseen_to_be_asked_about_and_is(world: World) -> None:
    office = world.offices["office"]
    office.says("submit", Accepted(reference="REF-1"), Accepted(reference="REF-2"))
    cases = [await world.file("office-never"), await world.file("office-never")]
    await world.run()
    office.says("poll", Invalid("http_404"), Invalid("http_404"))
    world.later(60)
    await world.run()
    assert [world.one(case).state for case in cases] == ["held", "held"]
    async with working(world) as work:
        wanted = Selection(problem="http_404")
        assert [(p.would, p.count) for p in await work.jobs.prospects(wanted)] == [("asked_first", 2)]
        await work.begin("again", problem="http_404")
        await work.finish()
    assert [(world.one(case).state, world.one(case).action) for case in cases] == [("deciding", "poll")] * 2
    assert office.count("submit") == 2


async def test_begun_twice_under_a_key_it_is_one_job(world: World) -> None:
    await held(world, 1)
    async with working(world) as work:
        first = await work.begin("same", reason=f"they mended it, says {MAN['name']} {MAN['id_number']}")
        again = await work.begin("same")
        assert (first.created, again.created, again.id) == (True, False, first.id)
        with pytest.raises(Refused, match="idempotency-mismatch"):
            await work.begin("same", department="office")
        report = await work.jobs.report(first.id)
        assert report is not None
        assert report.reason == f"they mended it, says {MAN['name']} {MAN['id_number']}"
        assert (report.job.selected, report.job.departments, report.job.state) == (1, {"office": 1}, "running")
    assert world.events().count("job_begun") == 1


async def test_a_filter_that_nothing_fits_is_refused(world: World) -> None:
    await held(world, 1)
    async with working(world) as work:
        with pytest.raises(Refused) as refused:
            await work.begin(problem="timeout")
        assert (refused.value.status, refused.value.errors[0].pointer) == (422, "/filter")
    assert "job_begun" not in world.events()


async def test_a_stopped_job_releases_nothing_more(world: World) -> None:
    cases = await held(world, 2)
    async with working(world) as work:
        job = await work.begin()
        await work.jobs.stop(job.id, caller=OPERATOR)
        await work.jobs.stop(job.id, caller=OPERATOR)
        await work.finish()
        report = await work.jobs.report(job.id)
        assert report is not None
        assert (report.job.state, report.results) == ("stopped", {})
        assert [world.one(case).state for case in cases] == ["held", "held"]
        again = await work.begin("job-2")
        await work.finish()
        assert [world.one(case).state for case in cases] == ["approved", "approved"]
        with pytest.raises(Refused, match="conflict"):
            await work.jobs.stop(again.id, caller=OPERATOR)
        with pytest.raises(Refused, match="not-found"):
            await work.jobs.stop(cases[0], caller=OPERATOR)
    assert world.events().count("job_stopped") == 1


async def test_jobs_are_listed_newest_first_by_the_page(world: World) -> None:
    await held(world, 1)
    async with working(world) as work:
        ids = [(await work.begin(f"job-{number}")).id for number in range(3)]
        first = await work.jobs.several(None, 2)
        rest = await work.jobs.several(first.next, 2)
        assert [job.id for job in (*first.items, *rest.items)] == ids[::-1]
        assert rest.next is None
