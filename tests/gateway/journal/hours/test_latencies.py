"""Times of calls by bucket: added in any order they are what all of them are, and a percentile is off by a bucket at most."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.journal.hours.latencies import BOUNDS, NONE, Latencies, of_stored
from tests.gateway.journal.hours.calls import of_calls

CALLS = st.lists(st.integers(0, 200_000_000), max_size=60)


def test_the_buckets_go_from_a_millisecond_to_a_hundred_seconds_by_half_as_much_again() -> None:
    assert (BOUNDS[0], BOUNDS[-1], len(BOUNDS)) == (1000, 100_000_000, 31)
    assert all(1.4 < high / low < 1.6 for low, high in pairwise(BOUNDS))


@given(CALLS, CALLS, CALLS)
def test_added_in_any_order_they_are_those_of_all_calls(one: list[int], other: list[int], third: list[int]) -> None:
    assert (of_calls(one) + of_calls(other)) + of_calls(third) == of_calls(one + other + third)
    assert of_calls(other) + of_calls(one) == of_calls(one) + of_calls(other)
    assert of_calls(one) + NONE == of_calls(one)


@given(CALLS.filter(bool), st.sampled_from([0.5, 0.95, 0.99, 1.0]))
def test_a_percentile_lies_in_the_bucket_of_the_call_that_it_is(calls: list[int], share: float) -> None:
    estimate = of_calls(calls).percentile(share)
    exact = sorted(calls)[max(0, -(-round(share * len(calls) * 1000) // 1000) - 1)]
    place = next((place for place, bound in enumerate(BOUNDS) if exact < bound), len(BOUNDS))
    assert estimate is not None
    low, high = BOUNDS[place - 1] if place else 0, BOUNDS[place] if place < len(BOUNDS) else max(calls)
    assert low <= round(estimate * 1_000_000) <= min(high, max(calls)) or round(estimate * 1_000_000) == low


@given(CALLS)
def test_they_are_read_as_they_were_kept(calls: list[int]) -> None:
    made = of_calls(calls)
    assert of_stored(made.stored(), made.longest) == made
    assert made.calls == len(calls)
    assert not made.counts or made.counts[-1], "empty buckets at the end are not kept"


@pytest.mark.parametrize(
    ("calls", "share", "seconds"),
    [
        ([], 0.5, None),
        ([0], 0.95, 0.0),
        ([40_000] * 100, 0.5, 0.0365),  # the bucket begins at 33 ms, and no call was longer than 40
        ([40_000] * 94 + [5_000_000] * 6, 0.95, 4.75),
        ([150_000_000], 0.95, 147.5),
    ],
)
def test_some_percentiles(calls: list[int], share: float, seconds: float | None) -> None:
    found = of_calls(calls).percentile(share)
    assert found == (None if seconds is None else pytest.approx(seconds, rel=0.01))


def test_none_is_no_call() -> None:
    assert Latencies() == NONE == of_calls([])
