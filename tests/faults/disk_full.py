"""A full disk, a database held by another program, a failed sync: filings are refused in time, reads go on, no receipt is false."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.faults.client import Client, all_ended, calling
from tests.faults.disk_errors import PATIENT, Answers, filing
from tests.faults.figures import Amount, Figure, Store
from tests.faults.installation import Installation
from tests.faults.tracing import traced
from tests.patience import Limit

#: Filings tried while the journal cannot be written.
REFUSED = 10
#: Megabytes of the small disk.
SMALL = 24


def measure(folder: Path, store: Store, amount: Amount) -> Figure:
    """Try all three once each. The control: both causes are seen to refuse filings."""
    figure = Figure(row="R4", zh="磁盘写满、数据库被占用、落盘失败", en="disk full, database held, a sync that fails", store=store.name)
    refused = 0
    tries: tuple[tuple[str, bool, Callable[[Installation], Awaitable[Full]]], ...] = (("full", True, fill), ("held", False, lock))
    for name, small, trying in tries[: amount.most]:
        full = asyncio.run(_on(folder / name, store, small=small, trying=trying))
        figure.trials += 1
        refused += full.during.refused
        for what in full.amiss():
            figure.amiss(f"{name}: {what}")
    taken = asyncio.run(_after_failed_sync(folder / "sync", store))
    figure.trials += 1
    if taken:
        figure.amiss(f"{taken} filings acknowledged after a failed sync, before a start")
    figure.control = f"{refused} filings answered 503" if refused == REFUSED * len(tries) else None
    return figure


async def _on(folder: Path, store: Store, *, small: bool, trying: Callable[[Installation], Awaitable[Full]]) -> Full:
    await asyncio.to_thread(folder.mkdir)
    installation = store.install(folder, PATIENT)
    try:
        await asyncio.to_thread(installation.start_sandboxes)
        if small:
            await asyncio.to_thread(installation.start_gateway_on_a_small_disk, SMALL)
        else:
            await asyncio.to_thread(installation.fork_gateway)
        return await trying(installation)
    finally:
        await asyncio.to_thread(installation.close)


async def _after_failed_sync(folder: Path, store: Store) -> int:
    await asyncio.to_thread(folder.mkdir)
    installation = store.install(folder, PATIENT)
    try:
        await installation.begin()
        async with calling(installation) as client:
            return await acknowledged_after_failed_sync(installation, client)
    finally:
        await asyncio.to_thread(installation.close)


async def acknowledged_after_failed_sync(installation: Installation, client: Client) -> int:
    """Count the filings accepted by the process between a failed sync of its journal and its next start."""
    answers = Answers()
    gateway = installation.processes[-1]

    async def tries(name: str) -> bool:
        try:
            status, retry_after, _ = await filing(client, name, installation.receipts)
        except (OSError, aiohttp.ClientError):  # it has ended, which it may, and the next start reads the journal anew
            return False
        answers.add(status, retry_after)
        return True

    with traced(gateway, "trace=fdatasync", "inject=fdatasync:error=EIO:when=1"):
        await tries("the sync fails")
    for number in range(3):
        if not await tries(f"after it {number}"):
            break
    assert answers.amiss == []
    return answers.taken


@dataclass(slots=True)
class Full:
    """The events while the disk was full or another program held the database, and afterwards."""

    during: Answers
    read: int
    ready: int
    ready_again: bool
    wrong: list[tuple[str, str]]

    def amiss(self) -> list[str]:
        """Give the errors."""
        found = [*self.during.amiss, *(f"{kind}: {what}" for kind, what in self.wrong)]
        if self.during.taken:
            found.append(f"{self.during.taken} filings were acknowledged meanwhile")
        if self.read != 2:
            found.append("reads did not go on")
        if not self.ready_again:
            found.append("it was not ready again by itself")
        return found


async def fill(installation: Installation) -> Full:
    """Fill the small disk of a gateway with calls under way, file and read, then free the space."""
    filler = installation.seen / "filler"
    async with calling(installation) as client, calling(installation, "operator") as operator:
        installation.sandbox("tax", "faults", {"fault": "slow", "seconds": 1.0})
        under_way = [(await filing(client, f"under way {number}", installation.receipts))[2]["id"] for number in range(8)]
        await asyncio.to_thread(_fill, filler)
        installation.sandbox("tax", "faults", {"fault": None})
        full = await _during(installation, client, operator, under_way[0])
        await asyncio.to_thread(filler.unlink)
        return await _afterwards(installation, client, full)


async def lock(installation: Installation) -> Full:
    """Hold the database's write lock from outside, longer than the writer waits, file and read, then let go."""
    async with calling(installation) as client, calling(installation, "operator") as operator:
        _, _, filed = await filing(client, "before", installation.receipts)
        await client.until(filed["id"])
        with closing(sqlite3.connect(installation.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            full = await _during(installation, client, operator, filed["id"])
            other.execute("ROLLBACK")
            return await _afterwards(installation, client, full)


async def _during(installation: Installation, client: Client, operator: Client, known: str) -> Full:
    during = Answers()
    answered = await asyncio.gather(*(filing(client, f"refused {number}", installation.receipts) for number in range(REFUSED)))
    for status, retry_after, _ in answered:
        during.add(status, retry_after)
    reads = [await client.call("GET", f"/v1/applications/{known}"), await operator.call("GET", "/v1/deliveries?limit=5")]
    ready, _ = await client.call("GET", "/readyz")
    return Full(during=during, read=sum(status == 200 for status, _ in reads), ready=ready, ready_again=False, wrong=[])


async def _afterwards(installation: Installation, client: Client, full: Full) -> Full:
    """Check that it gets ready without any filing, takes what it refused before, and ends everything."""
    full.ready_again = await _until_ready(client)
    for number in range(REFUSED):
        status, _, answer = await filing(client, f"refused {number}", installation.receipts)
        assert status in (200, 202), answer
    await all_ended(installation, client)
    full.wrong = installation.reconcile().wrong
    return full


async def _until_ready(client: Client, seconds: float = 6) -> bool:
    """Ask like a load balancer, which sends nothing meanwhile."""
    limit = Limit(seconds)
    while not limit.over:
        status, _ = await client.call("GET", "/readyz")
        if status == 200:
            return True
        await asyncio.sleep(0.2)  # a load balancer asks now and then
    return False


def _fill(filler: Path) -> None:
    """Write until nothing more fits."""
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(os.urandom(size))
            except OSError:
                continue
