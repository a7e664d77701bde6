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
    held_until: int = 0  # nothing is handed over before (microseconds): the department said when to come back
    limiter: Limiter | None = None
    spacing: int = 0  # microseconds between two calls at the rate


class Permits:
    """One gate a department. None gives a permit before :meth:`open`: what is leased must have somebody who calls."""

    def __init__(self, limits: Mapping[str, Limits]) -> None:
        self._lock = threading.Lock()
        self._open = False
        self._gates = {
            name: _Gate(
                limit=of.concurrency,
                allowed=of.concurrency,
                limiter=_limiter(of),
                spacing=int(1_000_000 / of.rate_per_second) if of.rate_per_second else 0,
            )
            for name, of in limits.items()
        }

    def open(self) -> None:
        """Calls may be made from now on."""
        self._open = True

    def close(self) -> None:
        """No more calls are begun; those under way give their permits back."""
        self._open = False

    def take(self, department: str) -> bool:
        """Take one permit for a call begun now; False when the department has none free, is closed or is at its rate."""
        if self.reserve(department, 1) == 0:
            return False
        if self.begin(department, 1) == 0:
            self.give(department)
            return False
        return True

    def reserve(self, department: str, most: int) -> int:
        """Take up to ``most`` permits, the rate aside; give how many. What is begun with them asks :meth:`begin`."""
        with self._lock:
            count = min(most, self._free(department))
            if count > 0:
                self._gates[department].taken += count
            return count

    def begin(self, department: str, count: int) -> int:
        """How many of ``count`` calls the department's rate lets begin now; they count against it from here."""
        limiter = self._gates[department].limiter
        if limiter is None:
            return count
        with self._lock:
            return sum(1 for _ in range(count) if limiter.try_acquire(department, blocking=False))

    def spacing(self, department: str) -> int:
        """Microseconds after which a department that is at its rate is asked again."""
        return self._gates[department].spacing

    def give(self, department: str, count: int = 1) -> None:
        """Give permits back."""
        with self._lock:
            self._gates[department].taken -= count

    def allow(self, department: str, most: int | None) -> None:
        """Let at most ``most`` calls be under way (None: as many as configured)."""
        with self._lock:
            gate = self._gates[department]
            gate.allowed = gate.limit if most is None else most

    def hold(self, department: str, until: int) -> None:
        """Hand nothing over before ``until`` (microseconds): office hours, a quota. What is with the department is asked about still."""
        with self._lock:
            self._gates[department].held_until = until

    def moved(self, microseconds: int) -> None:
        """The clock was set by so much: what was to wait waits as long as before."""
        with self._lock:
            for gate in self._gates.values():
                gate.held_until += microseconds

    def held_until(self, department: str) -> int:
        """When something may be handed over to the department (microseconds); a time that has passed: now."""
        gate = self._gates.get(department)
        return gate.held_until if gate else 0

    def free(self, department: str) -> int:
        """How many could be taken now, the rate aside."""
        with self._lock:
            return self._free(department)

    def _free(self, department: str) -> int:
        gate = self._gates.get(department)
        return max(0, gate.allowed - gate.taken) if gate and self._open else 0


def _limiter(limits: Limits) -> Limiter | None:
    if limits.rate_per_second is None:
        return None
    # Rates below one a second keep their spacing: one in so many milliseconds.
    if limits.rate_per_second < 1:
        return Limiter(Rate(1, int(1000 / limits.rate_per_second)))
    return Limiter(Rate(int(limits.rate_per_second), Duration.SECOND))
