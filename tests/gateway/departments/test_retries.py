"""Waits grow, are jittered and capped, and are never shorter than the department asked. Retries stay a share of a department's calls."""

from __future__ import annotations

from bisect import bisect_left

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.departments.retries import BURST, SECOND, RetryBudgets, used_up, wait_microseconds
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


SHARED = RetryPolicy(share=0.2, least_per_second=1)
NOW = 1_800_000_000 * SECOND


def test_a_few_are_made_when_their_policy_says() -> None:
    budgets = RetryBudgets()
    assert [budgets.due("tax", SHARED, NOW + 5, NOW) for _ in range(BURST)] == [NOW + 5] * BURST


def test_beyond_the_budget_each_waits_longer_than_the_one_before() -> None:
    budgets = RetryBudgets()
    dues = [budgets.due("tax", SHARED, NOW, NOW) for _ in range(BURST + 60)][BURST:]
    assert dues == [NOW + number * SECOND for number in range(1, 61)]  # nothing else is sent: one a second


def test_a_later_time_of_the_policy_is_kept() -> None:
    budgets = RetryBudgets()
    assert [budgets.due("tax", SHARED, NOW + 3600 * SECOND, NOW) for _ in range(BURST + 5)] == [NOW + 3600 * SECOND] * (BURST + 5)


def test_departments_do_not_share_a_budget() -> None:
    budgets = RetryBudgets()
    for _ in range(BURST + 60):
        budgets.due("tax", SHARED, NOW, NOW)
    assert budgets.due("marriage", SHARED, NOW, NOW) == NOW


def test_a_clock_that_was_set_neither_fills_nor_empties_it() -> None:
    for jump in (-3600 * SECOND, 3600 * SECOND):
        budgets = RetryBudgets()
        for _ in range(BURST + 5):
            budgets.due("tax", SHARED, NOW, NOW)
        budgets.moved(jump)
        assert budgets.due("tax", SHARED, NOW + jump, NOW + jump) == NOW + jump + 6 * SECOND


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100), st.integers(1, 5 * SECOND)), min_size=1, max_size=20))
def test_in_no_second_are_there_more_than_the_share_of_all_calls_the_floor_and_the_burst(rounds: list[tuple[int, int, int]]) -> None:
    budgets, now, dues, calls = RetryBudgets(), NOW, [], 0
    for first, failed, pause in rounds:
        for _ in range(first):
            budgets.called("tax", SHARED, now)
        calls += first
        dues += [budgets.due("tax", SHARED, now, now) for _ in range(failed)]
        now += pause
    dues.sort()
    busiest = max((bisect_left(dues, due + SECOND) - place for place, due in enumerate(dues)), default=0)
    assert busiest <= BURST + SHARED.least_per_second + SHARED.share * calls + 1


def test_under_a_steady_load_in_which_all_fails_retries_are_the_share_and_the_floor() -> None:
    budgets, made = RetryBudgets(), []
    for number in range(100 * 120):  # 100 calls a second for two minutes, each of which fails once
        now = NOW + number * SECOND // 100
        budgets.called("tax", SHARED, now)
        made.append(budgets.due("tax", SHARED, now, now))
    in_the_second_minute = sum(NOW + 60 * SECOND <= due < NOW + 120 * SECOND for due in made)
    assert 0.9 * 21 * 60 <= in_the_second_minute <= 21 * 60 + BURST
