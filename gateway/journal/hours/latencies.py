"""Times of calls as a histogram of fixed buckets, so that those of hours and departments can be added."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

import orjson

_SECOND = 1_000_000
#: Upper ends of the buckets in microseconds, from a millisecond to a hundred seconds by the series E6 (IEC 60063): each is about half as
#: long again as the one before it, which is how far off a percentile may be. One more bucket takes what took longer.
BOUNDS: Final = (*(step * 100 * 10**power for power in range(5) for step in (10, 15, 22, 33, 47, 68)), 100 * _SECOND)


@dataclass(frozen=True, slots=True)
class Latencies:
    """Calls by bucket, without the empty ones at the end, and the longest call (microseconds)."""

    counts: tuple[int, ...] = ()
    longest: int = 0

    def __add__(self, other: Latencies) -> Latencies:
        """Give the histogram of the calls of both."""
        counts = tuple(one + more for one, more in zip_longest(self.counts, other.counts, fillvalue=0))
        return Latencies(counts, max(self.longest, other.longest))

    @property
    def calls(self) -> int:
        """The number of calls."""
        return sum(self.counts)

    def percentile(self, share: float) -> float | None:
        """Estimate the seconds within which that share of the calls ended, or give None where there were none.

        Within a bucket the calls are taken to be spread evenly, and none to be longer than the longest.
        """
        rank, before = share * self.calls, 0
        for place, count in enumerate(self.counts):
            if count and before + count >= rank:
                low = BOUNDS[place - 1] if place else 0
                high = max(low, min(self.longest, BOUNDS[place] if place < len(BOUNDS) else self.longest))
                return (low + (high - low) * (rank - before) / count) / _SECOND
            before += count
        return None

    def stored(self) -> str:
        """Give the buckets as they are kept."""
        return orjson.dumps(self.counts).decode()


#: No call at all.
NONE: Final = Latencies()


def of_buckets(buckets: Iterable[tuple[int, int]], longest: int) -> Latencies:
    """Make the histogram from counts by the place of their bucket."""
    counts = [0] * (len(BOUNDS) + 1)
    for place, count in buckets:
        counts[place] += count
    while counts and not counts[-1]:
        counts.pop()
    return Latencies(tuple(counts), longest)


def of_stored(text: str, longest: int) -> Latencies:
    """Read buckets as they are kept."""
    return Latencies(tuple(orjson.loads(text)), longest)
