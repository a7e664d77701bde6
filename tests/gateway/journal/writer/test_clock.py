"""The clock that does not jump, and everything that waits, which waits as long as before when the host's clock is set."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, insert, select

from gateway.journal.store import schema
from gateway.journal.store.database import migrate
from gateway.journal.writer.clock import SECOND, TOLERANCE, MoveTimes, SteadyClock
from gateway.journal.writer.draft import Draft
from gateway.journal.writer.journal import Journal
from gateway.model.delivery import DeliveryState
from tests.gateway.journal.small import Does, application, delivery, engine, opened

HOUR = 3600 * SECOND


class Times:
    """A wall clock and elapsed time that a test sets."""

    def __init__(self) -> None:
        self.wall, self.elapsed = 10**15, 5

    def pass_by(self, microseconds: int) -> None:
        self.wall += microseconds
        self.elapsed += microseconds


def made(times: Times) -> SteadyClock:
    return SteadyClock(lambda: times.wall, lambda: times.elapsed)


def test_it_is_the_wall_clock_while_that_runs_as_time_does() -> None:
    times = Times()
    clock = made(times)
    times.pass_by(7 * HOUR)
    assert (clock(), clock.jumped) == (times.wall, 0)
    times.wall += TOLERANCE // 2  # slewed
    assert (clock(), clock.jumped) == (times.wall, 0)
    times.wall += TOLERANCE // 2  # and again: small steps are followed, each by itself
    assert (clock(), clock.jumped) == (times.wall, 0)


@given(st.integers(-400 * 24 * HOUR, 400 * 24 * HOUR).filter(lambda by: abs(by) > TOLERANCE), st.integers(0, HOUR))
def test_a_jump_is_told_and_followed_only_when_asked(by: int, later: int) -> None:
    times = Times()
    clock = made(times)
    before = clock()
    times.wall += by
    times.pass_by(later)
    assert clock() == before + later
    assert clock.jumped == by
    clock.follow(by)
    assert (clock(), clock.jumped) == (times.wall, 0)


def test_the_hosts_own_clocks_agree() -> None:
    clock = SteadyClock()
    assert abs(clock() - time.time_ns() // 1000) < TOLERANCE
    assert clock.jumped == 0


# -- what waits
BY = -3_600_000_000
_TIMES = ("due_at", "lease_until", "doubt_since", "first_sent_at", "last_sent_at")
TIMES = {name: 10_000_000_000 + number for number, name in enumerate(_TIMES)}


@pytest.fixture
async def journal(store_url: str) -> AsyncIterator[tuple[Engine, Journal]]:
    writer = engine(store_url)
    made = opened(writer)
    await made.open()
    yield writer, made
    await made.close()
    writer.dispose()


def rows(writer: Engine, table: Any) -> list[Any]:
    with writer.connect() as connection:
        return list(connection.execute(select(table)))


async def test_open_deliveries_departments_that_are_down_and_jobs_move_along(journal: tuple[Engine, Journal]) -> None:
    writer, made = journal
    one = application("1")

    def doing(draft: Draft) -> None:
        open_, ended = (
            delivery(one, "open", state=DeliveryState.READY, **TIMES),
            delivery(one, "ended", state=DeliveryState.APPROVED, **TIMES),
        )
        draft.add_case(one, [open_, ended])
        draft.settle(one.id, "application_accepted", "test", {})

    await made.write(Does(doing))
    department = {"failures": 0, "problem": None, "since": 5_000_000_000, "version": 1}
    with writer.begin() as connection:
        connection.execute(insert(schema.department), {"name": "down", "breaker": "open", "probe_at": 6_000_000_000, **department})
        connection.execute(insert(schema.department), {"name": "well", "breaker": "closed", "probe_at": None, **department})
    await made.write(MoveTimes(by=BY, along=lambda: None))

    found = {row.step: row for row in rows(writer, schema.delivery)}
    assert {name: getattr(found["open"], name) for name in TIMES} == {name: at + BY for name, at in TIMES.items()}
    assert {name: getattr(found["ended"], name) for name in TIMES} == TIMES
    assert (found["open"].version, found["ended"].version) == (1, 0), "who has read it before does not write it"
    standing = {row.name: (row.since, row.probe_at) for row in rows(writer, schema.department)}
    assert standing == {"down": (5_000_000_000 + BY, 6_000_000_000 + BY), "well": (5_000_000_000, None)}
    assert [row.event for row in rows(writer, schema.audit)] == ["application_accepted", "clock_moved"]


@pytest.mark.parametrize("together", [True, False], ids=["in the commit of the move", "in the commit after it"])
async def test_nothing_is_written_by_the_old_time_beside_the_move(tmp_path: Path, *, together: bool) -> None:
    """Work that is due now stays due now. Where the clock went back an hour it would wait for one."""
    url = f"sqlite:///{tmp_path}/journal.db"
    migrate(url)
    writer = engine(url)
    wall = [50_000_000_000]
    clock = SteadyClock(wall=lambda: wall[0], elapsed=lambda: 0)
    made = opened(writer, clock=clock, batch_size=3 if together else 1)
    await made.open()
    wall[0] += BY

    def doing(number: int) -> Does:
        def decide(draft: Draft) -> None:
            one = application(str(number))
            draft.add_case(one, [delivery(one, f"due {number}", state=DeliveryState.READY, due_at=draft.now)])
            draft.settle(one.id, "application_accepted", "test", {})

        return Does(decide)

    move = MoveTimes(by=BY, along=lambda: made.follow_clock(BY))
    writes = [asyncio.create_task(made.write(change)) for change in (doing(1), move, doing(2))]
    await asyncio.sleep(0)  # they wait for the writer
    time.sleep(0.2)  # noqa: ASYNC251  # an event loop that is busy while the writer is not
    await asyncio.gather(*writes)
    assert {row.due_at for row in rows(writer, schema.delivery)} == {wall[0]}
    assert made.now() == wall[0]
    await made.close()
    writer.dispose()
