"""A histogram made of single calls, as the journal's statement makes it of rows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from gateway.journal.hours.latencies import BOUNDS, Latencies, of_buckets


def of_calls(microseconds: Iterable[int]) -> Latencies:
    """Make the histogram of calls that took so long."""
    calls = list(microseconds)
    return of_buckets(((bisect_right(BOUNDS, one), 1) for one in calls), max(calls, default=0))
