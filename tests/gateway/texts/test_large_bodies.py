"""Large bodies are examined beside the loop, one at a time, and small ones at once."""

from __future__ import annotations

import asyncio
import threading

import pytest

from gateway.texts.large_bodies import LARGE, LargeBodies


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
