"""CPU time of one thread, measured so that neither other processes nor the garbage of other tests count."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep the collector out of the block: in a process of many tests one round of it takes longer than what is measured."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@contextmanager
def cpu() -> Iterator[list[float]]:
    """The seconds of CPU that this thread takes in the block, known at its end."""
    taken = [0.0]
    with without_collector():
        before = time.thread_time()
        try:
            yield taken
        finally:
            taken[0] = time.thread_time() - before
