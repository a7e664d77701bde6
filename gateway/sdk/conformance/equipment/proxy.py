"""A small TCP proxy between an adapter and its sandbox.

It understands only as much HTTP as it takes to find the end of a request or reply. It keeps every request as it came, and spoils the
traffic on order.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

#: ``pass`` on honestly · ``cut_request``: reset once its first byte is there · ``lose_reply``: reset when the whole reply has come ·
#: ``hang``: say nothing · ``drip``: the reply's body byte by byte · ``cut_reply``: half of the body, then the end · ``answer``:
#: something else in its place · ``flood``: a body without end · ``bomb``: a small body that unpacks to a huge one.
Way = Literal["pass", "cut_request", "lose_reply", "hang", "drip", "cut_reply", "answer", "flood", "bomb"]

#: Decoded bytes of a flood or a bomb.
HUGE = 64 * 2**20
_CHUNK = 64 * 1024
_LONGEST_HEAD = 1024 * 1024


@dataclass(slots=True)
class SeenRequest:
    """A request as it came, with the number of its connection (from 1), and then the department's whole reply."""

    connection: int
    head: bytes
    body: bytes
    reply: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    way: Way = "pass"
    answer: bytes = b""
    forward: bool = True  # whether the department gets the request that is answered falsely
    seconds: float = 0.05  # between the bytes of a drip


class FaultProxy:
    """A proxy that listens on a free port and passes on to ``port``. All of it runs in the loop that started it."""

    def __init__(self, port: int) -> None:
        self.port = 0
        self.seen: list[SeenRequest] = []
        self.connections = 0
        self.open: set[int] = set()
        self._target = port
        self._order = _Order()
        self._after = 0
        self._server: asyncio.Server | None = None
        self._clients: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}
        self._changed = asyncio.Event()

    @property
    def url(self) -> str:
        """Give the address as an adapter's ``endpoint``."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_LONGEST_HEAD)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close the port and cut every connection."""
        if self._server is not None:
            self._server.close()
        tasks = [task for task in self._clients.values() if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def order(self, way: Way, *, after: int = 0, answer: bytes = b"", forward: bool = True, seconds: float = 0.05) -> None:
        """Treat every request in this way, but for the next ``after``, until the next order."""
        self._order, self._after = _Order(way=way, answer=answer, forward=forward, seconds=seconds), after

    def let_go(self) -> None:
        """Cut every connection, so that a call without a deadline of its own ends too."""
        for writer in list(self._clients):
            _reset(writer)

    async def until_seen(self, requests: int) -> None:
        """Return once so many requests have come."""
        while len(self.seen) < requests:
            await self._change()

    async def until_closed(self, connection: int | None = None) -> None:
        """Return once this connection (none: any) is no longer open."""
        while self.open if connection is None else connection in self.open:
            await self._change()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        number = self.connections
        self.open.add(number)
        self._clients[writer] = asyncio.current_task()
        try:
            while await self._one(number, reader, writer):
                pass
        except (OSError, EOFError, asyncio.CancelledError):
            pass  # the adapter has gone, the department has cut, or the test has ended
        finally:
            del self._clients[writer]
            _reset(writer)
            self.open.discard(number)
            self._changed.set()

    async def _one(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Serve one request, and tell whether another may follow on the connection."""
        first = await reader.readexactly(1)
        order = _Order() if self._after > 0 else self._order
        self._after = max(0, self._after - 1)
        if order.way == "cut_request":
            self._note(SeenRequest(number, first, b""))
            return False
        head = first + await reader.readuntil(b"\r\n\r\n")
        body = b"".join([piece async for piece in _body(head, reader, request=True)])
        self._note(seen := SeenRequest(number, head, body))
        gone = asyncio.create_task(reader.read(1))
        serving = asyncio.create_task(self._do(order, seen, writer))
        try:
            await asyncio.wait({gone, serving}, return_when=asyncio.FIRST_COMPLETED)
            return serving.done() and serving.result()
        finally:
            for task in (gone, serving):
                task.cancel()
            await asyncio.gather(gone, serving, return_exceptions=True)

    def _note(self, seen: SeenRequest) -> None:
        self.seen.append(seen)
        self._changed.set()

    async def _do(self, order: _Order, seen: SeenRequest, writer: asyncio.StreamWriter) -> bool:
        if order.way == "hang":
            await asyncio.Event().wait()
        if not order.forward:
            await _write(writer, order.answer)
            writer.close()
            return False
        upstream, sender = await asyncio.open_connection("127.0.0.1", self._target, limit=_LONGEST_HEAD)
        try:
            await _write(sender, seen.head + seen.body)
            head = await upstream.readuntil(b"\r\n\r\n")
            pieces = _body(head, upstream, request=False)
            seen.reply = head
            if order.way == "pass":
                await _write(writer, head)
                async for piece in pieces:
                    seen.reply += piece
                    await _write(writer, piece)
                if not (framed := _framed(head)):
                    writer.close()
                return framed
            body = b"".join([piece async for piece in pieces])
            seen.reply += body
            await _spoil(order, head, body, writer)
            return False
        finally:
            sender.transport.abort()


async def _spoil(order: _Order, head: bytes, body: bytes, writer: asyncio.StreamWriter) -> None:
    match order.way:
        case "drip":  # from the first byte of the head on: a body may be short, or none
            for byte in head + body:
                await _write(writer, bytes([byte]))
                await asyncio.sleep(order.seconds)
            writer.close()
        case "cut_reply":
            await _write(writer, head + body[: len(body) // 2])
            writer.close()
        case "answer":
            await _write(writer, order.answer)
            writer.close()
        case "flood":
            await _write(writer, _open_head(head))
            for _ in range(HUGE // _CHUNK):
                await _write(writer, b" " * _CHUNK)
        case "bomb":
            await _write(writer, _open_head(head, b"Content-Encoding: gzip\r\n") + _bomb())
            writer.close()
        case _:
            pass  # lost: nothing of it goes on


async def _write(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(data)
    await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close a connection with a reset, unless it is closed already."""
    connected = writer.get_extra_info("socket")
    if connected is not None and not writer.transport.is_closing():
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()


def field_of(head: bytes, name: bytes) -> bytes:
    """Give a header's value in lower case, or nothing where it is not there."""
    for line in head.split(b"\r\n")[1:]:
        found, _, value = line.partition(b":")
        if found.strip().lower() == name:
            return value.strip().lower()
    return b""


def _framed(head: bytes) -> bool:
    """Tell whether a reply itself says where it ends, and leaves the connection open."""
    says = field_of(head, b"content-length") or field_of(head, b"transfer-encoding") or _is_bodiless(head)
    return bool(says) and field_of(head, b"connection") != b"close"


def _is_bodiless(head: bytes) -> bool:
    """Tell whether a reply has a status that allows no body (RFC 9110 §6.4.1)."""
    return head.startswith(b"HTTP/") and head[9:12] in (b"204", b"304")


async def _body(head: bytes, reader: asyncio.StreamReader, *, request: bool) -> AsyncIterator[bytes]:
    """Give the body that follows a head, as it is on the wire."""
    if field_of(head, b"transfer-encoding") == b"chunked":
        size = 1
        while size:
            line = await reader.readuntil(b"\r\n")
            size = int(line.split(b";")[0], 16)
            yield line + await reader.readexactly(size + 2)
        return
    length = field_of(head, b"content-length")
    left = int(length) if length else 0 if request or _is_bodiless(head) else -1
    while left:
        piece = await reader.read(_CHUNK if left < 0 else min(left, _CHUNK))
        if not piece:
            if left > 0:
                raise EOFError
            return
        left -= len(piece) if left > 0 else 0
        yield piece


def _open_head(head: bytes, more: bytes = b"") -> bytes:
    """Make a head of the same media type whose body ends with the connection."""
    kind = field_of(head, b"content-type") or b"application/json"
    return b"HTTP/1.1 200 OK\r\nContent-Type: " + kind + b"\r\nConnection: close\r\n" + more + b"\r\n"


@cache
def _bomb() -> bytes:
    pack = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return b"".join([pack.compress(b" " * _CHUNK) for _ in range(HUGE // _CHUNK)]) + pack.flush()
