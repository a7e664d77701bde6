"""``make faults``: every figure in full within ``BUDGET`` minutes, and the table of docs/reliability.md from the results.

Three parts run at a time, since each waits now and then, but measurements of time run alone. Exits with 1 if a figure is wrong or a control
did not fail.
"""

from __future__ import annotations

import contextlib
import functools
import io
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from tests.faults import (
    callback_orders,
    clock_jumps,
    connections_cut,
    disk_errors,
    disk_full,
    every_write,
    failover,
    hanging,
    kill_loop,
    lost_replies,
    node_death,
    paused,
)
from tests.faults.figures import ONE_NODE, PAIR, POSTGRES, SQLITE, Amount, Figure, Measure, Store
from tests.faults.reliability_page import write_page

#: Seconds that a part takes to start its processes and to try its control.
_AROUND = 30.0
#: Least seconds that a part tries.
_LEAST = 5.0
#: Parts that run at a time.
_LANES = 3
#: The share of the budget for measuring a hanging department, before it and meanwhile each, and its maximum of one minute.
_HANGING, _MINUTE = 0.065, 60.0


@dataclass(frozen=True, slots=True)
class Part:
    """One measurement on one store: at most so many trials, and a share of the available time."""

    name: str
    measure: Callable[..., Figure]
    most: int
    share: float
    store: Store = SQLITE


PARTS = (
    Part("kill loop", kill_loop.measure, 320, 0.24),
    Part("kill loop", kill_loop.measure, 120, 0.10, POSTGRES),
    Part("every write", functools.partial(every_write.measure, service="newlywed"), 100_000, 0.12),
    Part("every write", functools.partial(every_write.measure, service="company-start"), 100_000, 0.11, ONE_NODE),
    Part("lost replies", lost_replies.measure, 3100, 0.08),
    Part("callbacks", callback_orders.measure, 2080, 0.09),
    Part("failover", functools.partial(failover.measure, within=5), 21, 0.08, PAIR),
    Part("clock jumps", clock_jumps.measure, 3, 0.03),
    Part("paused", paused.measure, 32, 0.08, POSTGRES),
    Part("paused", paused.measure, 6, 0.01),
    Part("node death", functools.partial(node_death.measure, within=5), 3, 0.02, POSTGRES),
    Part("connections cut", connections_cut.measure, 200, 0.01, POSTGRES),
    Part("disk errors", disk_errors.measure, 40, 0.02),
    Part("disk full", disk_full.measure, 3, 0.01),
)


def measured(name: str, measure: Measure, store: Store, amount: Amount) -> Figure:
    """Run one part in a process of its own. A part that breaks off is a wrong figure, and the others go on."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        try:
            with contextlib.redirect_stdout(io.StringIO()):  # the output of processes is no result
                figure = measure(Path(folder), store, amount)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is told with the figure
            figure = Figure(row=name, zh=name, en=name, store=store.name)
            figure.amiss(f"broke off: {type(error).__name__}: {error}"[:2000])
    figure.seconds = time.monotonic() - began
    return figure


def main() -> int:
    """Measure everything, report progress, write the page."""
    minutes = float(os.environ.get("BUDGET", "15"))
    began = time.monotonic()
    hanging_seconds = min(_MINUTE, minutes * 60 * _HANGING)
    until = began + minutes * 60 - (2 * hanging_seconds + _AROUND / 2)
    waiting = list(PARTS)
    figures: list[Figure] = []
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=_LANES, mp_context=context, max_tasks_per_child=1) as pool:
        running: set[Future[Figure]] = set()
        while waiting or running:
            while waiting and len(running) < _LANES:
                seconds = share_of(until - time.monotonic(), waiting)
                part = waiting.pop(0)
                running.add(pool.submit(measured, part.name, part.measure, part.store, Amount(most=part.most, seconds=seconds)))
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for one in done:
                figures.append(one.result())
                _say(figures[-1], began)
        amount = Amount(most=1, seconds=hanging_seconds)
        figures.append(pool.submit(measured, "hanging", functools.partial(hanging.measure, at_most=1.10), SQLITE, amount).result())
        _say(figures[-1], began)
    write_page(figures, minutes=minutes, seconds=time.monotonic() - began)
    return 0 if all(figure.right for figure in figures) else 1


def share_of(left: float, parts: Sequence[Part]) -> float:
    """Give the seconds for the first of these parts out of the time left for all of them on all lanes."""
    ours = _LANES * left * parts[0].share / sum(part.share for part in parts)
    return max(_LEAST, min(ours, left) - _AROUND)


def _say(figure: Figure, began: float) -> None:
    sys.stdout.write(f"[{time.monotonic() - began:4.0f} s] {'ok ' if figure.right else 'NOT'} {figure}\n")
    for what in figure.what_is_wrong[:10]:
        sys.stdout.write(f"         {what}\n")
    sys.stdout.flush()
