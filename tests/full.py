"""The size of tests that claim a number: a part of it in each run, all of it with ``make test-all FULL=1``."""

from __future__ import annotations

import os


def full(all_of_it: int, part: int) -> int:
    """Give how many there are in this run."""
    return all_of_it if os.environ.get("FULL") else part
