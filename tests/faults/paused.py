"""A process paused past its leases goes on: it takes back nothing that moved meanwhile and does nothing twice."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

from tests.faults.client import calling
from tests.faults.figures import Amount, Figure, Store
from tests.faults.installation import Installation
from tests.faults.load import Load, conclude, loaded
from tests.patience import stretched

LEASE_SECONDS = 1
_SETTINGS = {
    "limits": {"deadline_seconds": 1.0},
    "retry": {"first_seconds": 0.1, "longest_seconds": 0.5, "attempts": 1000},
    "breaker": {"failures": 1000, "open_seconds": 0.5},
}
#: Seconds after which another node has taken over a paused one's work: the deadline, its margin of five, a look around.
_TAKEN_OVER = 1.0 + 5.0 + 1.5


def measure(folder: Path, store: Store, amount: Amount) -> Figure:
    """Pause so often past the lease, with calls under way. The control is an older journal put back."""
    figure = Figure(row="R7", zh="暂停超过租约后继续", en="paused past the lease, then going on", store=store.name)
    asyncio.run(_try(folder, store, amount, figure))
    return figure


async def _try(folder: Path, store: Store, amount: Amount, figure: Figure) -> None:
    installation = store.install(folder, _SETTINGS)
    moments = random.Random(1)
    try:
        await installation.begin(GATEWAY_LEASE_SECONDS=str(LEASE_SECONDS))
        several = len(installation.gateways) > 1
        for department in ("exit_entry", "marriage", "tax"):  # calls are under way at any moment
            installation.sandbox(department, "faults", {"fault": "slow", "seconds": 0.3, "probability": 0.7})
        async with calling(installation) as client:
            older = installation.copy("older")
            load = Load(installation)
            load.wait = 5
            async with loaded(installation, client, load, figure):
                while amount.left(figure.trials):
                    await asyncio.sleep(stretched(0.5))  # it serves for a while
                    figure.trials += await _pause(installation, moments, _TAKEN_OVER if several else 2 * LEASE_SECONDS)
        late = installation.late_results()
        if several and not late:
            figure.amiss("no completion came after its lease had gone: nothing was tried")
        figure.notes.append(f"{late} completions came too late and moved nothing")
        conclude(installation, older, figure)
    finally:
        installation.close()


async def _pause(installation: Installation, moments: random.Random, seconds: float) -> int:
    """Pause for so long with calls under way, while one of several nodes goes on. Gives the number of paused ones."""
    paused = await asyncio.to_thread(installation.pausable, moments)
    for process in paused:
        installation.pause(process)
    try:
        await asyncio.sleep(seconds)  # the pause itself is on trial
    finally:
        for process in paused:
            installation.resume(process)
    return len(paused)
