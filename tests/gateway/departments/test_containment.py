"""Mistakes of an adapter stay with it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from gateway.departments.containment import contained
from gateway.model.errors import Busy, DepartmentError, InDoubt, Invalid, Unavailable
from gateway.sdk.http.exchange import leaving
from tests.gateway.worlds.offices import config, office


@pytest.mark.parametrize("after", [float("nan"), -1, "soon"])
async def test_busy_without_a_time_is_merely_unavailable(after: Any) -> None:
    async def busy() -> Any:
        raise Busy("quota", retry_after=after)

    result = await contained(office("office", config("office")), "safe", busy, lambda _: None)
    assert isinstance(result, Unavailable)


async def test_an_error_says_no_more_than_every_store_can_keep() -> None:
    async def lost() -> Any:
        raise InDoubt("http_\0" + "5" * 200, "\0" * 5 + "x" * 2000)

    result = await contained(office("office", config("office")), "safe", lost, lambda _: None)
    assert isinstance(result, InDoubt)
    assert (len(result.code), len(result.detail), result.code[:6]) == (100, 500, "http_5")


async def test_an_error_that_is_none_of_the_five_is_a_bug() -> None:
    async def raises() -> Any:
        raise DepartmentError("mine")

    result = await contained(office("office", config("office")), "safe", raises, lambda _: None)
    assert isinstance(result, InDoubt)
    assert result.code == "adapter_error"


async def _raises() -> Any:
    raise ValueError("All strings must be XML compatible")


async def _sends_and_raises() -> Any:
    leaving()
    raise ValueError("the reply")


async def _sends_elsewhere_and_raises() -> Any:
    await asyncio.create_task(_sends_and_raises())


async def _gives_nonsense() -> Any:
    return 5


@pytest.mark.parametrize(
    ("does", "told", "kind"),
    [
        (_raises, True, Invalid),
        (_raises, False, InDoubt),
        (_gives_nonsense, True, Invalid),
        (_sends_and_raises, True, InDoubt),
        (_sends_elsewhere_and_raises, True, InDoubt),
    ],
)
async def test_what_is_raised_before_a_byte_has_left_is_no_doubt(
    does: Callable[[], Awaitable[Any]],
    told: bool,  # noqa: FBT001  # a parameter of the test
    kind: type[DepartmentError],
) -> None:
    department = office("office", config("office"))
    department.connection.carriers.told = told
    result = await contained(department, "safe", does, lambda answer: None if answer is None else "gave nonsense")
    assert type(result) is kind
    assert result.code == "adapter_error"


async def test_an_adapter_that_says_it_is_in_doubt_is_believed() -> None:
    async def doubts() -> Any:
        raise InDoubt("mine")

    department = office("office", config("office"))
    department.connection.carriers.told = True
    assert isinstance(await contained(department, "safe", doubts, lambda _: None), InDoubt)


async def test_the_callers_own_cancellation_goes_through_to_the_adapter() -> None:
    heard = asyncio.Event()

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            heard.set()

    task = asyncio.create_task(contained(office("office", config("office")), "safe", waits, lambda _: None))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await heard.wait()
