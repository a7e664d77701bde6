"""Retries: their due times by tenacity's strategies from the stored attempt, and their share of a department's ordinary calls.

Repeating never becomes a department's main load. These are the retry budgets of Finagle and Envoy, one a node. No retry is refused, but one
beyond the budget gets a later due time.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

from tenacity import RetryCallState, Retrying, stop_after_attempt, wait_exponential, wait_random_exponential

from gateway.model.department import RetryPolicy

SECOND = 1_000_000

#: Retries that a department may get at once after a quiet time.
BURST = 10
#: Seconds over which a department's calls are counted.
_WINDOW = 5.0
#: Microseconds within which calls count as simultaneous.
_STEP = SECOND // 20

_RETRYING = Retrying()


def _state(number: int) -> RetryCallState:
    state = RetryCallState(_RETRYING, None, (), {})
    state.attempt_number = max(1, number)
    return state


def wait_microseconds(policy: RetryPolicy, failures: int, *, at_least: float = 0, grows: bool = False) -> int:
    """Give the wait after failures in a row: exponential, fully jittered (half, if it ``grows``), never under ``at_least`` s (capped)."""
    if grows:
        at_least = max(at_least, wait_exponential(multiplier=policy.first_seconds, max=policy.longest_seconds)(_state(failures)) / 2)
    jittered = wait_random_exponential(multiplier=policy.first_seconds, max=policy.longest_seconds)(_state(failures))
    # Even the shortest wait is a tenth of the first, so that a burst of failures does not become a burst of calls.
    seconds = max(jittered, policy.first_seconds / 10, min(at_least, policy.retry_after_longest_seconds))
    return int(seconds * SECOND)


def used_up(policy: RetryPolicy, failures: int, first_sent_at: int | None, now: int) -> bool:
    """Tell whether a delivery has failed as often, or for as long, as its department's policy allows."""
    if stop_after_attempt(policy.attempts)(_state(failures)) and failures > 0:
        return True
    return first_sent_at is not None and now - first_sent_at > policy.give_up_seconds * SECOND


@dataclass(slots=True)
class _Budget:
    level: float = 0.0  # recent retries, less those allowed since
    next_at: int = 0  # the last due time given to a retry beyond the budget
    calls: float = 0.0  # first attempts, fading over the window
    counted_at: int = 0
    since: int = 0  # the first call after a quiet time

    def per_second(self, policy: RetryPolicy, now: int) -> float:
        """Bring the counts up to now, and give the retries allowed a second."""
        passed = max(0, now - self.counted_at)
        self.counted_at = now
        self.calls *= _fading(passed)
        if self.calls < 1 or now < self.since:
            self.since = now
        seconds = max(1.0, _WINDOW * (1 - _fading(now - self.since)))
        rate = policy.least_per_second + policy.share * self.calls / seconds
        self.level = max(0.0, self.level - rate * passed / SECOND)
        return rate


def _fading(microseconds: int) -> float:
    return math.exp(-microseconds / SECOND / _WINDOW)


class RetryBudgets:
    """The budgets of all departments, in memory. Due times already given stand in the journal."""

    def __init__(self) -> None:
        self._budgets: dict[str, _Budget] = defaultdict(_Budget)

    def called(self, department: str, policy: RetryPolicy, now: int) -> None:
        """Count a first attempt, which allows ``policy.share`` of a retry."""
        budget = self._budgets[department]
        if abs(now - budget.counted_at) > _STEP:
            budget.per_second(policy, now)
        budget.calls += 1

    def due(self, department: str, policy: RetryPolicy, due_at: int, now: int) -> int:
        """Give the time of a retry that its policy allows at ``due_at``: then, or as soon as the budget has room (microseconds)."""
        budget = self._budgets[department]
        rate = budget.per_second(policy, now)
        if budget.level + 1 <= BURST and budget.next_at <= now:
            budget.level += 1
            return due_at
        budget.next_at = max(budget.next_at, now) + math.ceil(SECOND / rate)
        return max(due_at, budget.next_at)

    def moved(self, microseconds: int) -> None:
        """Shift all stored times after the clock was set, so that retries stay spread."""
        for budget in self._budgets.values():
            budget.next_at += microseconds
            budget.counted_at += microseconds
            budget.since += microseconds
