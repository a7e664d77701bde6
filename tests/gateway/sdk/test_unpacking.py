"""Compressed replies come in pieces and in members; the same bytes are the same body, however they come."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.errors import InDoubt
from gateway.sdk.unpacking import Unpacking


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
        (gzip.compress(b"x" * 99) + gzip.compress(b"y" * 99)[:-1], "reply_truncated"),
        (gzip.compress(b"x") + b"y", "reply_encoding"),
        (gzip.compress(b"x") + zlib.compress(b"y"), "reply_encoding"),
        (zlib.compress(b"x") + gzip.compress(b"y"), "reply_encoding"),
        (b"\x1f", "reply_truncated"),
        (b"x", "reply_truncated"),
        (gzip.compress(b"") * 1001, "reply_encoding"),
        (gzip.compress(b"x" * 600) * 2, "reply_too_large"),
        (gzip.compress(bytes(1025)), "reply_too_large"),
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
