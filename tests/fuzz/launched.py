"""``gateway serve`` on an event loop that times each callback by the CPU of its thread, which other work of the machine cannot distort.

Run as ``python -m tests.fuzz.launched FILE``. Each long callback is a line of JSON in FILE.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
import traceback
from asyncio import events
from collections import deque
from itertools import islice
from pathlib import Path
from typing import Any

import uvloop

from gateway.cli import main

#: Milliseconds of its thread's CPU above which a callback is recorded.
NOTED = 10


def instrument(file: Path) -> None:
    """Let asyncio's own loop record long callbacks, in place of uvloop, whose callbacks are C."""
    seen = _watch(threading.get_ident())
    run: Any = events.Handle._run  # asyncio runs its callbacks here, and has no hook for it
    clock = time.thread_time_ns

    def timed(self: events.Handle) -> None:
        began, at = clock(), time.monotonic()
        run(self)
        spent = clock() - began
        if spent > NOTED * 1_000_000:
            where = [line for when, line in list(seen) if when >= at]
            with file.open("a") as out:
                out.write(json.dumps({"milliseconds": spent / 1_000_000, "callback": repr(self)[:200], "where": where[-5:]}) + "\n")

    events.Handle._run = timed  # type: ignore[method-assign]  # as above
    uvloop.run = asyncio.run  # type: ignore[assignment]  # it takes less than uvloop's, and is given no more


def _watch(thread: int) -> deque[tuple[float, str]]:
    """Look every 10 ms at the loop's stack, to tell what took long."""
    seen: deque[tuple[float, str]] = deque(maxlen=1000)

    def look() -> None:
        while True:
            time.sleep(0.01)
            stack = islice(traceback.walk_stack(sys._current_frames()[thread]), 6)  # the only way to look at another thread
            where = (f"{Path(frame.f_code.co_filename).name}:{line} {frame.f_code.co_name}" for frame, line in stack)
            seen.append((time.monotonic(), " < ".join(where)))

    threading.Thread(target=look, name="where", daemon=True).start()
    return seen


if __name__ == "__main__":
    instrument(Path(sys.argv[1]))
    main(["serve", "--with-parent"])
