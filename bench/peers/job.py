"""The work of every peer for an application, and the line protocol that drives its processes. Runs under the peers' interpreter."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Any, Self

import aiohttp

from bench.contest import SAMPLE, at_a_rate

#: Departments of an application.
DEPARTMENTS = 5
#: Seconds within which a command must be done. A peer that hangs is skipped instead of waited for.
PATIENCE = 300.0


def body() -> bytes:
    """Give the body sent to each department, the same bytes as in ``bare`` of bench/node.py."""
    sample: dict[str, Any] = json.loads(SAMPLE)
    what = {"name": sample["applicant"]["name"], "id_number": sample["applicant"]["id_number"], **sample["data"]}
    return json.dumps(what, ensure_ascii=False, separators=(",", ":")).encode()


class Calls:
    """The calls of one process over one session. A context manager."""

    def __init__(self, stubs: int) -> None:
        self._stubs = stubs
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), headers={"Content-Type": "application/json"})
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def one(self, department: int, sent: bytes) -> str:
        """Call one department and give its answer."""
        if self._session is None:
            raise RuntimeError("the session is not open")
        async with self._session.post(f"http://127.0.0.1:{self._stubs + department}/act", data=sent) as reply:
            reply.raise_for_status()
            return await reply.text()

    async def all(self, sent: bytes) -> list[str]:
        """Call the five at once."""
        return list(await asyncio.gather(*(self.one(number, sent) for number in range(DEPARTMENTS))))


class Front(ABC):
    """A process that hands applications to a peer and learns that they are done."""

    @abstractmethod
    async def load(self, count: int, at_once: int) -> None:
        """Have so many done as fast as the peer can."""

    @abstractmethod
    async def unhurried(self, count: int, per_second: float) -> list[float]:
        """Begin so many at a steady rate. Gives the seconds of each from hand-over until it was recorded as done."""


class InFlight(Front):
    """A front for peers that answer the caller: several applications at a time, each waited for."""

    def __init__(self, done: Callable[[], Awaitable[list[str]]]) -> None:
        self._done = done

    async def load(self, count: int, at_once: int) -> None:
        """Keep ``at_once`` of them under way."""
        names = iter(range(count))

        async def worker() -> None:
            for _ in names:
                await self._one("")

        await asyncio.gather(*(worker() for _ in range(at_once)))

    async def unhurried(self, count: int, per_second: float) -> list[float]:
        """Begin them at a steady rate."""
        return await at_a_rate(self._one, count, per_second)

    async def _one(self, _: str) -> float:
        started = time.perf_counter()
        receipts = await self._done()
        if len(receipts) != DEPARTMENTS or not all("receipt" in one for one in receipts):
            raise RuntimeError(f"not every department answered: {receipts}")
        return time.perf_counter() - started


async def obey(front: Front) -> None:
    """Carry out each line of standard input and answer it with a line, until the input ends."""
    lines = await _standard_input()
    say(ready=True)
    while words := (await lines.readline()).decode().split():
        started = time.perf_counter()
        async with asyncio.timeout(PATIENCE):
            if words[0] == "load":
                await front.load(int(words[1]), int(words[2]))
                say(seconds=time.perf_counter() - started)
            else:
                say(unhurried=await front.unhurried(int(words[1]), float(words[2])))


async def until_told() -> None:
    """Report this worker ready, and return once it may end."""
    lines = await _standard_input()
    say(ready=True)
    await lines.read()


async def _standard_input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


def say(**what: object) -> None:
    """Write one line to the starter of this process."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()
