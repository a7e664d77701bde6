"""Rules of every HTTP conversation with a department, for REST and SOAP alike.

One total deadline a call, no redirects, no cookies, a cap on decoded bytes, no silent repeats. Each end of a call becomes one of the five
errors by one question: may a byte of the request have left?
"""

from __future__ import annotations

import asyncio
import re
import secrets
import ssl
import zlib
from collections.abc import Callable, Mapping, Sequence
from email.utils import parsedate_to_datetime
from time import time
from typing import TYPE_CHECKING, Self, cast

import aiohttp
from aiohttp.http import HttpProcessingError, StreamWriter
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from gateway.model.errors import AuthFailed, Busy, DepartmentError, InDoubt, Invalid, Unavailable
from gateway.sdk.department import Call, Connection
from gateway.sdk.http.exchange import Exchange, Reply, answered, leaving
from gateway.sdk.http.reply_bodies import Unpacking, too_large
from gateway.sdk.http.tls import refused_certificate

if TYPE_CHECKING:
    from aiohttp.client_proto import ResponseHandler

_KEEP_ALIVE_SECONDS = 4.0  # below the five seconds after which the hastiest servers (node) close an idle connection
_EXCERPT_LENGTH = 120
_CONTROL = re.compile(r"[\x00-\x20\x7f]+")
_TAGS = re.compile(r"<[^<>]{0,200}>")
_FOREIGN = re.compile(r"[^\x20-\x7e]+")
_DIGITS = re.compile(r"[0-9]")
#: Values of Content-Encoding that are no encoding.
_UNENCODED = frozenset({"", "identity", "none", "utf-8", "utf8", "8bit", "binary"})


#: Headers of every request, unless the adapter says otherwise.
_ALWAYS = {"User-Agent": "onestop-gateway", "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
#: Methods whose requests have no Content-Length when they have no body (RFC 9110, 8.6).
_BODILESS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_NO_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=None)  # the one deadline is the call's


class HttpWire:
    """The sender of one department's requests, each on the terms of its ``Call``. Made once, opened in the loop that uses it.

    The router limits the number of calls at once, because aiohttp's own limit is unfair to waiting calls.

    Of aiohttp's client this uses the connections and the parser, not ``ClientSession``. A session's extras (redirects, cookies, proxies,
    sending again by itself, a task that writes) are forbidden to a call, or half of its cost.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        connection.carriers.told = True
        self._pooled: aiohttp.TCPConnector | None = None
        self._fresh: aiohttp.TCPConnector | None = None
        self._places: dict[tuple[str, str], aiohttp.ClientRequest] = {}
        self._tls: ssl.SSLContext | bool = True

    async def open(self) -> None:
        """Make the pools of connections without connecting."""
        self._pooled = aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE_SECONDS)
        self._fresh = aiohttp.TCPConnector(limit=0, force_close=True)

    async def close(self) -> None:
        """Close every connection. ``open`` may be called again afterwards."""
        for connector in (self._pooled, self._fresh):
            if connector is not None:
                await connector.close()
        self._pooled = self._fresh = None
        self._places.clear()  # they belong to the loop of this opening

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def send(
        self,
        call: Call,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str | Sequence[str]] | None = None,
    ) -> Reply:
        """Send one request and read the whole reply, whatever its status, within ``call.deadline`` seconds in all.

        The delivery's key and the trace context are added to ``headers``. Raises ``Invalid`` (``request_http``) when HTTP cannot carry
        them, ``Unavailable`` when no byte can have left, ``InDoubt`` for every other end without a whole reply. Cancelling it closes its
        connection.
        """
        connector = self._fresh if call.fresh_connection else self._pooled
        if connector is None:
            raise RuntimeError(f"the client of {self._connection.name} is not open: call open() first")
        carried = CIMultiDict(_ALWAYS)
        carried.update(call_headers(call))
        if headers:
            carried.update(headers)
        if connector.force_close:
            carried["Connection"] = "close"
        address = _address(url, params)
        sent = False  # a byte of the request may have left
        try:
            async with asyncio.timeout(call.deadline):
                connection = await connector.connect(self._place(address), [], _NO_TIMEOUT)
                sent = True
                try:
                    if (listener := self._connection.listener) is not None:
                        listener(heard := Exchange(method=method, url=str(address), headers=carried, body=body))
                    reply = await _exchange(connection, method, address, headers=carried, body=body, most=self._connection.max_reply_bytes)
                    if listener is not None:
                        heard.status, heard.reply_headers, heard.reply_body = reply.status, reply.headers, reply.body
                except BaseException:
                    connection.close()
                    raise
                connection.release()  # which closes one that cannot be used again
        except (aiohttp.ClientError, HttpProcessingError, TimeoutError, OSError) as error:
            end: DepartmentError = _after_sending(error) if sent else _before_sending(error)
            if (why := refused_certificate(error)) is not None:  # before it read anything of the request
                end = AuthFailed("tls_certificate", f"{why}: see `tls` in the department's configuration")
            # aiohttp's error about an unreadable head repeats the bytes, so that cause is not kept.
            raise end from (None if isinstance(error, HttpProcessingError) else error)
        answered(reply)
        return reply

    def _place(self, address: URL) -> aiohttp.ClientRequest:
        """Give the address and certificates to connect with, as aiohttp's connectors take them. Each place has a pool of its own."""
        tls = True if self._connection.tls is None else self._connection.tls.context
        if tls is not self._tls:
            self._tls = tls
            self._places.clear()
        origin = (address.scheme, address.raw_authority)
        if origin not in self._places:
            if address.scheme not in ("http", "https"):
                raise aiohttp.NonHttpUrlClientError(address)
            self._places[origin] = aiohttp.ClientRequest("GET", address.origin(), loop=asyncio.get_running_loop(), ssl=tls)
        return self._places[origin]


def call_headers(call: Call) -> dict[str, str]:
    """Give the headers of every call: the delivery's key (draft-ietf-httpapi-idempotency-key-header) and W3C Trace Context."""
    return {"Idempotency-Key": call.key, "traceparent": call.traceparent}


def probe_call(connection: Connection, operation: str = "probe") -> Call:
    """Make a call for ``Department.probe``, which belongs to no delivery."""
    traceparent = f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-00"
    return Call(operation=operation, key=f"probe-{secrets.token_hex(8)}", attempt=1, deadline=connection.deadline, traceparent=traceparent)


async def reach(wire: HttpWire, call: Call, url: str, *, headers: Mapping[str, str] | None = None) -> None:
    """Ask for ``url`` with GET and accept any answer. Raises ``AuthFailed`` for 401 and 403, ``InDoubt`` for 5xx.

    A page that is too long for a reply is an answer too: many services describe themselves there, and nobody reads it here.
    """
    try:
        reply = await wire.send(call, "GET", url, headers=headers)
    except InDoubt as end:
        if end.code != "reply_too_large":
            raise
        return
    if reply.status in {401, 403} or reply.status >= 500:
        raise status_error(reply, refused=lambda _: None)


def excerpt(text: bytes | str) -> str:
    """Cut a short piece out of a strange reply for an error's ``detail``, without any ID number or Chinese name.

    Markup, control characters and everything outside ASCII are left out, and every digit is masked.
    """
    head = text[:2000]
    plain = head.decode("ascii", "replace") if isinstance(head, bytes) else head
    plain = _CONTROL.sub(" ", _TAGS.sub(" ", _CONTROL.sub(" ", plain)))
    return _DIGITS.sub("#", _FOREIGN.sub("…", plain)).strip()[:_EXCERPT_LENGTH]


def retry_after(reply: Reply) -> float | None:
    """Give the seconds that ``Retry-After`` asks to wait (RFC 9110 §10.2.3: a number or a date), or None when it has none."""
    value = reply.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit() and len(value) < 10:
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time())
    except (ValueError, OverflowError):
        return None


def status_error(
    reply: Reply, *, refused: Callable[[Reply], str | None], not_processed: frozenset[int] = frozenset({429, 503})
) -> DepartmentError:
    """Give the error that a status other than success means.

    ``refused`` reads a 400, 404, 405, 413, 415 or 422: it gives a detail when the body is the contract's own way to refuse, else None (a
    proxy's page proves nothing). ``not_processed`` are the statuses that by the contract mean that nothing was done.
    """
    code = f"http_{reply.status}"
    if reply.status in not_processed:
        wait = retry_after(reply)
        return Unavailable(code) if wait is None else Busy(code, retry_after=wait)
    if reply.status in {401, 403}:
        return AuthFailed(code, "the department refused our credentials: check the secrets and the clock")
    if reply.status in {400, 404, 405, 413, 415, 422} and (detail := refused(reply)) is not None:
        return Invalid(code, detail)
    if 300 <= reply.status < 400:
        return InDoubt("redirect", f"{reply.status}: redirects are never followed; correct the endpoint")
    return InDoubt(code)


async def _exchange(
    connection: aiohttp.connector.Connection, method: str, address: URL, *, headers: CIMultiDict[str], body: bytes | None, most: int
) -> Reply:
    """Write one request on an open connection and read its whole reply."""
    protocol = cast("ResponseHandler", connection.protocol)  # None only once it was given back
    protocol.set_response_params(skip_payload=method == "HEAD", read_until_eof=True, auto_decompress=False)  # decoded by us, under a cap
    headers["Host"] = address.host_port_subcomponent or ""
    if body is not None or method not in _BODILESS:
        headers.setdefault("Content-Type", "application/octet-stream")
        headers["Content-Length"] = str(len(body or b""))
    writer = StreamWriter(protocol, asyncio.get_running_loop())
    refused = ""
    try:
        await writer.write_headers(f"{method} {address.raw_path_qs} HTTP/1.1", headers)  # kept until the body or the end is written
    except (TypeError, ValueError) as error:  # a text that would break out of its line, or is no text
        refused = type(error).__name__
    if refused:
        raise _uncarried(refused)  # outside the handler: the error may hold the text
    leaving()
    if body:
        await writer.write(body, drain=False)  # it is in memory anyway, and the reply may come before the last of it has left
    writer.set_eof()
    message, content = await protocol.read()
    while message.code < 200 and message.code != 101:  # 101 is an end, though nobody asked to switch, and the others come before it
        message, content = await protocol.read()
    reply = Reply(message.code, message.headers, await _read(message.headers, content, most))
    if connection.transport is not None and connection.transport.get_write_buffer_size():
        connection.close()  # answered before it was all sent: the rest must not stand before another request
    return reply


async def _read(headers: CIMultiDictProxy[str], content: aiohttp.StreamReader, most: int) -> bytes:
    """Give the decoded body. Raises ``InDoubt`` as soon as it is known to be longer than ``most`` bytes."""
    said = ",".join(headers.getall("Content-Encoding", ())).lower().split(",")
    encodings = [one.strip() for one in said if one.strip() not in _UNENCODED]
    if not encodings:
        if int(headers.get("Content-Length", 0)) > most:
            raise too_large(most)
        parts = bytearray()
        while not content.at_eof():
            parts += await content.readany()
            if len(parts) > most:
                raise too_large(most)
        return bytes(parts)
    if len(encodings) > 1 or encodings[0] not in {"gzip", "x-gzip", "deflate"}:
        raise InDoubt("reply_encoding", f"the reply is encoded as {excerpt(', '.join(encodings))}, which was not asked for")
    return await _read_compressed(content, most)


async def _read_compressed(content: aiohttp.StreamReader, most: int) -> bytes:
    unpacking = Unpacking(most)
    try:
        while chunk := await content.readany():
            unpacking.take(chunk)
    except zlib.error as error:
        raise InDoubt("reply_encoding", "the compressed reply cannot be read") from error
    return unpacking.end()


def _address(url: str, params: Mapping[str, str | Sequence[str]] | None) -> URL:
    try:
        return URL(url).extend_query(params) if params else URL(url)
    except (TypeError, ValueError) as error:
        refused = type(error).__name__
    raise _uncarried(refused)  # outside the handler, as above


def _uncarried(error: str) -> Invalid:
    """Give the error of a request that HTTP cannot carry, so that nothing left."""
    return Invalid("request_http", f"its address or a header is nothing that HTTP can carry ({error})")


def _before_sending(error: Exception) -> Unavailable:
    """Give the error of a request that never left: no address, no connection or no TLS."""
    match error:
        case TimeoutError():
            code, what = "connect_timeout", "no connection within the deadline"
        case aiohttp.ClientConnectorDNSError():
            code, what = "dns", "the host name cannot be resolved"
        case aiohttp.ClientSSLError() | aiohttp.ServerFingerprintMismatch():
            code, what = "tls", "no agreement on TLS: check the certificates"
        case ConnectionRefusedError() | aiohttp.ClientConnectorError():
            code, what = "not_connected", f"no connection ({getattr(error, 'strerror', None) or type(error).__name__})"
        case _:
            code, what = "not_connected", type(error).__name__
    return Unavailable(code, what)


def _after_sending(error: Exception) -> InDoubt:
    """Give the doubt over a request that may have been processed."""
    match error:
        case TimeoutError():
            return InDoubt("timeout", "no whole reply within the deadline")
        case aiohttp.ClientPayloadError():
            return InDoubt("reply_truncated", "the reply ended before its end")
        case HttpProcessingError():
            return InDoubt("reply_http", "the reply is not HTTP")
        case _:
            return InDoubt("connection_lost", f"the connection ended without a reply ({type(error).__name__})")
