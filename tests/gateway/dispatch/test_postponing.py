"""Nothing is sent in a closed window, and never more than the quota a day. What waits falls due at the opening and loses no attempt."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from gateway.departments.openings import SPREAD
from gateway.dispatch.claiming import Claim
from gateway.dispatch.postponing import FetchBack
from gateway.dispatch.work_item import Capacity
from gateway.journal.store import schema
from gateway.model.errors import Busy, InDoubt, Unavailable
from gateway.model.identifiers import CHINA, day_of
from gateway.model.outcome import Accepted, Returned
from gateway.texts.refusals import Refused
from tests.gateway.conftest import Make
from tests.gateway.worlds.offices import approved, config
from tests.gateway.worlds.world import FRONT, OPERATOR, World

HOURS = [{"days": "mon-fri", "from": "09:00", "to": "12:00"}, {"days": "mon-fri", "from": "14:00", "to": "17:00"}]
SECOND = 1_000_000


def at(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}+08:00").timestamp()) * SECOND


def after(world: World, text: str) -> bool:
    """Tell whether the clock stands within the spread after an opening."""
    return 0 <= world.now - at(text) <= SPREAD


async def closed(make_world: Make, now: str = "2026-11-23T18:00:00", **more: Any) -> World:
    world = await make_world(configs={"office": config("office", **{"hours": HOURS, **more})})
    world.now = at(now)
    return world


def reconfigure(world: World, **more: Any) -> None:
    """Change the configuration, as a reload does."""
    departments = dict(world.casework.departments)
    departments["office"] = replace(departments["office"], config=config("office", **more))
    world.casework.departments.clear()  # type: ignore[attr-defined]  # a dict here
    world.casework.departments.update(departments)  # type: ignore[attr-defined]  # as above
    world.openings.renew()


async def fetch_back(world: World) -> None:
    while await world.journal.write(FetchBack(department="office", casework=world.casework)):
        pass


async def test_what_is_filed_while_it_is_closed_is_due_when_it_opens(make_world: Make) -> None:
    world = await closed(make_world)
    case = await world.file("office-safe")
    waiting = world.one(case)
    assert (waiting.state, waiting.attempts, waiting.lease_owner) == ("ready", 0, None)
    assert waiting.due_at is not None
    assert 0 <= waiting.due_at - at("2026-11-24T09:00:00") <= SPREAD
    await world.run()
    assert world.offices["office"].calls == []
    world.now = at("2026-11-24T09:00:00") + SPREAD
    await world.run()
    assert world.one(case).state == "approved"


async def test_what_is_due_when_it_closes_is_put_off_and_nothing_is_counted(make_world: Make) -> None:
    world = await closed(make_world, "2026-11-23T11:59:59")
    world.offices["office"].says("submit", Unavailable("connect"))
    case = await world.file("office-safe")
    await world.run()
    before = world.one(case)
    world.later(30)
    assert await world.claim() == 0
    put_off = world.one(case)
    assert put_off.due_at is not None
    assert 0 <= put_off.due_at - at("2026-11-23T14:00:00") <= SPREAD
    assert (put_off.attempts, put_off.failures, put_off.problem, put_off.state) == (before.attempts, 1, "connect", "ready")
    assert not world.breakers.down("office")
    world.now = put_off.due_at
    await world.run()
    assert world.one(case).state == "approved"


async def test_a_queue_longer_than_one_claim_is_put_off_whole_and_the_claimer_is_told(
    make_world: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await closed(make_world, "2026-11-23T11:59:00")
    world.permits.close()
    for _ in range(5):
        await world.file("office-safe")
    world.permits.open()
    world.later(60)
    monkeypatch.setattr("gateway.dispatch.claiming.AT_ONCE", 2)
    told = []
    for _ in range(4):
        claimed = await world.journal.write(Claim(wanted={"office": Capacity(permits=4, polls=4)}, casework=world.casework))
        told.append(claimed["office"])
    opens = at("2026-11-23T14:00:00")
    assert [next_due is not None and next_due <= world.now for next_due in told] == [True, True, False, False]
    dues = [row.due_at for row in world.rows(select(schema.delivery.c.due_at))]
    assert all(opens <= due <= opens + SPREAD for due in dues)
    assert world.permits.free("office") == 32


async def test_outside_its_hours_it_is_asked_and_nothing_is_taken_back(make_world: Make) -> None:
    world = await closed(make_world, "2026-11-23T16:59:00")
    office = world.offices["office"]
    office.says("submit", Accepted(reference="R-1"), InDoubt("timeout"))
    decided, doubtful = await world.file("office-safe"), await world.file("office-ask")
    await world.run()
    world.later(120)
    await world.run()
    assert (office.count("poll"), office.count("find")) == (1, 1)
    world.later(60)
    await world.run()
    assert world.one(doubtful).state == "ready", "it was absent, and is sent again when the department opens"
    office.says("poll", {})
    await world.revisions.withdraw(decided, caller=FRONT, reason=None)
    await world.run()
    assert (office.count("withdraw"), office.count("submit")) == (0, 2)
    world.now = at("2026-11-24T09:01:00")
    await world.run()
    assert (world.one(decided).state, world.one(doubtful).state) == ("withdrawn", "approved")


async def test_while_it_is_maintained_no_call_of_any_kind_is_begun(make_world: Make) -> None:
    planned = {"from": "2026-11-23T10:00:00+08:00", "to": "2026-11-23T11:00:00+08:00"}
    world = await closed(make_world, "2026-11-23T09:59:50", hours=[], maintenance=[planned])
    office = world.offices["office"]
    office.says("submit", Accepted(reference="R-1"), InDoubt("timeout"))
    decided, doubtful = await world.file("office-safe"), await world.file("office-ask")
    await world.run()
    world.now = at("2026-11-23T10:30:00")
    waiting = await world.file("office-safe")
    await world.run()
    assert Counter(name for name, _, _ in office.calls) == {"submit": 2}
    claimed = await world.journal.write(Claim(wanted={"office": Capacity(permits=4, polls=4)}, casework=world.casework))
    assert claimed["office"] == at("2026-11-23T11:00:00"), "what asks keeps its time, and is looked for when that is over"
    with pytest.raises(Refused) as refused:
        await world.queries.ask("office", "look", _question(), caller=OPERATOR, language="en")
    assert (refused.value.status, refused.value.retry_after) == (503, 1800)
    assert await world.call_back(id="m1", kind="approved", reference="R-1") == 202
    assert world.one(decided).state == "approved"
    world.now = at("2026-11-23T11:00:00") + SPREAD
    await world.run()
    assert (world.one(waiting).state, office.count("find")) == ("approved", 1)
    assert world.one(doubtful).state == "approved"


def _question() -> bytes:
    return b'{"request": {"name": "\xe5\xbc\xa0", "id_number": "1"}, "purpose": "p"}'


async def test_questions_are_answered_outside_hours(make_world: Make) -> None:
    world = await closed(make_world)
    answer = await world.queries.ask("office", "look", _question(), caller=OPERATOR, language="en")
    assert answer["kind"] == "approved"


async def test_hours_that_are_changed_fetch_back_what_waits(make_world: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    world = await closed(make_world)
    cases = [await world.file("office-safe") for _ in range(5)]
    monkeypatch.setattr("gateway.dispatch.postponing.AT_ONCE", 2)
    await fetch_back(world)
    assert all((world.one(case).due_at or 0) >= at("2026-11-24T09:00:00") for case in cases), "nothing has changed"
    reconfigure(world, hours=[{"days": "daily", "from": "20:00", "to": "21:00"}])
    await fetch_back(world)
    assert all(0 <= (world.one(case).due_at or 0) - at("2026-11-23T20:00:00") <= SPREAD for case in cases)
    reconfigure(world)
    await fetch_back(world)
    world.later(60)
    await world.run()
    assert {world.one(case).state for case in cases} == {"approved"}


async def test_a_retry_that_waits_for_its_own_reason_is_not_fetched_back(make_world: Make) -> None:
    world = await closed(make_world, "2026-11-23T10:00:00")
    world.offices["office"].says("submit", Busy("busy", retry_after=3000))
    case = await world.file("office-safe")
    await world.run()
    due = world.one(case).due_at
    reconfigure(world)
    await fetch_back(world)
    assert world.one(case).due_at == due
    world.now = (due or 0) + 1
    await world.run()


async def test_never_more_than_the_quota_a_day_and_the_first_come_go_first(make_world: Make) -> None:
    world = await make_world(configs={"office": config("office", quota=3)})
    cases = [await world.file("office-safe") for _ in range(5)]
    await world.run()
    assert [world.one(case).state for case in cases] == ["approved"] * 3 + ["ready"] * 2
    midnight = at("2026-11-24T00:00:00")
    assert all(midnight <= (world.one(case).due_at or 0) <= midnight + SPREAD for case in cases[3:])
    assert world.one(cases[3]).attempts == 0
    world.now = midnight + SPREAD
    late = await world.file("office-safe")
    await world.run()
    assert {world.one(case).state for case in (*cases, late)} == {"approved"}
    used = {row.day: row.used for row in world.rows(select(schema.quota_use))}
    assert used == {"20261123": 3, "20261124": 3}


async def test_what_is_sent_again_does_not_count_and_another_round_does(make_world: Make) -> None:
    world = await make_world(configs={"office": config("office", quota=2)})
    office = world.offices["office"]
    office.says("submit", Unavailable("connect"), Returned(code="B", reason="again"))
    case = await world.file("office-safe", {"note": "a"})
    await world.run()
    world.later(10)
    await world.run()
    assert (world.one(case).state, office.count("submit")) == ("returned", 2)
    await world.revise(case, {"note": "b"})
    await world.run()
    assert (world.one(case).state, office.count("submit")) == ("approved", 3)
    assert [row.used for row in world.rows(select(schema.quota_use))] == [2]
    office.says("submit", Unavailable("connect"))
    other = await world.file("office-safe")
    await world.run()
    assert (world.one(other).attempts, office.count("submit")) == (0, 3)


async def test_a_retry_goes_although_the_quota_is_used_up(make_world: Make) -> None:
    world = await make_world(configs={"office": config("office", quota=1)})
    world.offices["office"].says("submit", Unavailable("connect"))
    case, other = await world.file("office-safe"), await world.file("office-safe")
    await world.run()
    world.later(10)
    await world.run()
    assert (world.one(case).state, world.one(other).attempts) == ("approved", 0)


async def test_a_quota_that_is_raised_fetches_back_what_waits_for_tomorrow(make_world: Make) -> None:
    world = await make_world(configs={"office": config("office", quota=1)})
    cases = [await world.file("office-safe") for _ in range(3)]
    await world.run()
    await fetch_back(world)
    await world.run()
    assert [world.one(case).state for case in cases] == ["approved", "ready", "ready"]
    reconfigure(world, quota=2)
    await fetch_back(world)
    world.later(60)
    await world.run()
    assert [world.one(case).state for case in cases] == ["approved", "approved", "ready"]


async def test_a_claim_that_is_not_committed_has_counted_nothing(make_world: Make) -> None:
    world = await make_world(configs={"office": config("office", quota=1)})
    case = await world.file("office-safe")
    lost = await world.claim(), await world.crash()
    assert len(lost[1]) == 1
    await world.recover()
    world.later(10)
    await world.run()
    assert world.one(case).state == "approved", "what may have gone out was counted, and is sent again without being counted"
    assert [row.used for row in world.rows(select(schema.quota_use))] == [1]


@pytest.mark.parametrize(
    "seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow("a drawn history in a journal; two stay")) for seed in range(2, 6))]
)
async def test_the_law_holds_whatever_happens(make_world: Make, seed: int) -> None:
    """Draw a week of filings, failures, doubts, crashes and changed quotas. No call comes in a closed window or beyond the quota."""
    dice = random.Random(seed)
    quota = dice.randint(1, 6)
    world = await closed(
        make_world,
        "2026-11-23T08:00:00",
        quota=quota,
        maintenance=[{"days": "wed", "from": "10:00", "to": "11:00"}],
        retry={"attempts": 1000, "give_up_seconds": 10**7},
    )
    calls: list[tuple[int, str, str]] = []

    def answer(call: Any, _: Any) -> Any:
        calls.append((world.now, "submit", call.key))
        kinds = [Unavailable("connect"), InDoubt("timeout"), Busy("busy", retry_after=600), Accepted(reference=call.key), None, None, None]
        said = dice.choice(kinds)
        return said if said is not None else approved()

    def polled(_: Any, pending: Any) -> Any:
        calls.append((world.now, "poll", ""))
        return {one.reference: approved() for one in pending if dice.random() < 0.5}

    for _ in range(150):
        world.later(dice.choice([1, 60, 1800, 3600, 7200]))
        for _ in range(dice.choice([0, 0, 1, 3])):
            await world.file(dice.choice(["office-safe", "office-ask"]))
        if dice.random() < 0.05:
            await world.crash()
            await world.recover()
        world.offices["office"].says("submit", *[answer] * 40)
        world.offices["office"].says("poll", *[polled] * 40)
        await world.run()
    acts = [(moment, key) for moment, name, key in calls if name == "submit"]
    assert acts
    assert not [moment for moment, _ in acts if not _taking(moment)]
    assert not [moment for moment, _, _ in calls if _maintained(moment)]
    first: dict[str, int] = {}
    for moment, key in acts:
        first.setdefault(key, moment)
    a_day = Counter(day_of(moment) for moment in first.values())
    assert max(a_day.values()) <= quota
    counted = {row.day: row.used for row in world.rows(select(schema.quota_use))}
    assert all(counted[day] >= sent for day, sent in a_day.items())


def _local(moment: int) -> datetime:
    return datetime.fromtimestamp(moment / SECOND, CHINA)


def _taking(moment: int) -> bool:
    local = _local(moment)
    return local.weekday() < 5 and (9 <= local.hour < 12 or 14 <= local.hour < 17)


def _maintained(moment: int) -> bool:
    local = _local(moment)
    return local.weekday() == 2 and local.hour == 10
