"""Compressed replies come in pieces and in members; the same bytes are the same body, however they come."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.errors import InDoubt
from gateway.sdk.http.reply_bodies import Unpacking, decoded, is_utf8
from gateway.sdk.http.wire import HttpWire
from tests.gateway.sdk.conftest import Listen, call, connection, http, replies


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def unpacked(packed: bytes, size: int, most: int = 1 << 20) -> bytes:
    unpacking = Unpacking(most)
    for at in range(0, len(packed), size):
        unpacking.take(packed[at : at + size])
    return unpacking.end()


@given(st.lists(st.binary(), min_size=1, max_size=4), st.integers(1, 99), st.integers(0, 9))
def test_members_of_gzip_are_one_body_however_they_are_cut(members: list[bytes], size: int, zeros: int) -> None:
    packed = b"".join(gzip.compress(member, mtime=0) for member in members) + b"\0" * zeros
    assert unpacked(packed, size) == b"".join(members)


@given(st.binary(), st.integers(1, 9), st.sampled_from([zlib.compress, raw_deflate]))
def test_deflate_is_read_with_and_without_its_header(data: bytes, size: int, pack: Callable[[bytes], bytes]) -> None:
    assert unpacked(pack(data), size) == data


@pytest.mark.parametrize("size", [1, 7, 4096])
@pytest.mark.parametrize(
    ("packed", "code"),
    [
        (gzip.compress(b"x" * 99, mtime=0) + gzip.compress(b"y" * 99, mtime=0)[:-1], "reply_truncated"),
        (gzip.compress(b"x", mtime=0) + b"y", "reply_encoding"),
        (gzip.compress(b"x", mtime=0) + zlib.compress(b"y"), "reply_encoding"),
        (zlib.compress(b"x") + gzip.compress(b"y", mtime=0), "reply_encoding"),
        (b"\x1f", "reply_truncated"),
        (b"x", "reply_truncated"),
        (gzip.compress(b"", mtime=0) * 1001, "reply_encoding"),
        (gzip.compress(b"x" * 600, mtime=0) * 2, "reply_too_large"),
        (gzip.compress(bytes(1025), mtime=0), "reply_too_large"),
    ],
)
def test_what_is_cut_mixed_or_too_much_is_in_doubt(packed: bytes, code: str, size: int) -> None:
    with pytest.raises(InDoubt, match=code):
        unpacked(packed, size, most=1024)


def test_nothing_is_nothing_compressed() -> None:
    assert unpacked(b"", 1) == b""


def test_what_unpacks_to_nothing_has_an_end() -> None:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    empty_blocks = packer.flush(zlib.Z_FULL_FLUSH) + b"\0\0\0\xff\xff" * 100_000
    with pytest.raises(InDoubt, match="reply_too_large"):
        unpacked(empty_blocks, 4096, most=1024)


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(b"hello" * 100, mtime=0)),
        ("gzip", gzip.compress(b"hello" * 40, mtime=0) + gzip.compress(b"", mtime=0) + gzip.compress(b"hello" * 60, mtime=0) + b"\0" * 99),
        ("GZip", gzip.compress(b"hello" * 100, mtime=0)),
        ("gzip, identity", gzip.compress(b"hello" * 100, mtime=0)),
        ("", b"hello" * 100),
        ("none", b"hello" * 100),
        (" NONE ", b"hello" * 100),
        ("UTF-8", b"hello" * 100),
        ("Identity", b"hello" * 100),
        ("x-gzip", gzip.compress(b"hello" * 100, mtime=0)),
        ("deflate", zlib.compress(b"hello" * 100)),
        ("deflate", raw_deflate(b"hello" * 100)),
        ("identity", b"hello" * 100),
    ],
)
async def test_encoded_replies_are_decoded(listen: Listen, encoding: str, packed: bytes) -> None:
    endpoint = await listen(replies(http(200, packed, f"Content-Encoding: {encoding}")))
    async with HttpWire(connection(endpoint)) as wire:
        assert (await wire.send(call(), "GET", endpoint)).body == b"hello" * 100


@pytest.mark.parametrize("size", [1024, 1025])
@pytest.mark.parametrize("way", ["length", "chunked", "gzip"])
async def test_the_cap_is_exact_and_counts_decoded_bytes(listen: Listen, way: str, size: int) -> None:
    body = b"x" * size
    raw = {
        "length": http(200, body),
        "chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (size, body),
        "gzip": http(200, gzip.compress(body), "Content-Encoding: gzip"),
    }[way]
    endpoint = await listen(replies(raw))
    async with HttpWire(connection(endpoint, max_reply_bytes=1024)) as wire:
        if size <= 1024:
            assert (await wire.send(call(), "GET", endpoint)).body == body
        else:
            with pytest.raises(InDoubt, match="reply_too_large"):
                await wire.send(call(), "GET", endpoint)


@pytest.mark.parametrize("tail", [b"", b"\0" * 2**20])
async def test_a_bomb_stops_at_the_cap_with_memory_flat(listen: Listen, tail: bytes) -> None:
    bomb = gzip.compress(bytes(200 * 2**20), 9) + tail
    endpoint = await listen(replies(http(200, bomb, "Content-Encoding: gzip")))
    async with HttpWire(connection(endpoint, max_reply_bytes=64 * 1024)) as wire:
        tracemalloc.start()
        with pytest.raises(InDoubt, match="reply_too_large"):
            await wire.send(call(), "GET", endpoint)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 4 * 2**20


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        (b"a", None, "a"),
        ("\ufeff张".encode(), "UTF-8", "张"),
        ("张".encode(), "us-ascii", "张"),
        ("张".encode("utf-16"), "utf-16", "张"),
        ("a".encode("utf-16-le"), "utf-16le", "a"),
        ("联通".encode("gbk"), "gb2312", "联通"),
        ("张".encode("gbk"), None, None),
        ("张三".encode(), "gbk", None),
        (b"a", "windows-1252", "a"),
        (b"\xe9", "windows-1252", None),
        (b"a", "utf-7", None),
        (b"a", "no-such", None),
    ],
)
def test_the_encoding_that_is_said_or_none(body: bytes, charset: str | None, text: str | None) -> None:
    assert decoded(body, charset) == text


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1))
def test_chinese_is_never_read_in_another_encoding_than_its_own(text: str) -> None:
    assert decoded(text.encode(), "utf-8") == text
    assert decoded(text.encode(), "gbk") is None
    assert decoded(text.encode("gb18030"), "gb18030") == (None if is_utf8(text.encode("gb18030")) else text)
    assert decoded(text.encode("gb18030"), "utf-8") != text
