"""How a serving process is run: uvloop, and a garbage collector that leaves what lives as long as the process alone."""

from __future__ import annotations

import gc
from collections.abc import Coroutine
from typing import Any, TypeVar

import uvloop

T = TypeVar("T")

#: Young objects before a collection: a call's objects die by reference count, so collecting them often finds nothing. Most that do not are
#: rubbish of SQLAlchemy's and pydantic's making, which is freed at once, a microsecond each: so many stop the loop for some 30 ms.
_YOUNG = 25_000


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a server's coroutine to its end and give what it gives."""
    gc.set_threshold(_YOUNG, 20, 20)
    return uvloop.run(main)


def settled() -> None:
    """Everything is loaded: take it out of the collector's sight."""
    gc.collect()
    gc.freeze()
