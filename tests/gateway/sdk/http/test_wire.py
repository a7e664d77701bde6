"""The wire: whether a byte may have left, the deadline, the cap, and what is said of strange replies."""

from __future__ import annotations

import asyncio
import gzip
import re
import socket
import struct
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from gateway.model.errors import AuthFailed, Busy, InDoubt, Invalid, Unavailable
from gateway.sdk.http.exchange import Reply
from gateway.sdk.http.wire import HttpWire, excerpt, probe_call, retry_after, status_error
from tests.gateway.sdk.conftest import Listen, call, connection, http, read_request, replies
from tests.patience import PATIENCE, within
from tests.ports import free_port


async def test_gives_the_whole_reply_and_sends_key_and_trace(listen: Listen) -> None:
    seen: list[bytes] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await read_request(reader))
        writer.write(http(404, b"no", "Content-Type: text/plain; charset=GBK", "Set-Cookie: a=b"))
        seen.append(await read_request(reader))
        writer.write(http(200))

    endpoint = await listen(script)
    async with HttpWire(connection(endpoint)) as wire:
        reply = await wire.send(call(), "POST", endpoint + "/x", body=b"{}", headers={"X-More": "1"})
        assert (reply.status, reply.body, reply.content_type, reply.charset) == (404, b"no", "text/plain", "gbk")
        assert (await wire.send(call(), "GET", endpoint + "/x")).body == b""
    first, second = (one.lower() for one in seen)
    assert b"idempotency-key: key-1\r\n" in first
    assert b"traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n" in first
    assert b"x-more: 1\r\n" in first
    assert b"cookie" not in second


async def test_refused_is_unavailable() -> None:
    endpoint = f"http://127.0.0.1:{free_port()}"
    async with HttpWire(connection(endpoint)) as wire:
        with pytest.raises(Unavailable, match="not_connected") as raised:
            await wire.send(call(), "POST", endpoint, body=b"{}")
    assert raised.value.__cause__ is not None


async def test_a_name_that_does_not_resolve_is_unavailable() -> None:
    async with HttpWire(connection("http://department.invalid")) as wire:
        with pytest.raises(Unavailable, match=r"dns|not_connected"):
            await wire.send(call(), "POST", "http://department.invalid/")


async def test_a_listener_that_never_takes_the_connection_is_unavailable() -> None:
    """Its queue is full, so the handshake never ends: nothing of the request can have left."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = []
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(full.getsockname())
            waiting.append(one)
        endpoint = f"http://127.0.0.1:{full.getsockname()[1]}"
        async with HttpWire(connection(endpoint)) as wire:
            with pytest.raises(Unavailable, match="connect_timeout"):
                await wire.send(call(deadline=0.2), "POST", endpoint, body=b"{}")
        for one in waiting:
            one.close()


async def test_a_listener_that_never_accepts_but_whose_kernel_does_is_in_doubt() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(8)
        endpoint = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        async with HttpWire(connection(endpoint)) as wire:
            with pytest.raises(InDoubt, match="timeout"):
                await wire.send(call(deadline=1), "POST", endpoint, body=b"{}")


async def test_no_tls_is_unavailable(listen: Listen) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(b"HTTP/1.1 400 speak TLS elsewhere\r\n\r\n")

    endpoint = (await listen(script)).replace("http:", "https:")
    async with HttpWire(connection(endpoint)) as wire:
        with pytest.raises(Unavailable, match=r"tls|not_connected"):
            await wire.send(call(), "POST", endpoint, body=b"{}")


async def test_tls_handshake_that_never_ends_is_unavailable(listen: Listen) -> None:
    async def script(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    endpoint = (await listen(script)).replace("http:", "https:")
    async with HttpWire(connection(endpoint)) as wire:
        with pytest.raises(Unavailable, match="connect_timeout"):
            await wire.send(call(deadline=0.2), "POST", endpoint, body=b"{}")


def reset(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@pytest.mark.parametrize("when", ["at once", "after the request", "after the headers"])
async def test_reset_once_connected_is_in_doubt(listen: Listen, when: str) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if when != "at once":
            await read_request(reader)
        if when == "after the headers":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12")
            await writer.drain()
        reset(writer)

    endpoint = await listen(script)
    async with HttpWire(connection(endpoint)) as wire:
        with pytest.raises(InDoubt, match=r"connection_lost|reply_truncated"):
            await wire.send(call(), "POST", endpoint, body=b"{}" * 1000)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "connection_lost"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "connection_lost|reply_http"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123", "reply_truncated"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", "reply_truncated"),
        (b"500152199001010018 is not HTTP\r\n\r\n", "reply_http"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 20_000 + b"\r\n\r\n", "reply_http"),
        (http(200, b"zzz", "Content-Encoding: br"), "reply_encoding"),
        (http(200, b"not gzip", "Content-Encoding: gzip"), "reply_encoding"),
        (http(200, gzip.compress(b"x" * 99, mtime=0)[:-9], "Content-Encoding: gzip"), "reply_truncated"),
        (http(200, gzip.compress(b"x", mtime=0) + b"more", "Content-Encoding: gzip"), "reply_encoding"),
        (http(200, b"zzz", "Content-Encoding: gzip", "Content-Encoding: br"), "reply_encoding"),
        (http(200, gzip.compress(b"x", mtime=0), "Content-Encoding: gzip, gzip"), "reply_encoding"),
        (http(200, b"zzz", "Content-Length: 2"), "reply_http"),
        (http(200, b"1\r\nx\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), "reply_http"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", "reply_truncated"),
    ],
)
async def test_a_reply_that_cannot_be_read_is_in_doubt(listen: Listen, raw: bytes, code: str) -> None:
    endpoint = await listen(replies(raw))
    async with HttpWire(connection(endpoint)) as wire:
        with pytest.raises(InDoubt, match=code) as raised:
            await wire.send(call(), "POST", endpoint, body=b"{}")
    assert "500152199001010018" not in f"{raised.value}{raised.value.__cause__}"


HELLO = b"HTTP/1.1 200 OK\r\n%s\r\n\r\n%s"


@pytest.mark.parametrize(
    "raw",
    [
        HELLO % (b"Content-Length:   5  ", b"hello"),
        HELLO % (b"Content-Length : 5", b"hello"),
        HELLO % (b"X: 1", b"hello"),
        HELLO.replace(b"1.1", b"1.0") % (b"X: 1", b"hello"),
        HELLO.replace(b"1.1", b"1.0") % (b"Connection: keep-alive\r\nContent-Length: 5", b"hello"),
        HELLO % (b"Transfer-Encoding: Chunked\r\nTrailer: Digest", b"2;x=y\r\nhe\r\n3  \r\nllo\r\n000\r\nDigest: 1\r\nX: 2\r\n\r\n"),
        HELLO.replace(b"OK", "成功".encode("gbk")) % ("X-Message: 成功\r\nContent-Length: 5".encode("gbk"), b"hello"),
        HELLO % (b"X: a\r\n  folded\r\nContent-Length: 5", b"hello"),
        HELLO.replace(b"\r\n", b"\n") % (b"Content-Length: 5", b"hello"),
        HELLO.replace(b" OK", b"") % (b"Content-Length: 5\r\nX: 1\r\nX: 2", b"hello"),
        b"HTTP/1.1 102 Processing\r\nX: 1\r\n\r\n" * 3 + HELLO % (b"Content-Length: 5", b"hello"),
    ],
)
async def test_what_real_servers_write_is_read(listen: Listen, raw: bytes) -> None:
    endpoint = await listen(replies(raw))
    async with HttpWire(connection(endpoint)) as wire:
        assert (await wire.send(call(), "POST", endpoint, body=b"{}")).body == b"hello"


@pytest.mark.parametrize("first", [http(200, b"yes"), http(204), b"HTTP/1.1 204 X\r\nContent-Length: 5\r\n\r\n", http(304)])
async def test_what_comes_after_a_reply_is_nobodys(listen: Listen, first: bytes) -> None:
    """A second reply on a kept connection must not be read as the next request's."""
    connections = 0

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await read_request(reader)
        writer.write(first + http(200, b"smuggled") if connections == 1 else http(200, b"own"))
        await writer.drain()
        await reader.read()

    endpoint = await listen(script)
    async with HttpWire(connection(endpoint)) as wire:
        await wire.send(call(), "POST", endpoint, body=b"{}")
        assert (await wire.send(call(), "POST", endpoint, body=b"{}")).body == b"own"
    assert connections == 2


async def test_a_drip_ends_at_the_total_deadline(listen: Listen) -> None:
    dripped = 0

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal dripped
        await read_request(reader)
        for byte in http(200, b"x" * 1000):
            writer.write(bytes([byte]))
            await writer.drain()
            dripped += 1
            await asyncio.sleep(0.01)

    endpoint = await listen(script)
    async with HttpWire(connection(endpoint)) as wire:
        with pytest.raises(InDoubt, match="timeout"):
            await wire.send(call(deadline=1), "POST", endpoint)
        assert 0 < dripped < 1000  # each byte was in time, the whole was not


async def test_redirects_are_not_followed(listen: Listen) -> None:
    endpoint = await listen(replies(http(307, b"", "Location: /elsewhere")))
    async with HttpWire(connection(endpoint)) as wire:
        assert (await wire.send(call(), "POST", endpoint, body=b"{}")).status == 307


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_nothing_is_sent_twice_when_a_kept_connection_breaks(listen: Listen, method: str) -> None:
    requests = 0

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal requests
        await read_request(reader)
        requests += 1
        if requests == 1:
            writer.write(http(200))
            await read_request(reader)
            requests += 1

    endpoint = await listen(script)
    async with HttpWire(connection(endpoint)) as wire:
        await wire.send(call(), method, endpoint)
        with pytest.raises(InDoubt, match="connection_lost"):
            await wire.send(call(), method, endpoint)
    assert requests == 2


async def test_connections_are_kept_unless_a_fresh_one_is_asked_for(listen: Listen) -> None:
    connections = 0
    many = replies(*[http(200)] * 9)

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await many(reader, writer)

    endpoint = await listen(script)
    async with HttpWire(connection(endpoint)) as wire:
        for fresh, expected in [(False, 1), (False, 1), (True, 2), (True, 3), (False, 3)]:
            await wire.send(call(fresh_connection=fresh), "POST", endpoint, body=b"{}")
            assert connections == expected


async def test_cancelling_closes_the_connection_and_leaves_no_task(listen: Listen) -> None:
    arrived, gone = asyncio.Event(), asyncio.Event()

    async def script(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await read_request(reader)
        arrived.set()
        await reader.read()
        gone.set()

    endpoint = await listen(script)
    async with HttpWire(connection(endpoint)) as wire:
        sending = asyncio.create_task(wire.send(call(), "POST", endpoint, body=b"{}"))
        await arrived.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        async with within():
            await gone.wait()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        assert not [task for task in others if "send" in repr(task.get_coro()) or "write_bytes" in repr(task.get_coro())]


async def test_concurrent_calls_do_not_mix_up_how_far_each_has_come(listen: Listen) -> None:
    endpoint = await listen(replies(b""))
    nobody = f"http://127.0.0.1:{free_port()}"
    async with HttpWire(connection(endpoint)) as wire:
        ends = await asyncio.gather(
            *(wire.send(call(), "POST", address, body=b"{}") for address in [endpoint, nobody] * 10), return_exceptions=True
        )
    assert [type(end) for end in ends] == [InDoubt, Unavailable] * 10


async def test_a_reply_before_the_whole_request_has_left_is_given_and_its_connection_not_kept(listen: Listen) -> None:
    connections = 0

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(http(413))
        await writer.drain()
        await reader.read(1 << 30)

    endpoint = await listen(script)
    async with HttpWire(connection(endpoint)) as wire:
        for _ in range(2):
            assert (await wire.send(call(), "POST", endpoint, body=b" " * (32 << 20))).status == 413
    assert connections == 2


async def test_what_comes_before_a_reply_is_passed_over(listen: Listen) -> None:
    endpoint = await listen(replies(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + http(200, b"yes")))
    async with HttpWire(connection(endpoint)) as wire:
        assert (await wire.send(call(), "POST", endpoint, body=b"{}")).body == b"yes"


async def test_a_header_cannot_begin_another(listen: Listen) -> None:
    endpoint = await listen(replies(http(200)))
    async with HttpWire(connection(endpoint)) as wire:
        for header in ("1\r\nX-Other: 2", "张伟\0"):
            with pytest.raises(Invalid, match="request_http") as refused:
                await wire.send(call(), "POST", endpoint, body=b"{}", headers={"X-More": header})
            assert refused.value.__context__ is None  # which would hold the text
        with pytest.raises(Invalid, match="request_http"):
            await wire.send(call(), "POST", endpoint, params={"x": None})  # type: ignore[dict-item]  # an adapter's mistake
        with pytest.raises(Invalid, match="request_http"):
            await wire.send(call(), "POST", "http://127.0.0.1:port/")
        assert (await wire.send(call(), "POST", endpoint, body=b"{}")).status == 200


async def test_sending_before_open_says_so() -> None:
    with pytest.raises(RuntimeError, match="open"):
        await HttpWire(connection("http://127.0.0.1:1")).send(call(), "GET", "http://127.0.0.1:1/")


def reply(status: int, body: bytes = b"", **headers: str) -> Reply:
    return Reply(status, CIMultiDictProxy(CIMultiDict({name.replace("_", "-"): value for name, value in headers.items()})), body)


def test_what_statuses_mean() -> None:
    def fits(_: Reply) -> str:
        return "/name"

    def proxy(_: Reply) -> None:
        return None

    for status in (400, 404, 405, 413, 415, 422):
        assert isinstance(status_error(reply(status), refused=fits), Invalid)
        assert isinstance(status_error(reply(status), refused=proxy), InDoubt)
    for status in (401, 403):
        assert isinstance(status_error(reply(status), refused=proxy), AuthFailed)
    for status in (204, 302, 409, 500, 502, 504):
        assert isinstance(status_error(reply(status), refused=fits), InDoubt)
    for status in (429, 503):
        assert isinstance(status_error(reply(status), refused=proxy), Unavailable)
        busy = status_error(reply(status, Retry_After="30"), refused=proxy)
        assert isinstance(busy, Busy)
        assert busy.retry_after == 30
        assert isinstance(status_error(reply(status), refused=proxy, not_processed=frozenset()), InDoubt)


def test_retry_after_is_a_number_a_date_or_nothing() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert 85 < (retry_after(reply(429, Retry_After=later)) or 0) <= 90
    assert retry_after(reply(429, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT")) == 0
    for nothing in ("", "soon", "-5", "1e9", "²", "9" * 40):
        assert retry_after(reply(429, Retry_After=nothing)) is None


def test_an_excerpt_holds_nothing_personal() -> None:
    page = "<html><body>\r\n<h1>502 Bad\x00 Gateway</h1>张三 500152199001010018 ５００</body>".encode()
    assert re.fullmatch(r"### Bad Gateway …+ #{18} …+", excerpt(page.decode()))
    assert re.fullmatch(r"### Bad Gateway …+ #{18} …+", excerpt(page))
    assert len(excerpt("x" * 5000)) == 120
    assert excerpt(b"") == ""


def test_a_probe_carries_a_key_of_its_own() -> None:
    one, two = (probe_call(connection("http://127.0.0.1:1")) for _ in range(2))
    assert one.key != two.key
    assert one.deadline == PATIENCE
    assert len(one.traceparent) == 55
