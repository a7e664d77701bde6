"""Permits that limit each department's calls under way. They are taken before a lease and given back after the call.

A lock guards them, since the event loop and the journal's thread both take them. The limits of the configuration, of the operator and of
the breaker are kept apart, so that each may change alone while calls are under way.
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
    concurrency: int | None = None  # an operator's limit, or None for the configured one
    rate: float | None = None  # an operator's limit, likewise
    most: int | None = None  # the breaker's limit: None for no limit, 1 while half open, 0 while open
    taken: int = 0
    held_until: int = 0  # nothing is handed over earlier (microseconds), at the department's request
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
        """Use the rate that holds now. An unchanged rate keeps its count."""
        rate = self.rate or self.configured.rate_per_second
        if rate == self.limiter_rate:
            return
        if self.limiter is not None:
            self.limiter.close()
        self.limiter, self.limiter_rate = None if rate is None else _limiter(rate), rate


class Permits:
    """The gates, one a department. No gate gives a permit before :meth:`open`, because leased work needs somebody who calls."""

    def __init__(self, limits: Mapping[str, Limits]) -> None:
        self._lock = threading.Lock()
        self._open = False
        self._gates: dict[str, _Gate] = {}
        self._listeners: list[Callable[[], None]] = []
        self.configure(limits)

    def open(self) -> None:
        """Allow calls from now on."""
        self._open = True

    def close(self) -> None:
        """Begin no more calls. Those under way give their permits back."""
        self._open = False

    def listen(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` whenever a resume or other limits may have freed permits. A permit given back does not count."""
        self._listeners.append(listener)

    # -- limits of the configuration and of operators
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
        """Begin no call of any kind from now on, while calls under way end. The department need not be configured yet."""
        with self._lock:
            gate = self._gates.setdefault(department, _Gate())
            gate.paused, gate.paused_since = True, since

    def resume(self, department: str) -> None:
        """Begin calls again."""
        with self._lock:
            self._gates.setdefault(department, _Gate()).paused = False
        self._tell()

    def paused(self, department: str) -> bool:
        """Tell whether an operator has paused the department."""
        gate = self._gates.get(department)
        return gate is not None and gate.paused

    def paused_since(self, department: str) -> int | None:
        """Give the start of the pause (microseconds), or None if there is none or the start is not known."""
        gate = self._gates.get(department)
        return gate.paused_since if gate is not None and gate.paused else None

    def relimit(self, department: str, *, concurrency: int | None, rate_per_second: float | None) -> None:
        """Override the configured limits, or restore them with None. Calls beyond a lower limit end normally."""
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
        """Take a permit for a call that begins now. Gives False if none is free, the department is closed, or its rate is reached."""
        if self.reserve(department, 1) == 0:
            return False
        if self.begin(department, 1) == 0:
            self.give(department)
            return False
        return True

    def reserve(self, department: str, most: int) -> int:
        """Take up to ``most`` permits regardless of the rate, and give their number. Calls begun with them must ask :meth:`begin`."""
        with self._lock:
            count = min(most, self._free(department))
            if count > 0:
                self._gates[department].taken += count
            return count

    def begin(self, department: str, count: int) -> int:
        """Count as many of ``count`` calls as the department's rate lets begin now, and give their number: 0 while it is paused."""
        with self._lock:
            gate = self._gates[department]
            if gate.paused:  # it was paused after its permits were reserved
                return 0
            limiter = gate.limiter
            if limiter is None:
                return count
            return sum(1 for _ in range(count) if limiter.try_acquire(department, blocking=False))

    def spacing(self, department: str) -> int:
        """Give the time (microseconds) after which a department at its rate is asked again."""
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
        """Give back permits of several departments."""
        for department, count in counts.items():
            self.give(department, count)

    def when_idle(self, department: str, listener: Callable[[], None]) -> None:
        """Call ``listener`` once, as soon as no call is under way, possibly on the journal's thread."""
        with self._lock:
            gate = self._gates.get(department)
            if gate is not None and gate.taken:
                gate.idle.append(listener)
                return
        listener()

    # -- limits of the department itself
    def allow(self, department: str, most: int | None) -> None:
        """Let at most ``most`` calls be under way (None: as many as the limits allow)."""
        with self._lock:
            self._gates[department].most = most

    def hold(self, department: str, until: int) -> None:
        """Hand nothing over before ``until`` (microseconds), for office hours or a quota. Asking about accepted deliveries goes on."""
        with self._lock:
            self._gates[department].held_until = until

    def moved(self, microseconds: int) -> None:
        """Shift all stored times after the clock was set, so that every wait keeps its length."""
        with self._lock:
            for gate in self._gates.values():
                gate.held_until += microseconds

    def held_until(self, department: str) -> int:
        """Give the time from which something may be handed over (microseconds). A past time means now."""
        gate = self._gates.get(department)
        return gate.held_until if gate else 0

    def free(self, department: str) -> int:
        """Count the permits that could be taken now, regardless of the rate."""
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
