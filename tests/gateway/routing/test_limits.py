"""Permits: never more than allowed, and the rate counts what begins, not what is merely reserved."""

from __future__ import annotations

from gateway.model.department import Limits
from gateway.routing.limits import Permits


def permits(**limits: float) -> Permits:
    made = Permits({"office": Limits.model_validate(limits)})
    made.open()
    return made


def test_never_more_than_the_concurrency() -> None:
    made = permits(concurrency=3)
    assert [made.reserve("office", 2), made.reserve("office", 2), made.reserve("office", 2)] == [2, 1, 0]
    assert not made.take("office")
    made.give("office", 2)
    assert made.free("office") == 2
    assert made.take("office")


def test_before_it_is_open_and_after_it_is_closed_there_are_none() -> None:
    made = Permits({"office": Limits()})
    assert not made.take("office")
    made.open()
    assert made.take("office")
    made.close()
    assert (made.reserve("office", 5), made.free("office")) == (0, 0)


def test_what_the_breaker_allows_bounds_it_too() -> None:
    made = permits(concurrency=5)
    made.allow("office", 1)
    assert [made.take("office"), made.take("office")] == [True, False]
    made.allow("office", 0)
    made.give("office")
    assert made.free("office") == 0
    made.allow("office", None)
    assert made.free("office") == 5


def test_the_rate_counts_what_begins() -> None:
    made = permits(concurrency=50, rate_per_second=5)
    assert made.reserve("office", 30) == 30
    assert made.begin("office", 3) == 3
    assert made.begin("office", 10) == 2
    assert not made.take("office")
    assert made.free("office") == 20
    assert made.spacing("office") == 200_000


def test_a_rate_below_one_a_second_keeps_its_spacing_and_unknown_departments_have_none() -> None:
    made = permits(concurrency=5, rate_per_second=0.1)
    assert [made.take("office"), made.take("office")] == [True, False]
    assert made.free("office") == 4
    assert not made.take("nobody")
