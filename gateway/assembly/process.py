"""The way a serving process runs: uvloop, and a garbage collector that passes over objects as old as the process."""

from __future__ import annotations

import gc
from collections.abc import Coroutine
from typing import Any, TypeVar

import uvloop

T = TypeVar("T")

#: Young objects before a collection: most of a call's objects die by reference count, so that frequent ones find nothing. The others are
#: mostly rubbish of SQLAlchemy and pydantic, freed at a microsecond each: this number stops the loop for some 30 ms.
_YOUNG = 25_000


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a server's coroutine to its end and give its result."""
    gc.set_threshold(_YOUNG, 20, 20)
    return uvloop.run(main)


def settled() -> None:
    """Take everything that is loaded out of the collector's sight."""
    gc.collect()
    gc.freeze()
