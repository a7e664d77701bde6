"""The breaker is opened by failures in a row, probed one call at a time, stopped by refused credentials, and remembered."""

from __future__ import annotations

from typing import Any

import structlog

from gateway.departments.breaker import Breakers
from gateway.departments.limits import Permits
from gateway.journal.queues.departments import BreakerRow, breakers
from gateway.model.department import BreakerPolicy, Limits
from gateway.model.errors import AuthFailed, Busy, InDoubt, Invalid, Unavailable
from gateway.model.outcome import Accepted
from tests.gateway.worlds.world import World

SECOND = 1_000_000
DOWN = Unavailable("refused")


def made() -> tuple[Breakers, Permits]:
    permits = Permits({"office": Limits(concurrency=4)})
    permits.open()
    return Breakers({"office": BreakerPolicy(failures=3, open_seconds=10)}, permits), permits


def hear(breakers: Breakers, now: int, *results: Any) -> list[Any]:
    return [change.row.breaker if (change := breakers.heard("office", result, now)) else None for result in results]


def probe(breakers: Breakers, now: int) -> list[str]:
    """Let due probes begin, and give their departments."""
    names = [change.row.name for change in breakers.probes(now)]
    for name in names:
        breakers.try_one(name)
    return names


def kept(world: World) -> BreakerRow:
    with world.reader.connect() as connection:
        return breakers(connection)["office"]


def test_failures_in_a_row_open_it_and_a_success_between_does_not() -> None:
    breakers, permits = made()
    assert hear(breakers, 0, DOWN, InDoubt("timeout"), None, DOWN, DOWN) == [None] * 5
    with structlog.testing.capture_logs() as logs:
        assert hear(breakers, 0, DOWN, DOWN) == ["open", None]
    assert [line["event"] for line in logs] == ["department_down"]
    assert (permits.free("office"), breakers.down("office")) == (0, True)


def test_after_a_while_one_call_tries_and_closes_or_opens_it_again() -> None:
    breakers, permits = made()
    hear(breakers, 0, DOWN, DOWN, DOWN)
    assert (probe(breakers, 9 * SECOND), breakers.next_probe()) == ([], 10 * SECOND)
    assert permits.free("office") == 0
    assert probe(breakers, 10 * SECOND) == ["office"]
    assert permits.free("office") == 1
    assert hear(breakers, 10 * SECOND, DOWN) == ["open"]
    assert permits.free("office") == 0
    assert probe(breakers, 20 * SECOND) == ["office"]
    assert breakers.next_probe() == 30 * SECOND  # any node repeats a probe whose result stays unknown
    assert hear(breakers, 20 * SECOND, None) == ["closed"]
    assert (permits.free("office"), breakers.down("office")) == (4, False)


def test_refused_credentials_stop_it_and_it_is_tried_more_rarely() -> None:
    breakers, permits = made()
    assert hear(breakers, 0, AuthFailed("401"), AuthFailed("401")) == ["stopped", "stopped"]
    assert (probe(breakers, 59 * SECOND), breakers.next_probe()) == ([], 60 * SECOND)
    probe(breakers, 60 * SECOND)
    assert permits.free("office") == 1
    assert hear(breakers, 60 * SECOND, None) == ["closed"]


def test_busy_is_not_down_but_nothing_is_handed_over_before_its_time() -> None:
    breakers, permits = made()
    assert hear(breakers, 0, Busy("quota", retry_after=30)) == [None]
    assert (permits.held_until("office"), breakers.down("office")) == (30 * SECOND, False)
    assert hear(breakers, 0, Busy("quota", retry_after=1e9)) == [None]
    assert permits.held_until("office") == 3600 * SECOND


WRONG = InDoubt("reply_contract")


def ask(breakers: Breakers, *asked: str) -> list[Any]:
    """Let questions fail in vain, each about the deliveries that its letters name."""
    return [change.row.breaker if (change := breakers.heard("office", WRONG, 0, frozenset(one))) else None for one in asked]


def test_one_delivery_that_is_asked_about_in_vain_never_opens_it() -> None:
    breakers, _ = made()
    assert ask(breakers, *["a"] * 50) == [None] * 50
    assert ask(breakers, *["abcd", "ab", "a"] * 50) == [None] * 150  # nor in company, asked about in halves
    assert hear(breakers, 0, DOWN) == [None]
    assert hear(breakers, 0, DOWN) == ["open"]  # once it counts, beside failures of others


def test_questions_in_vain_about_several_deliveries_open_it() -> None:
    breakers, _ = made()
    assert ask(breakers, "a", "b", "a", "c") == [None, None, None, "open"]


def test_whatever_is_answered_well_clears_who_was_asked_about_in_vain() -> None:
    breakers, _ = made()
    assert ask(breakers, "a", "b") == [None, None]
    hear(breakers, 0, None)
    assert ask(breakers, "a", "b", "a") == [None, None, None]


async def test_while_it_is_busy_questions_go_out_and_nothing_is_handed_over(world: World) -> None:
    office = world.offices["office"]
    office.says("submit", Accepted(reference="REF-1"))
    first = await world.file("office-safe")
    await world.run()
    world.breakers.heard("office", Busy("quota", retry_after=60), world.now)
    second = await world.file("office-safe")
    world.later(30)
    await world.run()
    assert (world.one(first).checks, world.one(second).state) == (1, "ready")
    world.later(30)
    await world.run()
    assert world.one(second).state == "approved"


def test_a_bug_in_the_adapter_says_nothing_of_the_department() -> None:
    breakers, permits = made()
    hear(breakers, 0, DOWN, DOWN)
    for code in ("adapter_error", "no_word"):
        assert hear(breakers, 0, InDoubt(code) if code == "adapter_error" else Invalid(code)) == [None]
    assert hear(breakers, 0, DOWN) == ["open"]
    probe(breakers, 10 * SECOND)
    assert hear(breakers, 10 * SECOND, InDoubt("adapter_error")) == [None]
    assert breakers.down("office")
    assert permits.free("office") == 1


async def test_it_is_kept_in_the_journal_and_restored(world: World) -> None:
    for _ in range(4):
        change = world.breakers.heard("office", AuthFailed("401"), world.now)
        if change is not None:
            await world.journal.write(change)
    row = kept(world)
    assert (row.name, row.breaker, row.problem) == ("office", "stopped", "401")
    await world.crash()
    world.breakers.refresh({"office": row, "gone": row}, world.now)
    assert world.breakers.down("office")
    case = await world.file("office-safe")
    await world.run()
    assert world.one(case).state == "ready"
    probe(world.breakers, world.now + 3600 * SECOND)
    await world.run()
    assert world.one(case).state == "approved"
    assert world.events().count("department_standing") == 1


async def test_of_two_nodes_one_has_the_probe(world: World) -> None:
    here, there = made()[0], made()[0]
    for change in (here.heard("office", DOWN, 0) for _ in range(3)):
        if change is not None:
            assert await world.journal.write(change)
    there.refresh({"office": kept(world)}, 0)
    assert there.down("office")
    [mine], [theirs] = here.probes(10 * SECOND), there.probes(10 * SECOND)
    assert await world.journal.write(mine)
    assert not await world.journal.write(theirs)
    assert kept(world).breaker == "half_open"
    back = here.heard("office", None, 11 * SECOND)
    assert back is not None
    assert await world.journal.write(back)
    there.refresh({"office": kept(world)}, 12 * SECOND)
    assert not there.down("office")


def test_the_clock_being_set_moves_the_next_probe_along() -> None:
    breakers, _ = made()
    hear(breakers, 0, DOWN, DOWN, DOWN)
    breakers.moved(3600 * SECOND)
    assert breakers.next_probe() == 3610 * SECOND


def test_other_policies_are_taken_and_how_a_department_fares_is_kept() -> None:
    permits = Permits({"office": Limits()})
    breakers = Breakers({"office": BreakerPolicy(failures=5)}, permits)
    for _ in range(2):
        breakers.heard("office", Unavailable("refused"), 0)
    permits.configure({"office": Limits(), "annex": Limits()})
    breakers.configure({"office": BreakerPolicy(failures=3), "annex": BreakerPolicy(failures=1)}, {})
    assert breakers.heard("office", Unavailable("refused"), 0) is not None
    assert breakers.heard("annex", Unavailable("refused"), 0) is not None
    assert (breakers.down("office"), breakers.down("annex")) == (True, True)
