"""How a contestant is loaded."""

from __future__ import annotations

import asyncio

import pytest

from bench.contest import at_a_rate, line, percentile, start
from tests.patience import within


async def test_a_rate_is_kept_whatever_comes_back() -> None:
    gate = asyncio.Event()
    begun: list[str] = []

    async def one(name: str) -> float:
        begun.append(name)
        if len(begun) == 5:
            gate.set()
        await gate.wait()  # the first ends only when the last has begun
        return 0.5

    async with within():
        assert await at_a_rate(one, 5, 1000) == [0.5] * 5
    assert begun == [f"unhurried-{number}" for number in range(5)]


def test_percentiles_are_in_milliseconds() -> None:
    assert percentile(tuple(number / 1000 for number in range(1, 102)), 50) == pytest.approx(51)


def test_a_process_that_ends_early_is_said() -> None:
    process = start("bench.node", "bare")  # of too few words
    with pytest.raises(RuntimeError, match="ended early"):
        line(process)
    process.communicate()
