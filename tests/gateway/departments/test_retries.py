"""Waits grow, are jittered and capped, and are never shorter than the department asked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.departments.retries import SECOND, used_up, wait_microseconds
from gateway.model.department import RetryPolicy

POLICY = RetryPolicy(first_seconds=1, longest_seconds=60, attempts=3, give_up_seconds=100, retry_after_longest_seconds=600)


@given(st.integers(0, 10_000), st.floats(0, 1e12))
def test_a_wait_is_bounded_on_both_sides(failures: int, asked: float) -> None:
    wait = wait_microseconds(POLICY, failures, at_least=asked)
    assert max(0.1, min(asked, 600)) * SECOND - 1 <= wait <= max(60, min(asked, 600)) * SECOND


def test_waits_are_jittered_and_grow() -> None:
    early = {wait_microseconds(POLICY, 1) for _ in range(50)}
    assert len(early) > 10
    assert max(early) <= SECOND < max(wait_microseconds(POLICY, 6) for _ in range(50))


@given(st.integers(1, 10_000))
def test_a_wait_that_grows_is_never_under_half_of_what_it_may_be(failures: int) -> None:
    wait = wait_microseconds(POLICY, failures, grows=True)
    assert min(2 ** (failures - 1), 60) / 2 * SECOND - 1 <= wait <= 60 * SECOND


def test_it_is_used_up_by_failures_or_by_time() -> None:
    assert not used_up(POLICY, 2, 0, 100 * SECOND)
    assert used_up(POLICY, 3, 0, 0)
    assert used_up(POLICY, 0, 0, 100 * SECOND + 1)
    assert not used_up(POLICY, 0, None, 10**18)
    assert not used_up(RetryPolicy(attempts=1), 0, 0, 0)
