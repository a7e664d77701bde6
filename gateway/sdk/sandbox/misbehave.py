"""The execution of each fault, once for every department and protocol."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
import zlib
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from itertools import repeat
from typing import Literal
from xml.sax.saxutils import escape

from aiohttp import web

from gateway.sdk.sandbox.behaviour import Behaviour
from gateway.sdk.sandbox.faults import SPOILS_REPLY, Fault
from gateway.sdk.sandbox.ledger import Decision

Serve = Callable[[], Awaitable[web.StreamResponse]]

_CHUNK = 64 * 1024
_LOOK_EVERY = 0.02
_PAGE = "<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1><p>系统维护中，请稍后再试</p></body></html>"
_DOCTYPE = (
    '<!DOCTYPE reply [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY out SYSTEM "file:///etc/hostname">]>'
)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_FAULT = (
    '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>'
    "<faultcode>soap:{code}</faultcode><faultstring>{text}</faultstring></soap:Fault></soap:Body></soap:Envelope>"
)


async def misbehave(sandbox: Behaviour, fault: Fault, request: web.Request, operation: str, serve: Serve) -> web.StreamResponse:
    """Answer a request with a fault. ``serve`` carries the request out and gives the honest reply."""
    if fault.fault == "late":
        sandbox.spawn(_late(fault, request, serve))
        return await _say_nothing(request)
    if fault.fault in SPOILS_REPLY:
        return await _spoil(fault, request, await serve())
    if fault.processed:
        await serve()
    match fault.fault:
        case "reset":
            return _reset(request)
        case "hang":
            return await _say_nothing(request)
        case "huge":
            return await _endless(request, _huge(fault.size), {})
        case "gzip_bomb":
            return await _endless(request, _gzip_bomb(fault.size), {"Content-Encoding": "gzip"})
        case _:
            return _instead(sandbox, fault, request, operation)


def _instead(sandbox: Behaviour, fault: Fault, request: web.Request, operation: str) -> web.StreamResponse:
    """Make the short reply with which a fault replaces the real one."""
    match fault.fault:
        case "500":
            return web.Response(status=500, text="Internal Server Error")
        case "html_200":
            return _page(200, "系统提示")
        case "page_502":
            return _page(502, "502 Bad Gateway")
        case "soap_fault":
            text = _FAULT.format(code=escape(fault.code or "Server"), text=escape(fault.reason or "Internal error"))
            return web.Response(status=fault.status, body=text.encode(), content_type="text/xml", charset="utf-8")
        case "system_error":
            return sandbox.broke(request, operation)
        case "unauthorized":
            return sandbox.unauthorized(request)
        case "too_many":
            return sandbox.too_many(request, fault.lasts(1))
        case "business_error" | "returned" as name:
            outcome: Literal["rejected", "returned"] = "returned" if name == "returned" else "rejected"
            return sandbox.refusal(request, operation, Decision(outcome=outcome, code=fault.code, reason=fault.reason, fields=fault.fields))
    raise ValueError(f"no way to do {fault.fault}")


async def _spoil(fault: Fault, request: web.Request, reply: web.StreamResponse) -> web.StreamResponse:
    """Apply a fault to the real reply of a request that was carried out."""
    if not isinstance(reply, web.Response):
        raise TypeError("a sandbox answers with whole responses")
    match fault.fault:
        case "drop_reply":
            return _cut(request)
        case "slow":
            await asyncio.sleep(fault.lasts(2))
            return reply
        case "drip":
            pieces = (bytes([byte]) for byte in _body(reply))
            return await _pour(await _begin(request, reply), pieces, fault.lasts(0.5))
        case "truncated":
            return await _truncated(fault, request, reply)
        case "wrong_charset":
            return _with_body(reply, _in_another_charset(reply))
        case _:
            return _with_doctype(reply)


async def _late(fault: Fault, request: web.Request, serve: Serve) -> None:
    await _until_gone(request)
    await asyncio.sleep(fault.lasts(1))
    await serve()


async def _say_nothing(request: web.Request) -> web.StreamResponse:
    await _until_gone(request)
    return web.Response()


async def _until_gone(request: web.Request) -> None:
    """Return once the caller has closed the connection."""
    # aiohttp reports a caller's leaving only if every handler is to be cancelled for it.
    while request.transport is not None and not request.transport.is_closing():  # noqa: ASYNC110  # there is no event, see above
        await asyncio.sleep(_LOOK_EVERY)


def _reset(request: web.Request) -> web.Response:
    """Close the connection with a TCP RST instead of a FIN."""
    if request.transport is not None:
        connected: socket.socket = request.transport.get_extra_info("socket")
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return _cut(request)


def _cut(request: web.Request) -> web.Response:
    """Close the connection, so that the returned response goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _page(status: int, title: str) -> web.Response:
    return web.Response(status=status, text=_PAGE.format(title=title), content_type="text/html")


def _body(reply: web.Response) -> bytes:
    if not isinstance(reply.body, bytes | bytearray):
        raise TypeError("a sandbox answers with bytes")
    return bytes(reply.body)


def _with_body(reply: web.Response, body: bytes) -> web.Response:
    headers = reply.headers.copy()
    headers.popall("Content-Length", None)
    return web.Response(status=reply.status, headers=headers, body=body)


def _text(reply: web.Response) -> str:
    return _body(reply).decode(reply.charset or "utf-8")


def _in_another_charset(reply: web.Response) -> bytes:
    """Write the text in another encoding than the declared one."""
    text = _text(reply)
    for other in ("gbk", "utf-8", "utf-16"):
        if (spoilt := text.encode(other, "replace")) != reply.body:
            return spoilt
    return b"\xff"


def _with_doctype(reply: web.Response) -> web.Response:
    """Put a DTD before the root of the real reply, if that is XML, or else make a document of its own."""
    if "xml" not in reply.content_type:
        text = f'<?xml version="1.0"?>{_DOCTYPE}<reply>&b;&out;</reply>'
        return web.Response(body=text.encode(), content_type="text/xml", charset="utf-8")
    text = _text(reply)
    declaration = match[0] if (match := _DECLARATION.match(text)) else ""
    return _with_body(reply, (declaration + _DOCTYPE + text[len(declaration) :]).encode(reply.charset or "utf-8"))


async def _truncated(fault: Fault, request: web.Request, reply: web.Response) -> web.StreamResponse:
    """Send half of the reply under the length of the whole, or under its own if ``framed``."""
    half = _body(reply)[: len(_body(reply)) // 2]
    if fault.framed:
        return _with_body(reply, half)
    stream = await _begin(request, reply)
    await stream.write(half)
    if request.transport is not None:
        request.transport.close()
    return stream


async def _begin(request: web.Request, reply: web.Response) -> web.StreamResponse:
    """Begin to send a reply under its own length."""
    headers = reply.headers.copy()
    headers["Content-Length"] = str(len(_body(reply)))
    stream = web.StreamResponse(status=reply.status, headers=headers)
    await stream.prepare(request)
    return stream


async def _endless(request: web.Request, pieces: Iterable[bytes], headers: Mapping[str, str]) -> web.StreamResponse:
    """Send what looks like JSON and does not end for a long time."""
    stream = web.StreamResponse(headers={"Content-Type": "application/json", **headers})
    await stream.prepare(request)
    return await _pour(stream, pieces)


async def _pour(stream: web.StreamResponse, pieces: Iterable[bytes], pause: float = 0) -> web.StreamResponse:
    with contextlib.suppress(ConnectionError):  # the caller had enough
        for piece in pieces:
            await stream.write(piece)
            await asyncio.sleep(pause)  # also without one, since making a piece may hold the loop
    return stream


def _huge(size: int) -> Iterator[bytes]:
    """Give a JSON text."""
    yield b'{"message":"'
    yield from repeat(b"x" * _CHUNK, size // _CHUNK + 1)
    yield b'"}'


def _gzip_bomb(size: int) -> Iterator[bytes]:
    """Give a small text that unpacks to a large one."""
    pack = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    yield from (pack.compress(bytes(_CHUNK)) for _ in range(size // _CHUNK + 1))
    yield pack.flush()
