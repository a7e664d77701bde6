"""Fifty consoles open at once: how soon each shows what was filed, and what they cost the gateway's throughput."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bench.contest import AT_ONCE, SAMPLE, file_and_wait
from bench.pages.visits import Visitor

#: Seconds after which an update that has not come counts as not seen.
_PATIENCE = 10.0
#: Filings that are looked for, and seconds between them: a console shows two states a second at most.
_LOOKED_FOR, _APART = 20, 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """``share`` is the throughput with consoles open of that without.

    ``seen`` has the seconds from each filing's answer to each console, None where the page does not show filings.
    """

    share: float
    without_per_second: float
    with_per_second: float
    seen: tuple[float, ...] | None


class _Awaited:
    """A case that so many consoles are to show, and the moment at which each had it."""

    def __init__(self, consoles: int) -> None:
        self.moments: list[float] = []
        self.everywhere = asyncio.Event()
        self._consoles = consoles

    def came(self) -> None:
        self.moments.append(time.perf_counter())
        if len(self.moments) == self._consoles:
            self.everywhere.set()


@dataclass(slots=True)
class _Consoles:
    """What the open consoles show of the cases that are looked for, by id."""

    awaited: dict[str, _Awaited] = field(default_factory=dict)

    async def one(self, visitor: Visitor, path: str, opened: asyncio.Event) -> None:
        shown: set[str] = set()
        async for line in visitor.follow(path):
            if line.startswith("event: alive"):
                opened.set()
            for case in self.awaited.keys() - shown:
                if case in line:
                    shown.add(case)
                    self.awaited[case].came()


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


async def cost(caller: aiohttp.ClientSession, visitors: Sequence[Visitor], path: str, *, filings: int, rounds: int) -> Cost:
    """File at full speed with and without consoles in turns, then one at a time and look where it is shown."""
    rates: dict[bool, list[float]] = {True: [], False: []}
    await _per_second(caller, "warm", AT_ONCE)
    for number in range(rounds):
        rates[False].append(await _per_second(caller, f"without-{number}", filings))
        async with opened(visitors, path):
            rates[True].append(await _per_second(caller, f"with-{number}", filings))
        rates[False].append(await _per_second(caller, f"again-{number}", filings))
    async with opened(visitors, path) as consoles:
        seen = await _shown(caller, consoles, len(visitors), "seen")
        if min(seen) < _PATIENCE:
            for number in range(_LOOKED_FOR):
                seen += await _shown(caller, consoles, len(visitors), f"seen-{number}")
    without, beside = statistics.median(rates[False]), statistics.median(rates[True])
    return Cost(
        share=beside / without, without_per_second=without, with_per_second=beside, seen=tuple(seen) if min(seen) < _PATIENCE else None
    )


async def _per_second(caller: aiohttp.ClientSession, name: str, filings: int) -> float:
    names = iter(range(filings))

    async def worker() -> None:
        for number in names:
            await file_and_wait(caller, f"{name}-{number}")

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return filings / (time.perf_counter() - began)


async def _shown(caller: aiohttp.ClientSession, consoles: _Consoles, count: int, name: str) -> list[float]:
    """File one case and give the seconds from its answer to each console, at most the patience."""
    headers = {"Idempotency-Key": name}
    async with caller.post("/v1/applications", data=SAMPLE, headers=headers) as reply:
        case = (await reply.json())["id"]
    began, awaited = time.perf_counter(), _Awaited(count)
    consoles.awaited[case] = awaited
    with suppress(TimeoutError):
        await asyncio.wait_for(awaited.everywhere.wait(), _PATIENCE)
    await asyncio.sleep(max(0.0, began + _APART - time.perf_counter()))
    return [max(0.0, moment - began) for moment in awaited.moments] + [_PATIENCE] * (count - len(awaited.moments))
