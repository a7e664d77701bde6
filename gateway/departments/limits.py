"""How many calls each department may have under way: permits, taken before a lease and given back after the call.

Taken on the event loop and on the journal's thread, so guarded by a lock. What the configuration says, what an operator says over it
and what the breaker lets through are kept apart: each may change alone, while calls are under way.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pyrate_limiter import Duration, Limiter, Rate

from gateway.model.department import Limits


@dataclass(slots=True)
class _Gate:
    configured: Limits = field(default_factory=Limits)
    gone: bool = True  # not in the configuration
    paused: bool = False
    paused_since: int | None = None
    concurrency: int | None = None  # an operator's; none: as configured
    rate: float | None = None  # the same
    most: int | None = None  # what the breaker lets through: none is all, 1 while half open, 0 while open
    taken: int = 0
    held_until: int = 0  # nothing is handed over before (microseconds): the department said when to come back
    limiter: Limiter | None = None
    limiter_rate: float | None = None
    idle: list[Callable[[], None]] = field(default_factory=list)

    @property
    def free(self) -> int:
        if self.gone or self.paused:
            return 0
        limit = self.concurrency or self.configured.concurrency
        return max(0, (limit if self.most is None else min(limit, self.most)) - self.taken)

    def set_rate(self) -> None:
        """Count by the rate that holds now; what was counted at the same rate stays counted."""
        rate = self.rate or self.configured.rate_per_second
        if rate == self.limiter_rate:
            return
        if self.limiter is not None:
            self.limiter.close()
        self.limiter, self.limiter_rate = None if rate is None else _limiter(rate), rate


class Permits:
    """One gate a department. None gives a permit before :meth:`open`: what is leased must have somebody who calls."""

    def __init__(self, limits: Mapping[str, Limits]) -> None:
        self._lock = threading.Lock()
        self._open = False
        self._gates: dict[str, _Gate] = {}
        self._listeners: list[Callable[[], None]] = []
        self.configure(limits)

    def open(self) -> None:
        """Calls may be made from now on."""
        self._open = True

    def close(self) -> None:
        """No more calls are begun; those under way give their permits back."""
        self._open = False

    def listen(self, listener: Callable[[], None]) -> None:
        """Tell ``listener`` whenever more may have become free than by a permit given back: a resume, other limits."""
        self._listeners.append(listener)

    # -- what is configured, and what an operator says over it
    def configure(self, limits: Mapping[str, Limits]) -> None:
        """Take these limits as the configuration's. A department that is not among them gets no more permits."""
        with self._lock:
            for name, of in limits.items():
                gate = self._gates.setdefault(name, _Gate())
                gate.configured, gate.gone = of, False
                gate.set_rate()
            for name in self._gates.keys() - limits.keys():
                self._gates[name].gone = True
        self._tell()

    def pause(self, department: str, since: int | None = None) -> None:
        """Begin no call of any kind from now on; those under way end. Known of a department before it is configured, too."""
        with self._lock:
            gate = self._gates.setdefault(department, _Gate())
            gate.paused, gate.paused_since = True, since

    def resume(self, department: str) -> None:
        """Begin calls again."""
        with self._lock:
            self._gates.setdefault(department, _Gate()).paused = False
        self._tell()

    def paused(self, department: str) -> bool:
        """Whether an operator has paused it."""
        gate = self._gates.get(department)
        return gate is not None and gate.paused

    def paused_since(self, department: str) -> int | None:
        """Since when it is paused (microseconds), where that is known."""
        gate = self._gates.get(department)
        return gate.paused_since if gate is not None and gate.paused else None

    def relimit(self, department: str, *, concurrency: int | None, rate_per_second: float | None) -> None:
        """Set limits over the configured ones; none goes back to the configuration. Calls beyond a lower limit end as they would."""
        with self._lock:
            gate = self._gates.setdefault(department, _Gate())
            gate.concurrency, gate.rate = concurrency, rate_per_second
            gate.set_rate()
        self._tell()

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()

    # -- permits
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
        """How many of ``count`` calls may begin now, by the department's rate; they count against it from here. Paused: none."""
        with self._lock:
            gate = self._gates[department]
            if gate.paused:  # since its permits were reserved
                return 0
            limiter = gate.limiter
            if limiter is None:
                return count
            return sum(1 for _ in range(count) if limiter.try_acquire(department, blocking=False))

    def spacing(self, department: str) -> int:
        """Microseconds after which a department that is at its rate is asked again."""
        rate = self._gates[department].limiter_rate
        return int(1_000_000 / rate) if rate else 0

    def give(self, department: str, count: int = 1) -> None:
        """Give permits back."""
        with self._lock:
            gate = self._gates[department]
            gate.taken -= count
            idle = gate.idle if gate.taken == 0 else []
            if idle:
                gate.idle = []
        for listener in idle:
            listener()

    def give_all(self, counts: Mapping[str, int]) -> None:
        """Give so many permits back, by department."""
        for department, count in counts.items():
            self.give(department, count)

    def when_idle(self, department: str, listener: Callable[[], None]) -> None:
        """Tell ``listener`` once, as soon as no call is under way: at once when none is. Possibly on the journal's thread."""
        with self._lock:
            gate = self._gates.get(department)
            if gate is not None and gate.taken:
                gate.idle.append(listener)
                return
        listener()

    # -- what a department itself allows
    def allow(self, department: str, most: int | None) -> None:
        """Let at most ``most`` calls be under way (None: as many as its limits allow)."""
        with self._lock:
            self._gates[department].most = most

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
        return gate.free if gate and self._open else 0


def _limiter(rate: float) -> Limiter:
    # Rates below one a second keep their spacing: one in so many milliseconds.
    if rate < 1:
        return Limiter(Rate(1, int(1000 / rate)))
    return Limiter(Rate(int(rate), Duration.SECOND))
