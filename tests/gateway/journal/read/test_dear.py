"""A count that was dear is used again for twenty times as long as it took, and a cheap one is made anew."""

from __future__ import annotations

from itertools import count

import pytest

from gateway.journal.read.dear import Counts


class Clock:
    """A clock that goes on by ``step`` seconds at each look."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


@pytest.mark.parametrize(("step", "again"), [(0.001, True), (1.0, False)])
def test_a_dear_count_is_used_again_until_its_time_is_over(step: float, again: bool) -> None:  # noqa: FBT001  # a parameter of the test
    clock, made = Clock(step), count(1)
    counts: Counts[int] = Counts(clock)
    assert counts.of("all", lambda: next(made)) == 1
    assert counts.of("all", lambda: next(made)) == (2 if again else 1)
    assert counts.of("other", lambda: next(made)) == (3 if again else 2), "what was not asked before is counted"
    clock.now += 20 * step
    assert counts.of("all", lambda: next(made)) == (4 if again else 3)


def test_counting_stays_below_a_twentieth_of_the_time() -> None:
    clock, spent = Clock(0), 0.0
    counts: Counts[None] = Counts(clock)

    def dear() -> None:
        nonlocal spent
        clock.now += 0.3
        spent += 0.3

    while clock.now < 1000:
        counts.of("all", dear)
        clock.now += 0.01
    assert 0.04 < spent / clock.now < 0.05
