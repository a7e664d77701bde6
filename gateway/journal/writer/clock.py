"""The journal's time: the host's wall clock while it runs steadily. A jump of it is noticed, not followed blindly."""

from __future__ import annotations

import time
from collections.abc import Callable

SECOND = 1_000_000

#: Microseconds that the wall clock may differ from elapsed time before it counts as a jump. Slewing and leap seconds stay below.
TOLERANCE = 2 * SECOND


def _wall() -> int:
    return time.time_ns() // 1000


def _elapsed() -> int:
    """Give microseconds that go on while the host sleeps and that nobody sets (CLOCK_BOOTTIME where there is one)."""
    return time.clock_gettime_ns(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)) // 1000


class SteadyClock:
    """Microseconds since the epoch that never jump: what is due in five seconds happens in five seconds.

    When the wall clock has been set by more than :data:`TOLERANCE`, :attr:`jumped` says by how much. The time goes on from where it was
    until :meth:`follow` is called, once everything stored has been moved along.
    """

    def __init__(self, wall: Callable[[], int] = _wall, elapsed: Callable[[], int] = _elapsed) -> None:
        self._wall = wall
        self._elapsed = elapsed
        self._offset = wall() - elapsed()

    def __call__(self) -> int:
        """Give the time now, in microseconds since the epoch."""
        steady = self._elapsed() + self._offset
        wall = self._wall()
        if abs(wall - steady) > TOLERANCE:
            return steady
        self._offset += wall - steady
        return wall

    @property
    def jumped(self) -> int:
        """The microseconds by which the wall clock has been set forward (back, below zero), or 0 when it has not."""
        ahead = self._wall() - (self._elapsed() + self._offset)
        return ahead if abs(ahead) > TOLERANCE else 0

    def follow(self, microseconds: int) -> None:
        """Go on so much later (or earlier), now that everything stored has been moved by as much."""
        self._offset += microseconds
