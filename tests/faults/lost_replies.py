"""Replies lost on the way back after the department has acted. Each key has one effect, whatever the resend rule."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from pathlib import Path

from tests.faults.checker import NEVER, read
from tests.faults.client import Client, calling
from tests.faults.figures import Amount, Figure, Store
from tests.faults.installation import DEPARTMENTS, Installation, sample
from tests.faults.proxy import Proxy, Trouble

#: Services that together have operations of every resend rule.
_MIX = ("company-start", "house-transfer", "passport", "newlywed", "retirement", "company-start")
_AT_ONCE = 120
#: Only lost replies are on trial, so neither the breaker nor the attempts may end a delivery.
_PATIENT = {"breaker": {"failures": 1000, "open_seconds": 0.5}, "retry": {"first_seconds": 0.05, "longest_seconds": 0.5, "attempts": 100}}


def measure(folder: Path, store: Store, amount: Amount, *, loss: float = 0.4, seed: int = 1) -> Figure:
    """Lose ``amount`` replies, ``loss`` of all. The control: departments that do not recognise a key act twice."""
    figure = Figure(row="R9", zh="应答丢失", en="replies lost", store=store.name)
    control = Figure(row="R9", zh="", en="")
    asyncio.run(_try(folder, store, amount, loss=loss, seed=seed, figure=figure, control=control))
    figure.control = f"{control.doubled} doubled by departments that ignore keys" if control.doubled else None
    return figure


async def _try(folder: Path, store: Store, amount: Amount, *, loss: float, seed: int, figure: Figure, control: Figure) -> None:
    async with running(folder, store, seed) as (installation, proxies), calling(installation) as client:
        numbers = count()
        for proxy in proxies.values():
            proxy.switch(Trouble(kind="lose_reply", probability=loss))
        await _lose(installation, client, proxies, numbers, amount=amount, figure=figure)
        for department in ("tax", "social_security"):
            installation.sandbox(department, "settings", {"recognise_keys": False})
        await _lose(installation, client, proxies, numbers, amount=Amount(most=30, seconds=20), figure=control)


async def _lose(
    installation: Installation, client: Client, proxies: Mapping[str, Proxy], numbers: Iterator[int], *, amount: Amount, figure: Figure
) -> None:
    """File until so many replies are lost and every application has ended, then compare the records."""
    before = sum(proxy.done["lose_reply"] for proxy in proxies.values())

    def lost() -> int:
        return sum(proxy.done["lose_reply"] for proxy in proxies.values()) - before

    async def work() -> None:
        while amount.left(lost()):
            number = next(numbers)
            _, filed = await client.file(sample(_MIX[number % len(_MIX)]), f"lost-{number}")
            await client.until(filed["id"])

    await asyncio.gather(*(work() for _ in range(_AT_ONCE)))
    figure.trials = lost()
    calls = sum(proxy.done["exchange"] for proxy in proxies.values())
    report = installation.reconcile()
    figure.add(report)
    figure.notes.append(f"{calls} calls, {report.applications} applications, {report.in_doubt} in doubt (never sent again)")
    for what in sent_again(installation):
        figure.amiss(what)


def sent_again(installation: Installation) -> list[str]:
    """Give the deliveries submitted more than once whose operations are never sent again."""
    found = read(installation.database_url)
    deliveries = [one for one in found.deliveries if one["operation"] in NEVER]
    return [f"{one['operation']} {one['id']} was sent again" for one in deliveries if found.attempts[one["id"], one["round"]] > 1]


@asynccontextmanager
async def running(
    folder: Path, store: Store, seed: int, departments: tuple[str, ...] = DEPARTMENTS
) -> AsyncIterator[tuple[Installation, Mapping[str, Proxy]]]:
    """Run an installation whose gateway reaches these departments through fault proxies."""
    installation = store.install(folder, _PATIENT)
    try:
        await asyncio.to_thread(installation.start_sandboxes)
        async with AsyncExitStack() as stack:
            proxies = {
                name: await stack.enter_async_context(Proxy(installation.door(name), seed=seed + place))
                for place, name in enumerate(departments)
            }
            installation.through({name: proxy.port for name, proxy in proxies.items()})
            await asyncio.to_thread(installation.fork_gateway)
            yield installation, proxies
            installation.processes[-1].stop()
    finally:
        installation.close()
