"""Bounds of a body are exact for JSON whatever its texts hold, and cheap for any bytes."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.texts.bounds import BOUNDS, LARGE, Bounds, LargeBodies, excess, excess_of_any
from gateway.texts.strict_json import Malformed, read_object
from tests.cpu import cpu

MEGABYTE = 1024 * 1024
#: Seconds of CPU that one call may hold the loop. Measured are a tenth of it and less, so that only real growth is found.
HELD = 0.3

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text('ab"\\[]{},: 张', max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('ab"\\[]{}', max_size=3), inner, max_size=4),
    max_leaves=30,
)


def count(value: Any) -> int:
    """Count the values that it holds, itself included."""
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(count, children))


def depth(value: Any) -> int:
    """Count the levels of objects and lists in it."""
    if not isinstance(value, dict | list):
        return 0
    return 1 + max(map(depth, value.values() if isinstance(value, dict) else value), default=0)


@given(VALUES, st.booleans(), st.sampled_from([None, 1]))
def test_what_is_counted_is_what_a_parser_finds(value: Any, ascii_only: bool, indent: int | None) -> None:  # noqa: FBT001  # drawn
    body = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
    many, deep = count(value), depth(value)
    assert excess(body, Bounds(values=many, depth=max(1, deep))) is None
    if many > 1:
        assert excess(body, Bounds(values=many - 1, depth=max(1, deep))) == "values"
    if deep > 1:
        assert excess(body, Bounds(values=many, depth=deep - 1)) == "depth"


def _wrapped(inner: bytes) -> bytes:
    return (b'{"data":' + inner)[:MEGABYTE]


ATTACKS = {
    "unknown keys": b"{" + b",".join(b'"k%06d":1' % i for i in range(86_000)) + b"}",
    "as many keys as values": b"{" + b",".join(b'"k%05d":1' % i for i in range(19_990)) + b"}",
    "empty lists": _wrapped(b"[" + b"[]," * 340_000 + b"1]}"),
    "empty objects": _wrapped(b"[" + b"{}," * 340_000 + b"1]}"),
    "numbers": _wrapped(b"[" + b"1," * 510_000 + b"1]}"),
    "numbers that are not safe": _wrapped(b"[" + (b"9" * 50 + b",") * 19_980 + b"1]}"),
    "numbers that are infinite": _wrapped(b"[" + b"1e999," * 19_980 + b"1]}"),
    "one huge number": _wrapped(b"9" * 1_040_000 + b"}"),
    "one huge fraction": _wrapped(b"9" * 1000 + b"." + b"9" * 1_030_000 + b"e-99999}"),
    "nested": _wrapped(b"[" * 500_000 + b"]" * 500_000 + b"}"),
    "never closed": _wrapped(b"[" * 1_040_000),
    "nested objects": _wrapped(b'{"a":' * 200_000),
    "empty texts": _wrapped(b"[" + b'"",' * 340_000 + b"1]}"),
    "escaped quotes": _wrapped(b'["' + b'\\"' * 510_000 + b'"]}'),
    "escaped backslashes": _wrapped(b'["' + b"\\\\" * 510_000 + b'"]}'),
    "commas and brackets in one text": _wrapped(b'["' + b",[" * 510_000 + b'"]}'),
    "a text without its end": _wrapped(b'["' + b",[" * 520_000),
    "escapes": _wrapped(b'["' + b"\\u4e2d" * 170_000 + b'"]}'),
    "half surrogates in one text": _wrapped(b'["' + b"\\ud800" * 170_000 + b'"]}'),
    "half surrogates": _wrapped(b"[" + b'"\\ud800",' * 19_980 + b"1]}"),
    "half surrogates as names": b"{" + b",".join(b'"\\ud800%d":1' % i for i in range(19_990)) + b"}",
    "one name again and again": b"{" + b",".join([b'"a":1'] * 19_990) + b"}",
    "names twice": _wrapped(b"[" + b",".join([b'{"a":1,"a":2}'] * 6600) + b"]}"),
    "one long name": b'{"' + b"x" * 1_040_000 + b'":1}',
    "long names": b"{" + b",".join(b'"%0300d":1' % i for i in range(3000)) + b"}",
    "spaces": b'{"data":' + b" " * 1_040_000 + b"1}",
    "lines": b'{"data":' + b"\n" * 1_040_000 + b"x}",
    "quotes": b'"' * MEGABYTE,
    "backslashes": b"\\" * MEGABYTE,
    "closing brackets": b"]" * MEGABYTE,
    "zeros": bytes(MEGABYTE),
    "bytes that are no UTF-8 at the end": _wrapped(b'["' + "张".encode() * 340_000 + b"\xff"),
    "Chinese": _wrapped(b'["' + "张".encode() * 340_000 + b'"]}'),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_megabyte_of_any_kind_holds_nobody_up(name: str) -> None:
    body = ATTACKS[name]
    assert len(body) <= MEGABYTE + 1
    listed = 0
    with cpu() as held:
        try:
            read_object(body)
        except Malformed as malformed:
            listed = len(malformed.problems)
    assert held[0] < HELD
    assert listed <= BOUNDS.errors


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'\xef\xbb\xbf {"a": ' + b"[" * 40, "depth"),
        (b"[" + b"1," * 20_000 + b"1]", "values"),
        (b"<a>" + b"<b/>" * 45_000 + b"</a>", "values"),
        (b"<a " + b'b="1" ' * 20_001 + b"/>", "values"),
        (b"<a>" + b"x" * 200_000 + b"</a>", None),
        (b"a=1&" * 50_000, None),
        (b"", None),
    ],
)
def test_a_departments_own_format_is_bounded_by_what_it_looks_like(body: bytes, found: str | None) -> None:
    assert excess_of_any(body, BOUNDS) == found


async def test_a_small_body_is_looked_through_at_once_and_a_large_one_in_a_thread() -> None:
    large = LargeBodies()
    assert await large.examined(b"x", threading.get_ident) == threading.get_ident()
    assert await large.examined(b"x" * LARGE, threading.get_ident) != threading.get_ident()


async def test_large_ones_go_one_at_a_time_and_small_ones_pass_them() -> None:
    large, go_on = LargeBodies(), threading.Event()
    under_way, most = 0, 0

    def examine() -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        go_on.wait(10)
        under_way -= 1

    waiting = [asyncio.create_task(large.examined(b"x" * LARGE, examine)) for _ in range(3)]
    assert await large.examined(b"x", lambda: "small") == "small"
    go_on.set()
    await asyncio.gather(*waiting)
    assert most == 1


async def test_what_examining_raises_is_raised() -> None:
    def examine() -> None:
        raise KeyError("x")

    for body in (b"x", b"x" * LARGE):
        with pytest.raises(KeyError):
            await LargeBodies().examined(body, examine)
