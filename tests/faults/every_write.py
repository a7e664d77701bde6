"""The gateway killed at every write and sync of one whole application, and started again: each effect happens once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TypeVar

import aiohttp

from tests.faults.client import Client, calling
from tests.faults.figures import Amount, Figure, Store
from tests.faults.installation import Installation, sample
from tests.faults.lost_replies import sent_again
from tests.faults.nodes import Nodes
from tests.faults.tracing import Place, recorded, recorded_at, traced
from tests.patience import within

T = TypeVar("T")

_PATIENT = {"retry": {"first_seconds": 0.1, "longest_seconds": 0.5, "attempts": 1000}}


def measure(folder: Path, store: Store, amount: Amount, *, service: str = "house-transfer", every_write: bool = False) -> Figure:
    """Kill at up to ``amount`` places, spread evenly. The control: departments that ignore keys do things twice."""
    figure = Figure(
        row="R2", zh="在一件办件的每次写入与落盘处杀死", en="killed at each write and sync of one application", store=store.name
    )
    asyncio.run(_try(folder, store, amount, service, every_write=every_write, figure=figure))
    return figure


async def _try(folder: Path, store: Store, amount: Amount, service: str, *, every_write: bool, figure: Figure) -> None:
    installation = store.install(folder, _PATIENT)
    try:
        await installation.begin()
        async with calling(installation) as client:
            trial = Trial(installation, client, service)
            places, tried = await trial.record(every_write=every_write), 0
            for place in spread(places, amount.most):
                if not amount.left(figure.trials):
                    break
                tried += 1
                figure.trials += await trial.kill_at(place, figure)
            report = await asyncio.to_thread(installation.reconcile)
            figure.add(report)
            for what in sent_again(installation):
                figure.amiss(what)
            figure.notes.append(f"{service}: {tried} of {len(places)} places tried, {report.in_doubt} in doubt (never sent again)")
            figure.control = await _control(installation, trial)
        installation.stop_gateway()
        if not installation.verify().ok:
            figure.amiss("the audit does not verify")
    finally:
        installation.close()


def spread(places: list[T], most: int) -> list[T]:
    """Pick so many of them, evenly from the first to the last."""
    if len(places) <= most:
        return places
    return [places[round(number * (len(places) - 1) / max(1, most - 1))] for number in range(most)]


async def _control(installation: Installation, trial: Trial) -> str | None:
    """Show that a department that ignores keys, killed after it acted and before its reply is written, acts twice."""
    installation.sandbox("tax", "settings", {"recognise_keys": False})
    await trial.kill_before_reply("tax", Figure(row="", zh="", en=""))
    doubled = [what for kind, what in (await asyncio.to_thread(installation.reconcile)).wrong if kind == "duplicated"]
    return f"{len(doubled)} doubled by a department that ignores keys" if doubled else None


class Trial:
    """One application at a time with no other open, each on a gateway that was just started."""

    def __init__(self, installation: Installation, client: Client, service: str) -> None:
        self._installation = installation
        self._client = client
        self._body = sample(service)
        self._number = 0

    async def record(self, *, every_write: bool) -> list[Place]:
        """Record the gateway's writes and syncs from the filing of an application to its end."""
        [gateway] = self._installation.gateways
        server = self._installation.writer_socket() if isinstance(self._installation, Nodes) else None
        with traced(gateway, "trace=write,sendto,recvfrom" if server else "trace=pwrite64,fdatasync,fsync,write") as tracer:
            _, filed = await self._client.file(self._body, "recorded")
            await self._client.until(filed["id"])
            lines = tracer.stop()
        await asyncio.to_thread(self._again)
        if server:
            return recorded_at(lines, loop=gateway.pid, server=server)
        return recorded(lines, loop=gateway.pid, every_write=every_write)

    async def kill_at(self, place: Place, figure: Figure) -> bool:
        """Kill there, start again, repeat the filing and wait for its end. Tells whether the place was reached."""
        self._number += 1
        key = f"{place.syscall} {place.number} {self._number}"
        [gateway] = self._installation.gateways
        inject = f"inject={place.syscall}:signal=KILL:when={place.number}"
        with traced(gateway, f"trace={place.syscall}", inject, threads=place.syscall != "write", file=self._file(place)):
            following = asyncio.create_task(self._follow(key))
            died = asyncio.create_task(asyncio.to_thread(gateway.ended))
            await asyncio.wait({following, died}, return_when=asyncio.FIRST_COMPLETED)
            reached = died.done() or not following.result()
            if not reached:
                gateway.signal(9)
            await died
        await following
        await self._repeat(key, str(place), figure)
        return reached

    async def kill_before_reply(self, department: str, figure: Figure) -> None:
        """Kill after that department has acted and before its reply comes, start again, repeat the filing and wait for its end."""
        self._number += 1
        key = f"before the reply {self._number}"
        known = len(self._installation.sandbox(department, "ledger"))
        self._installation.sandbox(department, "faults", {"fault": "hang", "processed": True, "times": 1})
        following = asyncio.create_task(self._follow(key))
        async with within():
            while len(await asyncio.to_thread(self._installation.sandbox, department, "ledger")) == known:  # noqa: ASYNC110  # a ledger tells nobody
                await asyncio.sleep(0.05)
        [gateway] = self._installation.gateways
        await asyncio.to_thread(gateway.kill)
        await following
        await self._repeat(key, key, figure)

    async def _repeat(self, key: str, place: str, figure: Figure) -> None:
        await asyncio.to_thread(self._again)
        status, filed = await self._client.file(self._body, key)
        if status not in (200, 202):
            figure.amiss(f"{place}: the repeated filing was answered {status}")
            return
        ended = await self._client.until(filed["id"])
        if ended["state"] != "approved" and not ended["needs_attention"]:
            figure.amiss(f"{place}: the application ended {ended['state']}")

    async def _follow(self, key: str) -> bool:
        """File and follow to the end. Gives False if the gateway went away meanwhile."""
        try:
            _, filed = await self._client.file(self._body, key)
            await self._client.until(filed["id"])
        except (aiohttp.ClientError, TimeoutError):
            return False
        return True

    def _again(self) -> None:
        [gateway] = self._installation.gateways
        self._installation.gone(gateway)
        gateway.kill()
        self._installation.fork_gateway()

    def _file(self, place: Place) -> str | None:
        """Give the socket whose calls count for a place, or None for all."""
        if isinstance(self._installation, Nodes) and place.syscall != "write":
            return self._installation.writer_socket()
        return None
