"""kill -9 at random moments under load, again and again; then every unanswered filing is repeated and four sets are reconciled."""

from __future__ import annotations

import asyncio
import random
import signal
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from tests.faults.checker import reconcile
from tests.faults.client import Client, all_ended, calling
from tests.faults.figures import Amount, Figure, Store
from tests.faults.installation import Installation, personal, sample
from tests.faults.lost_replies import sent_again

_MIX = ("newlywed", "passport", "company-start", "house-transfer", "retirement", "company-start", "housing-holdings")
_AT_ONCE = 16
#: Seconds that it serves before it is killed: from while it still recovers to well into the load.
_LIVES = (0.0, 1.0)
#: A delivery that dies with the process is held after its attempts; here it dies for reasons that are not its own.
_PATIENT = {"retry": {"first_seconds": 0.2, "longest_seconds": 1, "attempts": 1000}}


def measure(folder: Path, store: Store, amount: Amount, *, seed: int = 1) -> Figure:
    """Kill so often; then the controls: departments that ignore keys, and an older journal put back."""
    figure = Figure(row="R1", zh="负载下随机 kill -9", en="kill -9 at random moments under load", store=store.name)
    control = Figure(row="R1", zh="", en="")
    asyncio.run(_try(folder, store, amount, seed=seed, figure=figure, control=control))
    if control.doubled and control.lost:
        figure.control = f"{control.doubled} doubled by departments that ignore keys, {control.lost} lost with an older journal put back"
    return figure


class Load:
    """Callers that file until they are told to stop; who gets no answer files something else, and everything unanswered at the end."""

    def __init__(self, installation: Installation) -> None:
        self._receipts = installation.receipts
        self.services: tuple[str, ...] = _MIX
        self._numbers = count()
        self.filed: dict[str, Any] = {}
        self.serving = asyncio.Event()
        self.stopping = False

    @property
    def unanswered(self) -> list[str]:
        """Keys that no application was answered to."""
        return [key for key in self.filed if key not in self._receipts]

    async def work(self, client: Client) -> None:
        """One caller."""
        while not self.stopping:
            await self.serving.wait()
            number = next(self._numbers)
            key = f"kill-{number}"
            self.filed[key] = sample(self.services[number % len(self.services)])
            await self.file(client, key)

    async def file(self, client: Client, key: str) -> None:
        """File one; without an answer it stays unanswered."""
        try:
            status, answer = await client.file(self.filed[key], key)
        except (aiohttp.ClientError, TimeoutError):
            return
        assert status in (200, 202), answer

    async def repeat(self, client: Client) -> None:
        """File everything unanswered once more."""
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(key: str) -> None:
            async with gate:
                await self.file(client, key)

        await asyncio.gather(*map(one, self.unanswered))


async def _try(folder: Path, store: Store, amount: Amount, *, seed: int, figure: Figure, control: Figure) -> None:
    installation = store.install(folder, _PATIENT)
    try:
        await asyncio.to_thread(installation.start_sandboxes)
        await asyncio.to_thread(installation.fork_gateway)
        async with calling(installation) as client:
            load = Load(installation)
            _slow(installation, probability=0.5, forgetful=False)
            await _kill(installation, client, load, amount, random.Random(seed), figure=figure)
            older = installation.copy("older")
            _slow(installation, probability=1, forgetful=True)
            load.services = ("company-start",)  # it is sent again at once
            await _kill(installation, client, load, Amount(most=2), random.Random(seed), figure=control)
            # A journal that was put back: what a power cut leaves where commits are not synced.
            put_back = reconcile(older, installation.receipts, installation.ledgers())
            control.lost = sum(1 for kind, _ in put_back.wrong if kind == "lost")
        installation.processes[-1].stop()
        if not installation.verify().ok:
            figure.amiss("the audit does not verify")
    finally:
        installation.close()


def _slow(installation: Installation, *, probability: float, forgetful: bool) -> None:
    """Slow departments have calls under way at any moment."""
    for department in ("exit_entry", "real_estate", "tax"):
        installation.sandbox(department, "faults", {"fault": "slow", "seconds": 0.3, "probability": probability})
        installation.sandbox(department, "settings", {"recognise_keys": not forgetful})


async def _kill(installation: Installation, client: Client, load: Load, amount: Amount, moments: random.Random, *, figure: Figure) -> None:
    """Kill and start under load, repeat what was not answered, wait for every end, reconcile."""
    load.stopping = False
    callers = [asyncio.create_task(load.work(client)) for _ in range(_AT_ONCE)]
    while amount.left(figure.trials):
        load.serving.set()
        await asyncio.sleep(moments.uniform(*_LIVES))  # the moment is what is random here
        load.serving.clear()
        figure.trials += 1
        await asyncio.to_thread(_kill_and_start, installation)
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


def _kill_and_start(installation: Installation) -> None:
    gateway = installation.processes.pop()
    gateway.signal(signal.SIGKILL)
    gateway.ended()
    assert personal(gateway.text) == []
    installation.fork_gateway()
