"""Adapters: opened once, closed once, and not before their calls have ended."""

from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from gateway.assembly.adapters import Adapters
from gateway.departments.limits import Permits
from gateway.model.department import Limits
from tests.gateway.worlds.offices import Office, config, office
from tests.patience import within


def made(*, deadline: float | None = None) -> tuple[Adapters, Permits, Office, list[str]]:
    permits = Permits({"office": Limits()})
    permits.open()
    one, said = office("office", config("office"), deadline=deadline), []

    async def close() -> None:
        said.append("closed")

    one.close = close  # type: ignore[method-assign]  # this one object's
    return Adapters(), permits, one, said


async def test_one_is_closed_once() -> None:
    adapters, _, one, said = made()
    assert not adapters.is_open(one)
    await adapters.open("office", one)
    assert adapters.is_open(one)
    await adapters.close(one)
    await adapters.close(one)
    await adapters.close_all()
    assert (said, adapters.is_open(one)) == (["closed"], False)


async def test_one_that_leaves_waits_for_its_calls() -> None:
    adapters, permits, one, said = made()
    await adapters.open("office", one)
    assert permits.take("office")
    adapters.retire(one, permits)
    await asyncio.sleep(0)
    assert (said, adapters.is_open(one)) == ([], False)
    permits.give("office")
    await asyncio.gather(*adapters._leaving)
    assert said == ["closed"]


async def test_calls_that_do_not_end_are_waited_for_until_their_deadline() -> None:
    adapters, permits, one, said = made(deadline=-1.9)
    await adapters.open("office", one)
    assert permits.take("office")
    adapters.retire(one, permits)
    async with within():
        await asyncio.gather(*adapters._leaving)
    assert said == ["closed"]


async def test_the_end_closes_those_that_leave_and_those_that_stay_whatever_one_raises() -> None:
    adapters, permits, one, said = made()
    two = office("office", config("office"))

    async def fail() -> None:
        raise RuntimeError("500152199001010018")

    two.close = fail  # type: ignore[method-assign]  # this one object's
    await adapters.open("office", one)
    await adapters.open("office", two)
    assert permits.take("office")
    adapters.retire(one, permits)
    await asyncio.sleep(0)
    with capture_logs() as logs:
        await adapters.close_all()
    assert said == ["closed"]
    assert [(line["event"], line["error"]) for line in logs] == [("adapter_failed", "RuntimeError")]
    permits.give("office")  # the call comes back late, and nobody is hurt
