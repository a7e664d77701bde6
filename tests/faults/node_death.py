"""A node dies under load and stays away. Its work goes on at the others once its leases have run out."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import sql

from tests.faults.client import at_rest, calling
from tests.faults.figures import Amount, Figure, Store
from tests.faults.load import Load, conclude, loaded, make_slow
from tests.faults.nodes import DEADLINE_SECONDS, Node, Nodes
from tests.patience import Limit, stretched

#: Seconds that a lease lasts here: the deadline and its margin.
LEASE = DEADLINE_SECONDS + 5.0
_LIVES = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """One death: its deliveries with the ends of their leases, and the seconds until all were taken over, and at rest."""

    leases: dict[str, int]
    taken_over: float
    at_rest: float


def measure(folder: Path, store: Store, amount: Amount, *, within: float | None = None) -> Figure:
    """Kill so often. A delivery must be at rest ``within`` seconds of the end of its lease. The control: an older journal."""
    figure = Figure(row="R8", zh="节点死亡后由其他节点接办", en="a node dies: its work goes on elsewhere", store=store.name)
    asyncio.run(_try(folder, store, amount, within, figure))
    return figure


async def _try(folder: Path, store: Store, amount: Amount, within: float | None, figure: Figure) -> None:
    installation = store.install(folder, {"retry": {"attempts": 1000}})
    assert isinstance(installation, Nodes)
    deaths: list[Death] = []
    try:
        await installation.begin()
        make_slow(installation, probability=0.5)
        async with calling(installation) as client:
            older = installation.copy("older")
            async with loaded(installation, client, Load(installation), figure):
                while amount.left(figure.trials):
                    await asyncio.sleep(stretched(_LIVES))  # it serves for a while
                    deaths.append(await asyncio.to_thread(_die, installation, figure))
                    figure.trials += 1
                    await asyncio.to_thread(installation.fork_gateway)
        _tell(figure, deaths, within)
        conclude(installation, older, figure)
    finally:
        installation.close()


def _tell(figure: Figure, deaths: list[Death], within: float | None) -> None:
    over, rest = max(death.taken_over for death in deaths), max(death.at_rest for death in deaths)
    count = sum(len(death.leases) for death in deaths)
    figure.notes.append(
        f"{count} deliveries under way, leases of {LEASE:.0f} s: taken over in {over:.1f} s, at rest in {rest:.1f} s at most"
    )
    if within is not None and rest > LEASE + within:
        figure.amiss(f"a delivery came to rest {rest:.1f} s after its node died: lease + {within:.0f} s is wanted")


def _die(installation: Nodes, figure: Figure) -> Death:
    """Kill the node that has most under way, and check that its deliveries go on, and not before the end of their leases."""
    node = _busiest(installation)
    assert node.process is not None
    process = node.process
    process.signal(signal.SIGKILL)
    began = time.monotonic()
    installation.gone(process)
    process.ended()
    leases = installation.leases_of(node)
    if not leases:
        figure.amiss("the node that died had nothing under way: nothing was tried")
    _until(installation, leases, lambda row: row[0] != node.incarnation)
    taken_over = time.monotonic() - began
    _until(installation, leases, lambda row: at_rest({row[1]: row[2]}))
    rest = time.monotonic() - began
    recovered: dict[str, int] = {}
    for _, at, details in installation.audited("recovered"):
        recovered |= dict.fromkeys(details["deliveries"], at)
    for delivery, until in leases.items():
        if delivery not in recovered:
            figure.amiss(f"delivery {delivery} was not taken over")
        elif recovered[delivery] < until:
            figure.amiss(f"delivery {delivery} was taken over {until - recovered[delivery]} µs before its lease ended")
    return Death(leases=leases, taken_over=taken_over, at_rest=rest)


def _busiest(installation: Nodes) -> Node:
    """Give the node with most under way, once one has something."""
    limit = Limit()
    while not limit.over:
        busy = {len(installation.leases_of(node)): node for node in installation.running}
        if max(busy):
            return busy[max(busy)]
        time.sleep(0.02)  # the journal shows work under way only when asked
    raise AssertionError("no node has anything under way")


def _until(installation: Nodes, leases: Mapping[str, int], settled: Callable[[tuple[Any, ...]], bool]) -> None:
    """Wait until each of these deliveries (its lease's owner, its department and state) is as it should be."""
    question = sql.SQL("SELECT lease_owner, department, state FROM delivery WHERE id = ANY({})").format(list(leases))
    limit = Limit()
    while not all(map(settled, rows := installation.server.execute(question, installation.name))):
        assert not limit.over, f"deliveries of a dead node do not go on: {rows}"
        time.sleep(0.1)  # as above
