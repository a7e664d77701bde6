"""Permits: never more than allowed, and the rate counts what begins, not what is merely reserved."""

from __future__ import annotations

from gateway.departments.limits import Permits
from gateway.model.department import Limits


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


def test_a_pause_gives_no_permit_and_lets_none_that_was_reserved_begin() -> None:
    made = permits(concurrency=5)
    assert made.reserve("office", 2) == 2
    made.pause("office")
    assert (made.free("office"), made.begin("office", 2), made.take("office"), made.paused("office")) == (0, 0, False, True)
    made.give("office", 2)
    made.resume("office")
    assert (made.free("office"), made.take("office"), made.paused("nobody")) == (5, True, False)


def test_an_operators_limits_are_over_the_configured_ones_and_the_breakers_below_both() -> None:
    made = permits(concurrency=5)
    made.relimit("office", concurrency=8, rate_per_second=None)
    assert made.reserve("office", 20) == 8
    made.relimit("office", concurrency=2, rate_per_second=None)
    assert made.free("office") == 0
    made.give("office", 7)
    assert made.free("office") == 1
    made.allow("office", 1)
    assert made.free("office") == 0
    made.allow("office", None)
    made.relimit("office", concurrency=None, rate_per_second=None)
    assert made.free("office") == 4


def test_another_rate_counts_anew_and_the_same_one_goes_on() -> None:
    made = permits(concurrency=50, rate_per_second=2)
    assert made.begin("office", 5) == 2
    made.relimit("office", concurrency=3, rate_per_second=2)
    assert made.begin("office", 5) == 0
    made.relimit("office", concurrency=3, rate_per_second=4)
    assert made.begin("office", 5) == 4
    made.relimit("office", concurrency=3, rate_per_second=None)
    assert made.spacing("office") == 500_000


def test_a_department_that_is_no_longer_configured_gets_none_and_takes_back_what_is_out() -> None:
    made = permits(concurrency=5)
    assert made.take("office")
    made.configure({"annex": Limits(concurrency=1)})
    assert (made.take("office"), made.take("annex")) == (False, True)
    made.give("office")
    made.configure({"office": Limits(concurrency=2)})
    assert (made.free("office"), made.free("annex")) == (2, 0)


def test_what_was_said_before_it_is_configured_holds_once_it_is() -> None:
    made = Permits({})
    made.open()
    made.pause("office")
    made.relimit("office", concurrency=3, rate_per_second=None)
    made.configure({"office": Limits()})
    assert not made.take("office")
    made.resume("office")
    assert made.free("office") == 3


def test_listeners_hear_when_more_may_have_become_free_and_when_none_is_under_way() -> None:
    made = permits(concurrency=2)
    heard: list[str] = []
    made.listen(lambda: heard.append("more"))
    made.pause("office")
    made.resume("office")
    made.relimit("office", concurrency=2, rate_per_second=None)
    made.configure({"office": Limits()})
    assert heard == ["more"] * 3
    made.when_idle("office", lambda: heard.append("idle at once"))
    assert made.reserve("office", 2) == 2
    made.when_idle("office", lambda: heard.append("idle"))
    made.give("office")
    assert heard[3:] == ["idle at once"]
    made.give("office")
    assert heard[3:] == ["idle at once", "idle"]
