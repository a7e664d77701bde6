"""The process is paused past its leases and goes on: nothing that moved meanwhile is taken back, nothing is done twice."""

from __future__ import annotations

import asyncio
import signal
from itertools import count
from pathlib import Path

from tests.faults.checker import reconcile
from tests.faults.client import Client, all_ended, calling
from tests.faults.figures import Amount, Figure, Store
from tests.faults.installation import Installation, sample
from tests.faults.lost_replies import sent_again

_MIX = ("newlywed", "company-start", "passport", "house-transfer", "retirement")
_AT_ONCE = 12
LEASE_SECONDS = 1
_SETTINGS = {
    "limits": {"deadline_seconds": 1.0},
    "retry": {"first_seconds": 0.1, "longest_seconds": 0.5, "attempts": 1000},
    "breaker": {"failures": 1000, "open_seconds": 0.5},
}


def measure(folder: Path, store: Store, amount: Amount) -> Figure:
    """Pause so often for twice the lease, with calls under way; the control is an older journal put back."""
    figure = Figure(row="R7", zh="暂停超过租约后继续", en="paused past the lease, then going on", store=store.name)
    asyncio.run(_try(folder, store, amount, figure))
    return figure


async def _try(folder: Path, store: Store, amount: Amount, figure: Figure) -> None:
    installation = store.install(folder, _SETTINGS)
    try:
        await asyncio.to_thread(installation.start_sandboxes)
        gateway = await asyncio.to_thread(installation.fork_gateway, GATEWAY_LEASE_SECONDS=str(LEASE_SECONDS))
        for department in ("exit_entry", "marriage", "tax"):  # calls are under way at any moment
            installation.sandbox(department, "faults", {"fault": "slow", "seconds": 0.3, "probability": 0.7})
        async with calling(installation) as client:
            older = installation.copy("older")
            stopping = asyncio.Event()
            numbers = count()
            callers = [asyncio.create_task(_work(installation, client, numbers, stopping)) for _ in range(_AT_ONCE)]
            while amount.left(figure.trials):
                await asyncio.sleep(0.5)  # it serves for a while
                gateway.signal(signal.SIGSTOP)
                await asyncio.sleep(2 * LEASE_SECONDS)  # the pause is what is tried
                gateway.signal(signal.SIGCONT)
                figure.trials += 1
            stopping.set()
            await asyncio.gather(*callers)
            await all_ended(installation, client)
        report = installation.reconcile()
        figure.add(report)
        for what in sent_again(installation):
            figure.amiss(what)
        stale = sum(bool(line["stale"]) for line in gateway.events("attempt_ended"))
        figure.notes.append(f"{report.applications} applications, {stale} completions came too late and moved nothing")
        lost = sum(1 for kind, _ in reconcile(older, installation.receipts, installation.ledgers()).wrong if kind == "lost")
        figure.control = f"{lost} lost with an older journal put back" if lost else None
        gateway.stop()
        if not installation.verify().ok:
            figure.amiss("the audit does not verify")
    finally:
        installation.close()


async def _work(installation: Installation, client: Client, numbers: count[int], stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        number = next(numbers)
        status, answer = await client.file(sample(_MIX[number % len(_MIX)]), f"paused-{number}", wait=5)
        assert status in (200, 202), answer
