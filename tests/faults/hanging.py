"""One department hangs: the others' durations are measured before, meanwhile and afterwards, at the same offered load for all five."""

from __future__ import annotations

import asyncio
import statistics
import time
from itertools import count
from pathlib import Path

from tests.faults.client import Client, all_ended, calling
from tests.faults.figures import Amount, Figure, Store
from tests.faults.installation import sample

#: Services of the four others. The fifth hangs in all its calls.
_OTHERS = ("company-start", "house-transfer", "retirement")
_HANGS, _ASKS_IT = "exit_entry", "passport"
_PER_SECOND = 12.0
_SETTINGS = {"limits": {"deadline_seconds": 3}}


def measure(folder: Path, store: Store, amount: Amount, *, at_most: float | None = None) -> Figure:
    """Let it hang for ``amount.seconds``, and measure for half as long before and after to compare.

    ``at_most`` is the factor by which the others' p99 may grow meanwhile. Trials are the others' applications meanwhile, and one that did
    not end is wrong.
    """
    figure = Figure(
        row="R11", zh="一个部门挂起时其余部门的 p99", en="one of five departments hangs: the others", store=store.name, bare=True
    )
    asyncio.run(_try(folder, store, amount, at_most, figure))
    return figure


async def _try(folder: Path, store: Store, amount: Amount, at_most: float | None, figure: Figure) -> None:
    installation = store.install(folder, _SETTINGS)
    try:
        await installation.begin()
        async with calling(installation) as client:
            numbers = count()
            await _offer_all(client, numbers, 2, figure)  # first calls are slow, so they are made before
            otherwise = await _offer_all(client, numbers, amount.seconds / 2, figure)
            installation.sandbox(_HANGS, "faults", {"fault": "hang"})
            meanwhile = await _offer_all(client, numbers, amount.seconds, figure, wait=False)
            figure.trials = len(meanwhile)
            installation.sandbox(_HANGS, "faults", {"fault": None})
            await all_ended(installation, client)
            otherwise += await _offer_all(client, numbers, amount.seconds / 2, figure)
        figure.add(installation.reconcile())
        old, new = _p99(otherwise), _p99(meanwhile)
        figure.notes.append(
            f"p99 {old * 1000:.0f} ms before and after, {new * 1000:.0f} ms meanwhile: ratio {new / old:.2f} (1.10 at most is wanted)"
        )
        if at_most is not None and new > at_most * old:
            figure.amiss(f"the others' p99 moved to {new / old:.2f} of what it was: {at_most:.2f} at most is wanted")
    finally:
        installation.close()


async def _offer_all(client: Client, numbers: count[int], seconds: float, figure: Figure, *, wait: bool = True) -> list[float]:
    """Offer the others' and the fifth's services. Gives the others' durations. With ``wait``, the fifth's must have ended, too."""
    asking = asyncio.create_task(_ask_it(client, numbers, seconds))
    taken = await _offer(client, numbers, seconds, figure)
    asked = await asking
    if wait:
        await asyncio.gather(*map(client.until, asked))
    return taken


async def _offer(client: Client, numbers: count[int], seconds: float, figure: Figure) -> list[float]:
    """File at a steady rate, whatever comes back (an open loop). Gives each duration from filing to the end."""
    began = time.monotonic()
    taken: list[float] = []

    async def one(number: int) -> None:
        started = time.monotonic()
        _, answer = await client.file(sample(_OTHERS[number % len(_OTHERS)]), f"other {number}", wait=20)
        taken.append(time.monotonic() - started)
        if answer["state"] != "approved":
            figure.amiss(f"an application of the other departments stands {answer['state']}")

    async with asyncio.TaskGroup() as group:
        for place in range(max(1, int(seconds * _PER_SECOND))):
            await asyncio.sleep(max(0.0, began + place / _PER_SECOND - time.monotonic()))  # the rate offered
            group.create_task(one(next(numbers)))
    return taken


async def _ask_it(client: Client, numbers: count[int], seconds: float) -> list[str]:
    """File for the hanging department too, where each waits unnoticed by the others."""
    filed = []
    for _ in range(max(2, int(seconds * 4))):
        _, answer = await client.file(sample(_ASKS_IT), f"asked {next(numbers)}")
        filed.append(answer["id"])
        await asyncio.sleep(0.25)  # the rate offered
    return filed


def _p99(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=100)[98]
