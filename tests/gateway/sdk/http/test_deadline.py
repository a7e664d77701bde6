"""One timer for all calls, and each ends as it would under ``asyncio.timeout``."""

from __future__ import annotations

import asyncio

import pytest

from gateway.sdk.http.deadline import Deadlines


async def _wait(deadlines: Deadlines, seconds: float, ended: list[float]) -> None:
    try:
        with deadlines.within(seconds):
            await asyncio.Event().wait()
    except TimeoutError:
        ended.append(seconds)


async def test_each_ends_at_its_own_time_whenever_it_began() -> None:
    deadlines, ended = Deadlines(), list[float]()
    await asyncio.gather(*(_wait(deadlines, seconds, ended) for seconds in (0.09, 0.03, 0.06, 0.03)))
    assert ended == [0.03, 0.03, 0.06, 0.09]


async def test_what_ends_in_time_is_left_alone() -> None:
    deadlines = Deadlines()
    with deadlines.within(0.01):
        pass
    with deadlines.within(30):
        await asyncio.sleep(0.02)  # past the first one's time
    deadlines.close()


async def test_a_call_that_is_cancelled_from_outside_is_cancelled_and_no_timeout() -> None:
    deadlines, ended = Deadlines(), list[float]()
    task = asyncio.create_task(_wait(deadlines, 30, ended))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == []
    deadlines.close()


async def test_cancelled_from_outside_as_its_time_ends_it_is_cancelled() -> None:
    deadlines, ended = Deadlines(), list[float]()
    task = asyncio.create_task(_wait(deadlines, 30, ended))
    await asyncio.sleep(0)
    for call in list(deadlines._calls):
        call.expire()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == []
    assert task.cancelling() == 1
    deadlines.close()


async def test_another_error_comes_out_as_it_is() -> None:
    deadlines = Deadlines()
    with pytest.raises(ValueError, match="mine"), deadlines.within(30):
        raise ValueError("mine")
    deadlines.close()


async def test_there_is_one_timer_for_all() -> None:
    deadlines, ended = Deadlines(), list[float]()
    tasks = [asyncio.create_task(_wait(deadlines, 30, ended)) for _ in range(50)]
    await asyncio.sleep(0)
    timer = deadlines._timer
    tasks += [asyncio.create_task(_wait(deadlines, 30, ended)) for _ in range(50)]
    await asyncio.sleep(0)
    assert deadlines._timer is timer
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    deadlines.close()
