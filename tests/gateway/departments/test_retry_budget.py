"""Retries stay a share of a department's calls. Those beyond it are spread, and none is lost."""

from __future__ import annotations

from bisect import bisect_left

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.departments.retries import SECOND
from gateway.departments.retry_budget import BURST, RetryBudgets
from gateway.model.department import RetryPolicy

POLICY = RetryPolicy(share=0.2, least_per_second=1)
NOW = 1_800_000_000 * SECOND


def test_a_few_are_made_when_their_policy_says() -> None:
    budgets = RetryBudgets()
    assert [budgets.due("tax", POLICY, NOW + 5, NOW) for _ in range(BURST)] == [NOW + 5] * BURST


def test_beyond_the_budget_each_waits_longer_than_the_one_before() -> None:
    budgets = RetryBudgets()
    dues = [budgets.due("tax", POLICY, NOW, NOW) for _ in range(BURST + 60)][BURST:]
    assert dues == [NOW + number * SECOND for number in range(1, 61)]  # nothing else is sent: one a second


def test_a_later_time_of_the_policy_is_kept() -> None:
    budgets = RetryBudgets()
    assert [budgets.due("tax", POLICY, NOW + 3600 * SECOND, NOW) for _ in range(BURST + 5)] == [NOW + 3600 * SECOND] * (BURST + 5)


def test_departments_do_not_share_a_budget() -> None:
    budgets = RetryBudgets()
    for _ in range(BURST + 60):
        budgets.due("tax", POLICY, NOW, NOW)
    assert budgets.due("marriage", POLICY, NOW, NOW) == NOW


def test_a_clock_that_was_set_neither_fills_nor_empties_it() -> None:
    for jump in (-3600 * SECOND, 3600 * SECOND):
        budgets = RetryBudgets()
        for _ in range(BURST + 5):
            budgets.due("tax", POLICY, NOW, NOW)
        budgets.moved(jump)
        assert budgets.due("tax", POLICY, NOW + jump, NOW + jump) == NOW + jump + 6 * SECOND


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100), st.integers(1, 5 * SECOND)), min_size=1, max_size=20))
def test_in_no_second_are_there_more_than_the_share_of_all_calls_the_floor_and_the_burst(rounds: list[tuple[int, int, int]]) -> None:
    budgets, now, dues, calls = RetryBudgets(), NOW, [], 0
    for first, failed, pause in rounds:
        for _ in range(first):
            budgets.called("tax", POLICY, now)
        calls += first
        dues += [budgets.due("tax", POLICY, now, now) for _ in range(failed)]
        now += pause
    dues.sort()
    busiest = max((bisect_left(dues, due + SECOND) - place for place, due in enumerate(dues)), default=0)
    assert busiest <= BURST + POLICY.least_per_second + POLICY.share * calls + 1


def test_under_a_steady_load_in_which_all_fails_retries_are_the_share_and_the_floor() -> None:
    budgets, made = RetryBudgets(), []
    for number in range(100 * 120):  # 100 calls a second for two minutes, each of which fails once
        now = NOW + number * SECOND // 100
        budgets.called("tax", POLICY, now)
        made.append(budgets.due("tax", POLICY, now, now))
    in_the_second_minute = sum(NOW + 60 * SECOND <= due < NOW + 120 * SECOND for due in made)
    assert 0.9 * 21 * 60 <= in_the_second_minute <= 21 * 60 + BURST
