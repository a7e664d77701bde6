"""CPU time of one thread, measured so that neither other processes nor the garbage of other tests count."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep the garbage collector out of the block, since a collection among many tests takes longer than the measured code."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@contextmanager
def cpu() -> Iterator[list[float]]:
    """Measure the seconds of CPU that this thread takes in the block, known at its end."""
    taken = [0.0]
    with without_collector():
        before = time.thread_time()
        try:
            yield taken
        finally:
            taken[0] = time.thread_time() - before
