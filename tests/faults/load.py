"""Callers that keep on filing while things go wrong, and the account that is taken when they have stopped."""

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
    """Callers that file until they are told to stop; who gets no answer files something else, and everything unanswered at the end.

    Of several nodes some always serve: there each caller waits for the end of its application (``wait`` seconds at most), since
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
        """Keys that no application was answered to."""
        return [key for key in self.filed if key not in self._receipts]

    async def work(self, client: Client) -> None:
        """One caller."""
        while not self.stopping:
            await self.serving.wait()
            number = next(self._numbers)
            key = f"load-{number}"
            self.filed[key] = sample(self.services[number % len(self.services)])
            await self.file(client, key)

    async def file(self, client: Client, key: str) -> None:
        """File one; without an answer it stays unanswered."""
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
    """Keep the load up during the block; then repeat what was not answered, wait for every end, reconcile into the figure."""
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
    """How much of what was acknowledged is lost with the journal as it was before put back: what a power cut leaves without a sync."""
    return sum(1 for kind, _ in reconcile(older, installation.receipts, installation.ledgers()).wrong if kind == "lost")


def conclude(installation: Installation, older: str, figure: Figure) -> None:
    """Try the control, an older journal; stop the gateway, verify the audit."""
    lost = lost_with(installation, older)
    figure.control = f"{lost} lost with an older journal put back" if lost else None
    installation.stop_gateway()
    if not installation.verify().ok:
        figure.amiss("the audit does not verify")


def make_slow(installation: Installation, *, probability: float, forgetful: bool = False) -> None:
    """Slow departments have calls under way at any moment; forgetful ones do not recognise a key."""
    for department in ("exit_entry", "real_estate", "tax"):
        installation.sandbox(department, "faults", {"fault": "slow", "seconds": 0.3, "probability": probability})
        installation.sandbox(department, "settings", {"recognise_keys": not forgetful})
