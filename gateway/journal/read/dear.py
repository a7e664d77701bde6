"""Counts that may be dear: counted for every question while that is cheap, and used again for a while where it is not."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

#: Seconds of counting from which on a count is dear, and the multiple of its time for which a dear one is used again.
_DEAR, _USED_AGAIN = 0.02, 20


@dataclass(frozen=True, slots=True)
class _Counted(Generic[T]):
    count: T
    until: float  # by the clock that ``Counts`` has


class Counts(Generic[T]):
    """Counts that are used again when they were dear, so that all counting stays below a twentieth of the time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counted: dict[Hashable, _Counted[T]] = {}

    def of(self, what: Hashable, count: Callable[[], T]) -> T:
        """Give the count of ``what``. Any thread may ask: at worst two count at once."""
        began = self._clock()
        known = self._counted.get(what)
        if known is not None and began < known.until:
            return known.count
        counted = count()
        took = self._clock() - began
        if took < _DEAR:
            self._counted.pop(what, None)
        else:
            self._counted[what] = _Counted(counted, began + took * (1 + _USED_AGAIN))
        return counted
