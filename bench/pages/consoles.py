"""Fifty consoles open at once: how soon each shows what was filed, and what they cost the gateway's throughput."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import aiohttp

from bench.contest import AT_ONCE, SAMPLE, file_and_wait
from bench.pages.visits import Visitor

#: Seconds after which an update that has not come counts as not seen.
_PATIENCE = 10.0
#: Filings that are looked for, and seconds between them: a console shows two states a second at most.
_LOOKED_FOR, _APART = 20, 0.7


@dataclass(frozen=True, slots=True)
class Rate:
    """Cases filed and decided a second, and the gateway's CPU for each, from which the consoles' own is told on a busy machine too."""

    per_second: float
    cpu_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """``without`` and ``beside`` are the rates without consoles and with them open.

    ``seen`` has the seconds from each filing's answer to each console, None where the page does not show filings.
    """

    without: Rate
    beside: Rate
    seen: tuple[float, ...] | None


class _Awaited:
    """A filing that so many consoles are to show, and the moment at which each had it."""

    def __init__(self, consoles: int) -> None:
        self.moments: list[float] = []
        self.everywhere = asyncio.Event()
        self._consoles = consoles

    def came(self) -> None:
        self.moments.append(time.perf_counter())
        if len(self.moments) == self._consoles:
            self.everywhere.set()


class _Consoles:
    """What comes to the open consoles: a message is another state of the page, but for those that have a name."""

    def __init__(self) -> None:
        self.awaited = _Awaited(0)

    async def one(self, visitor: Visitor, path: str, opened: asyncio.Event) -> None:
        named, seen = False, self.awaited
        async for line in visitor.follow(path):
            if line.startswith("event: alive"):
                opened.set()
            if line.startswith("event: "):
                named = True
            elif not line:
                if not named and seen is not self.awaited:
                    seen = self.awaited
                    seen.came()
                named = False


@asynccontextmanager
async def opened(visitors: Sequence[Visitor], path: str) -> AsyncIterator[_Consoles]:
    """Open a console of each visitor, and close them with the block."""
    consoles = _Consoles()
    events = [asyncio.Event() for _ in visitors]
    tasks = [asyncio.create_task(consoles.one(visitor, path, event)) for visitor, event in zip(visitors, events, strict=True)]
    try:
        ready = asyncio.gather(*(event.wait() for event in events))
        waited: set[asyncio.Future[Any]] = {ready, *tasks}
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        if ended := next((task for task in tasks if task.done()), None):
            ready.cancel()
            ended.result()  # raises what ended it
            raise RuntimeError(f"{path} is no stream that stays open")
        yield consoles
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def cost(
    caller: aiohttp.ClientSession,
    visitors: Sequence[Visitor],
    path: str,
    *,
    filings: int,
    rounds: int,
    used: Callable[[], float],
    still: Callable[[], Awaitable[None]],
) -> Cost:
    """File at full speed with and without consoles in turns, then one at a time and look where it is shown.

    ``used`` gives the CPU seconds that the gateway has used so far. After ``still`` a filing changes nothing more by itself.
    """
    rates: dict[bool, list[Rate]] = {True: [], False: []}
    await _rate(caller, "warm", AT_ONCE, used)
    for number in range(rounds):
        rates[False].append(await _rate(caller, f"without-{number}", filings, used))
        async with opened(visitors, path):
            rates[True].append(await _rate(caller, f"with-{number}", filings, used))
        rates[False].append(await _rate(caller, f"again-{number}", filings, used))
    await still()
    async with opened(visitors, path) as consoles:
        seen = await _shown(caller, consoles, len(visitors), "seen")
        if min(seen) < _PATIENCE:
            for number in range(_LOOKED_FOR):
                seen += await _shown(caller, consoles, len(visitors), f"seen-{number}")
    shown = tuple(seen) if min(seen) < _PATIENCE else None
    return Cost(without=_median(rates[False]), beside=_median(rates[True]), seen=shown)


def _median(rates: Sequence[Rate]) -> Rate:
    return Rate(statistics.median(one.per_second for one in rates), statistics.median(one.cpu_ms for one in rates))


async def _rate(caller: aiohttp.ClientSession, name: str, filings: int, used: Callable[[], float]) -> Rate:
    names = iter(range(filings))

    async def worker() -> None:
        for number in names:
            await file_and_wait(caller, f"{name}-{number}")

    began, before = time.perf_counter(), used()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return Rate(filings / (time.perf_counter() - began), 1000 * (used() - before) / filings)


async def _shown(caller: aiohttp.ClientSession, consoles: _Consoles, count: int, name: str) -> list[float]:
    """File one case and give the seconds from its answer to each console, at most the patience. Nothing else changes meanwhile."""
    consoles.awaited = awaited = _Awaited(count)
    async with caller.post("/v1/applications", data=SAMPLE, headers={"Idempotency-Key": name}) as reply:
        await reply.read()
        reply.raise_for_status()
    began = time.perf_counter()
    with suppress(TimeoutError):
        await asyncio.wait_for(awaited.everywhere.wait(), _PATIENCE)
    await asyncio.sleep(max(0.0, began + _APART - time.perf_counter()))
    return [max(0.0, moment - began) for moment in awaited.moments] + [_PATIENCE] * (count - len(awaited.moments))
