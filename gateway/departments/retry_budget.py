"""How often a department is called again: a share of the calls it gets anyway, so that repeating never becomes its load.

The retry budgets of Finagle and Envoy, a node; but no retry is refused: one beyond the budget gets a later due time.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

from gateway.departments.retries import SECOND
from gateway.model.department import RetryPolicy

#: Retries that a department may have at once after a quiet time.
BURST = 10
#: Seconds over which its calls are counted.
_WINDOW = 5.0
#: Microseconds within which calls count as made at once.
_STEP = SECOND // 20


@dataclass(slots=True)
class _Budget:
    level: float = 0.0  # retries made of late; sinks by as many as there may be
    next_at: int = 0  # the last place given to one beyond the budget
    calls: float = 0.0  # sent for the first time, fading over the window
    counted_at: int = 0
    since: int = 0  # when calls began after a quiet time

    def per_second(self, policy: RetryPolicy, now: int) -> float:
        """Count up to now; gives how many retries a second there may be."""
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
    """One budget a department, in memory: what it has spread stands in the journal as due times."""

    def __init__(self) -> None:
        self._budgets: dict[str, _Budget] = defaultdict(_Budget)

    def called(self, department: str, policy: RetryPolicy, now: int) -> None:
        """A delivery was sent for the first time: that allows ``policy.share`` of a retry."""
        budget = self._budgets[department]
        if abs(now - budget.counted_at) > _STEP:
            budget.per_second(policy, now)
        budget.calls += 1

    def due(self, department: str, policy: RetryPolicy, due_at: int, now: int) -> int:
        """When a retry that its policy lets be made at ``due_at`` is made: then, or as soon as the budget has room (microseconds)."""
        budget = self._budgets[department]
        rate = budget.per_second(policy, now)
        if budget.level + 1 <= BURST and budget.next_at <= now:
            budget.level += 1
            return due_at
        budget.next_at = max(budget.next_at, now) + math.ceil(SECOND / rate)
        return max(due_at, budget.next_at)

    def moved(self, microseconds: int) -> None:
        """The clock was set by so much: what has been spread stays spread."""
        for budget in self._budgets.values():
            budget.next_at += microseconds
            budget.counted_at += microseconds
            budget.since += microseconds
