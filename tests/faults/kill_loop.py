"""Repeated kill -9 at random moments under load. Then every unanswered filing is repeated, and the four records are compared."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Sequence
from pathlib import Path

from tests.faults.client import Client, calling
from tests.faults.figures import Amount, Figure, Store
from tests.faults.installation import Installation, personal
from tests.faults.load import Load, loaded, lost_with, make_slow
from tests.faults.processes import Process
from tests.patience import stretched

#: Seconds of service before a kill: from the middle of recovery to well into the load.
_LIVES = (0.0, 0.6)
#: A delivery that dies with the process is held after its attempts, and here it dies for reasons that are not its own.
_PATIENT = {"retry": {"attempts": 1000}}
#: Kills within which departments that ignore keys must have been detected.
_CONTROLS = 12


def measure(folder: Path, store: Store, amount: Amount, *, seed: int = 1) -> Figure:
    """Kill so often. The controls: departments that ignore keys, and an older journal put back."""
    figure = Figure(row="R1", zh="负载下随机 kill -9", en="kill -9 at random moments under load", store=store.name)
    control = Figure(row="R1", zh="", en="")
    asyncio.run(_try(folder, store, amount, seed=seed, figure=figure, control=control))
    if control.doubled and control.lost:
        figure.control = f"{control.doubled} doubled by departments that ignore keys, {control.lost} lost with an older journal put back"
    return figure


async def _try(folder: Path, store: Store, amount: Amount, *, seed: int, figure: Figure, control: Figure) -> None:
    installation = store.install(folder, _PATIENT)
    try:
        await installation.begin()
        async with calling(installation) as client:
            load = Load(installation)
            make_slow(installation, probability=0.5)
            await _kill(installation, client, load, amount, random.Random(seed), figure=figure)
            older = installation.copy("older")
            make_slow(installation, probability=1, forgetful=True)
            load.services = ("company-start",)  # it is sent again at once
            moments = random.Random(seed)
            while not control.doubled and control.trials < _CONTROLS:
                await _kill(installation, client, load, Amount(most=control.trials + 2), moments, figure=control)
            control.lost = lost_with(installation, older)
        installation.stop_gateway()
        if not installation.verify().ok:
            figure.amiss("the audit does not verify")
    finally:
        installation.close()


async def _kill(installation: Installation, client: Client, load: Load, amount: Amount, moments: random.Random, *, figure: Figure) -> None:
    """Kill and start under load, repeat unanswered filings, wait for every end, compare the records."""
    async with loaded(installation, client, load, figure):
        while amount.left(figure.trials):
            load.serving.set()
            await asyncio.sleep(stretched(moments.uniform(*_LIVES)))  # the moment is the random part here
            dying = installation.die_together(moments)
            if len(dying) == len(installation.gateways):
                load.serving.clear()
            figure.trials += len(dying)
            await asyncio.to_thread(_kill_and_start, installation, dying)


def _kill_and_start(installation: Installation, dying: Sequence[Process]) -> None:
    for gateway in dying:
        installation.gone(gateway)
        gateway.signal(signal.SIGKILL)
    for gateway in dying:
        gateway.ended()
        assert personal(gateway.text) == []
    installation.fork_gateway()
