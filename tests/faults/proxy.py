"""A TCP proxy that spoils the traffic: replies lost, cut, late or dripping, resets, black holes. It is switched while it runs.

It knows no HTTP. Whatever a client sends after the server has spoken begins the next exchange, which draws a fault of its own.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, Self

_CHUNK = 64 * 1024

Kind = Literal["lose_reply", "cut_reply", "reset", "refuse", "black_hole", "delay", "drip"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A fault of an exchange and its probability.

    ``lose_reply``: the request is forwarded, the connection closed when the reply begins. ``cut_reply``: half of the first data is passed,
    then the connection closed. ``reset``: forwarded, then a TCP RST. ``refuse``: closed before anything is forwarded. ``black_hole``: all
    sent data disappears and nothing comes back. ``delay``: the reply comes ``seconds`` later. ``drip``: a byte every ``seconds``.
    """

    kind: Kind
    probability: float = 1.0
    seconds: float = 1.0
    times: int | None = None


class _Exchange:
    """Both ends of a connection and the fault of the exchange under way."""

    def __init__(self, near: asyncio.StreamWriter, far: asyncio.StreamWriter) -> None:
        self.near, self.far = near, far
        self.trouble: Trouble | None = None
        self.begins = True  # the client's next bytes begin an exchange

    def abort(self) -> None:
        self.near.transport.abort()
        self.far.transport.abort()

    def reset(self) -> None:
        """Close towards the caller with a RST instead of a FIN."""
        connected: socket.socket = self.near.get_extra_info("socket")
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.abort()


class Proxy:
    """Forwards one local port to another. ``done`` counts the faults by kind, and all ``exchange``s."""

    def __init__(self, port: int, *, seed: int = 0, host: str = "127.0.0.1") -> None:
        self.port = 0
        self.done: Counter[str] = Counter()
        self._host, self._to = host, port
        self._random = random.Random(seed)
        self._troubles: list[Trouble] = []
        self._left: dict[Trouble, int] = {}
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self._under_way: set[_Exchange] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, self._host, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for exchange in self._under_way:
            exchange.abort()
        await asyncio.gather(*self._open)

    def switch(self, *troubles: Trouble) -> None:
        """Set the faults from now on, of which the first that hits counts. Exchanges under way keep their own."""
        self._troubles = list(troubles)
        self._left = {trouble: trouble.times for trouble in troubles if trouble.times is not None}

    def _next(self) -> Trouble | None:
        self.done["exchange"] += 1
        for trouble in self._troubles:
            if self._left.get(trouble, 1) > 0 and self._random.random() < trouble.probability:
                if trouble in self._left:
                    self._left[trouble] -= 1
                self.done[trouble.kind] += 1
                return trouble
        return None

    async def _connected(self, reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._open.add(task)
            task.add_done_callback(self._open.discard)
        try:
            answers, far = await asyncio.open_connection(self._host, self._to)
        except OSError:
            near.transport.abort()
            return
        exchange = _Exchange(near, far)
        self._under_way.add(exchange)
        pumps = [asyncio.ensure_future(pump) for pump in (self._up(reader, exchange), self._down(answers, exchange))]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._under_way.discard(exchange)
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            for writer in (near, far):  # written data still goes out before the end
                writer.close()
            for writer in (near, far):
                with suppress(OSError):
                    await writer.wait_closed()

    async def _up(self, reader: asyncio.StreamReader, exchange: _Exchange) -> None:
        """Forward from the client to the server."""
        while data := await reader.read(_CHUNK):
            if exchange.begins:
                exchange.begins, exchange.trouble = False, self._next()
            match exchange.trouble and exchange.trouble.kind:
                case "refuse":
                    return exchange.abort()
                case "black_hole":
                    continue
                case _:
                    exchange.far.write(data)
                    await exchange.far.drain()
        return None

    async def _down(self, answers: asyncio.StreamReader, exchange: _Exchange) -> None:
        """Forward from the server to the client."""
        while data := await answers.read(_CHUNK):
            first, exchange.begins = not exchange.begins, True
            trouble = exchange.trouble
            match trouble and trouble.kind:
                case "lose_reply":
                    return exchange.abort()
                case "reset":
                    return exchange.reset()
                case "cut_reply":
                    exchange.near.write(data[: len(data) // 2])
                    return await exchange.near.drain()
                case "delay" if first and trouble is not None:
                    await asyncio.sleep(trouble.seconds)
                case "drip" if trouble is not None:
                    for byte in data:
                        exchange.near.write(bytes((byte,)))
                        await exchange.near.drain()
                        await asyncio.sleep(trouble.seconds)
                    continue
            exchange.near.write(data)
            await exchange.near.drain()
        return None
