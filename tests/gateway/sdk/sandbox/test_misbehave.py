"""Each fault as a caller sees it, on bare sockets where HTTP hides it, and whether the request was carried out."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

import aiohttp
import pytest

from gateway.sdk.sandbox import FAULT_NAMES
from tests.gateway.sdk.sandbox.conftest import XML, Person, Start, eventually
from tests.patience import within

PROCESSED = {"drip", "slow", "drop_reply", "late", "dtd", "truncated", "wrong_charset"}


@pytest.fixture
async def person(start: Start, client: aiohttp.ClientSession) -> Person:
    return Person(await start(), client)


async def raw(person: Person, line: str = "POST /act", seconds: float = 5) -> bytes:
    """Everything that comes until the connection ends or the time is over."""
    reader, writer = await asyncio.open_connection("127.0.0.1", person.sandbox.port)
    writer.write(f"{line} HTTP/1.1\r\nHost: x\r\nIdempotency-Key: k\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())
    got = b""
    try:
        async with within(seconds):
            while chunk := await reader.read(65536):
                got += chunk
    except TimeoutError:
        got += b"<timeout>"
    except ConnectionResetError:
        got += b"<reset>"
    finally:
        writer.close()
    return got


async def switch(person: Person, fault: str, **more: Any) -> None:
    status, answer = await person.post("/_sandbox/faults", {"fault": fault, **more})
    assert status == 200, answer


@pytest.mark.parametrize("fault", sorted(set(FAULT_NAMES) - {"refuse"}))
async def test_what_is_carried_out_and_what_is_not(person: Person, fault: str) -> None:
    await switch(person, fault, times=1, seconds=0.01, size=1000)
    await raw(person, seconds=0.1)
    await eventually(lambda: fault != "late" or bool(person.sandbox.ledger.effects))
    assert len(await person.get("/_sandbox/ledger")) == (fault in PROCESSED)
    assert (await person.post("/act"))[0] == 200
    assert len(await person.get("/_sandbox/ledger")) == 1


@pytest.mark.parametrize(
    "fault", ["500", "html_200", "page_502", "reset", "hang", "huge", "gzip_bomb", "soap_fault", "system_error", "unauthorized"]
)
async def test_a_replaced_reply_may_follow_the_deed(person: Person, fault: str) -> None:
    await switch(person, fault, times=1, size=1000, processed=True)
    await raw(person, seconds=0.1)
    assert len(await person.get("/_sandbox/ledger")) == 1


async def test_connections_that_end_badly(person: Person) -> None:
    await switch(person, "reset", times=1)
    assert await raw(person) == b"<reset>"
    await switch(person, "hang", times=1)
    assert await raw(person, seconds=0.05) == b"<timeout>"
    await switch(person, "drop_reply", times=1)
    assert await raw(person) in {b"", b"<reset>"}
    await switch(person, "late", times=1, seconds=0)
    assert await raw(person, seconds=0.05) == b"<timeout>"


async def test_half_a_reply_with_the_promise_of_a_whole_or_without(person: Person) -> None:
    whole = (await raw(person)).partition(b"\r\n\r\n")[2]
    await switch(person, "truncated", times=1)
    head, _, body = (await raw(person)).partition(b"\r\n\r\n")
    assert f"Content-Length: {len(whole)}".encode() in head
    assert body == whole[: len(whole) // 2]
    await switch(person, "truncated", times=1, framed=True)
    head, _, body = (await raw(person)).partition(b"\r\n\r\n")
    assert f"Content-Length: {len(whole) // 2}".encode() in head
    assert body == whole[: len(whole) // 2]


async def test_drip_and_slow_take_their_time_and_say_everything(person: Person) -> None:
    whole = (await raw(person)).partition(b"\r\n\r\n")[2]
    loop = asyncio.get_running_loop()
    for fault, seconds, least in (("drip", 0.002, 0.002 * len(whole)), ("slow", 0.1, 0.1)):
        await switch(person, fault, times=1, seconds=seconds)
        began = loop.time()
        assert (await raw(person)).partition(b"\r\n\r\n")[2] == whole
        assert loop.time() - began >= least


async def test_pages_and_faults_in_place_of_replies(person: Person) -> None:
    for fault, status, words in (("500", 500, b"Internal"), ("html_200", 200, b"<!DOCTYPE html>"), ("page_502", 502, b"502 Bad Gateway")):
        await switch(person, fault, times=1)
        answer = await raw(person)
        assert answer.startswith(f"HTTP/1.1 {status} ".encode())
        assert words in answer
    await switch(person, "soap_fault", times=1, code="Client", status=200, reason="<no>")
    answer = await raw(person)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"<faultcode>soap:Client</faultcode><faultstring>&lt;no&gt;</faultstring>" in answer
    await switch(person, "too_many", times=1, seconds=6.2)
    answer = await raw(person)
    assert answer.startswith(b"HTTP/1.1 429 ")
    assert b"Retry-After: 7\r\n" in answer


async def test_refusals_are_in_the_style_of_the_department(person: Person) -> None:
    await switch(person, "business_error", times=1, code="41")
    assert await person.post("/act") == (200, {"refused": "rejected", "fields": [], "code": "41"})
    await switch(person, "returned", times=1, fields=["name", "price"])
    assert await person.post("/act") == (200, {"refused": "returned", "fields": ["name", "price"], "code": None})


async def test_a_dtd_stands_in_the_real_reply_where_that_is_xml(person: Person) -> None:
    await switch(person, "dtd")
    text = (await raw(person, "GET /xml")).partition(b"\r\n\r\n")[2].decode()
    declaration, rest = text.split("<!DOCTYPE", 1)
    assert declaration + rest.split("]>", 1)[1] == XML
    assert b"<!DOCTYPE" in await raw(person)


async def test_the_charset_is_another_than_the_declared(person: Person) -> None:
    await switch(person, "wrong_charset")
    for line in ("GET /xml", "POST /act"):
        answer = await raw(person, line)
        assert b"charset=utf-8" in answer
        body = answer.partition(b"\r\n\r\n")[2]
        assert "办好了" in body.decode("gbk")
        with pytest.raises(UnicodeDecodeError):
            body.decode("utf-8")


async def test_floods_are_as_large_as_asked(person: Person) -> None:
    await switch(person, "huge", times=1, size=3 * 2**20)
    assert len(await raw(person)) > 3 * 2**20
    await switch(person, "gzip_bomb", times=1, size=8 * 2**20)
    async with person.client.post(person.sandbox.url + "/act", auto_decompress=False) as response:
        packed = await response.read()
    assert len(packed) < 64 * 1024
    assert len(gzip.decompress(packed)) >= 8 * 2**20


async def test_a_caller_who_leaves_a_flood_ends_it(person: Person) -> None:
    for fault in ("huge", "gzip_bomb", "drip"):
        await switch(person, fault, times=1, size=2**30)
        reader, writer = await asyncio.open_connection("127.0.0.1", person.sandbox.port)
        writer.write(b"POST /act HTTP/1.1\r\nHost: x\r\nIdempotency-Key: k\r\nContent-Length: 0\r\n\r\n")
        await reader.read(100)
        writer.transport.abort()
    assert (await person.post("/act"))[0] == 200
