"""The clock that does not jump."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from gateway.journal.writer.clock import SECOND, TOLERANCE, SteadyClock

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
