"""How many calls each department may have under way: permits, taken before a lease and given back after the call.

Taken on the event loop and on the journal's thread, so guarded by a lock.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from pyrate_limiter import Duration, Limiter, Rate

from gateway.model.department import Limits


@dataclass(slots=True)
class _Gate:
    limit: int
    taken: int = 0
    allowed: int = 0  # what the breaker lets through: the limit, 1 while half open, 0 while open
    limiter: Limiter | None = None


class Permits:
    """One gate a department."""

    def __init__(self, limits: Mapping[str, Limits]) -> None:
        self._lock = threading.Lock()
        self._gates = {name: _Gate(limit=of.concurrency, allowed=of.concurrency, limiter=_limiter(of)) for name, of in limits.items()}

    def take(self, department: str) -> bool:
        """Take one permit; False when the department has none free, is closed or is at its rate."""
        return self.take_many(department, 1) == 1

    def take_many(self, department: str, most: int) -> int:
        """Take up to ``most`` permits; give how many."""
        gate = self._gates.get(department)
        if gate is None:
            return 0
        with self._lock:
            count = max(0, min(most, gate.allowed - gate.taken))
            if gate.limiter is not None:
                count = sum(1 for _ in range(count) if gate.limiter.try_acquire(department, blocking=False))
            gate.taken += count
            return count

    def give(self, department: str, count: int = 1) -> None:
        """Give permits back."""
        with self._lock:
            self._gates[department].taken -= count

    def allow(self, department: str, most: int | None) -> None:
        """Let at most ``most`` calls be under way (None: as many as configured)."""
        with self._lock:
            gate = self._gates[department]
            gate.allowed = gate.limit if most is None else most

    def free(self, department: str) -> int:
        """How many could be taken now, the rate aside."""
        gate = self._gates.get(department)
        return max(0, gate.allowed - gate.taken) if gate else 0


def _limiter(limits: Limits) -> Limiter | None:
    if limits.rate_per_second is None:
        return None
    # Rates below one a second keep their spacing: one in so many milliseconds.
    if limits.rate_per_second < 1:
        return Limiter(Rate(1, int(1000 / limits.rate_per_second)))
    return Limiter(Rate(int(limits.rate_per_second), Duration.SECOND))
