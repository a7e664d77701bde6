"""Callers that keep filing while things go wrong, and the accounts taken after they stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import aiohttp

from tests.faults.checker import reconcile
from tests.faults.client import Client, all_ended
from tests.faults.figures import Figure
from tests.faults.installation import Installation, sample
from tests.faults.lost_replies import sent_again

_MIX = ("newlywed", "passport", "company-start", "house-transfer", "retirement", "company-start", "housing-holdings")
_AT_ONCE = 16


class Load:
    """Callers that file until told to stop. An unanswered filing is put aside and repeated at the end.

    If there are several nodes, some always serve. There each caller waits for the end of its application (``wait`` seconds at most), since
    nothing else would slow it down.
    """

    def __init__(self, installation: Installation) -> None:
        self._receipts = installation.receipts
        self.services: tuple[str, ...] = _MIX
        self._numbers = count()
        self.filed: dict[str, Any] = {}
        self.serving = asyncio.Event()
        self.stopping = False
        self.wait = 3 if len(installation.gateways) > 1 else None

    @property
    def unanswered(self) -> list[str]:
        """Give the keys for which no application was answered."""
        return [key for key in self.filed if key not in self._receipts]

    async def work(self, client: Client) -> None:
        """Run one caller."""
        while not self.stopping:
            await self.serving.wait()
            number = next(self._numbers)
            key = f"load-{number}"
            self.filed[key] = sample(self.services[number % len(self.services)])
            await self.file(client, key)

    async def file(self, client: Client, key: str) -> None:
        """File one application, which stays unanswered without an answer."""
        try:
            status, answer = await client.file(self.filed[key], key, wait=self.wait)
        except (aiohttp.ClientError, TimeoutError):
            return
        assert status in (200, 202, 503), answer

    async def repeat(self, client: Client) -> None:
        """File everything unanswered once more."""
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(key: str) -> None:
            async with gate:
                await self.file(client, key)

        await asyncio.gather(*map(one, self.unanswered))


@asynccontextmanager
async def loaded(installation: Installation, client: Client, load: Load, figure: Figure) -> AsyncIterator[None]:
    """Keep up the load during the block. Then repeat unanswered filings, wait for every end, and add the comparison to the figure."""
    load.stopping = False
    load.serving.set()
    callers = [asyncio.create_task(load.work(client)) for _ in range(_AT_ONCE)]
    try:
        yield
    finally:
        load.stopping = True
        load.serving.set()
        await asyncio.gather(*callers)
    unanswered = len(load.unanswered)
    await load.repeat(client)
    for key in load.unanswered:
        figure.amiss(f"filing {key} is not answered by a gateway that runs")
    await all_ended(installation, client)
    report = await asyncio.to_thread(installation.reconcile)
    figure.add(report)
    for what in sent_again(installation):
        figure.amiss(what)
    figure.notes.append(
        f"{len(installation.receipts)} filings acknowledged, {unanswered} of them repeated, {report.effects} effects, "
        f"{report.in_doubt} in doubt (never sent again)"
    )


def lost_with(installation: Installation, older: str) -> int:
    """Count the acknowledged filings lost by putting an older journal back, which is what a power cut without a sync leaves."""
    return sum(1 for kind, _ in reconcile(older, installation.receipts, installation.ledgers()).wrong if kind == "lost")


def conclude(installation: Installation, older: str, figure: Figure) -> None:
    """Try the control, an older journal, then stop the gateway and verify the audit."""
    lost = lost_with(installation, older)
    figure.control = f"{lost} lost with an older journal put back" if lost else None
    installation.stop_gateway()
    if not installation.verify().ok:
        figure.amiss("the audit does not verify")


def make_slow(installation: Installation, *, probability: float, forgetful: bool = False) -> None:
    """Make departments slow, so that calls are under way at any moment, or also forgetful of keys."""
    for department in ("exit_entry", "real_estate", "tax"):
        installation.sandbox(department, "faults", {"fault": "slow", "seconds": 0.3, "probability": probability})
        installation.sandbox(department, "settings", {"recognise_keys": not forgetful})
