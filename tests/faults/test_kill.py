"""Killed with kill -9 under load and started again: nothing lost, nothing done twice, nothing stuck."""

from __future__ import annotations

import asyncio
import signal
import time
from typing import Any

import aiohttp
import pytest

from tests.faults.checker import Report
from tests.faults.client import Client, calling, step
from tests.faults.installation import Installation, sample
from tests.faults.processes import Process

_MIX = {"newlywed": 60, "passport": 60, "house-transfer": 20, "retirement": 20, "company-start": 30, "housing-holdings": 10}
_APPLICATIONS = sum(_MIX.values())


class Load:
    """Files 200 applications of all services, remembers every receipt, and repeats unanswered ones."""

    def __init__(self, receipts: dict[str, set[str]]) -> None:
        bodies = [sample(service) for service, count in _MIX.items() for _ in range(count)]
        # Every third of the list in turn, so that services are mixed at any time.
        self.bodies = {f"load-{number}": body for number, body in enumerate(bodies[0::3] + bodies[1::3] + bodies[2::3])}
        self.receipts = receipts
        self.answered = asyncio.Condition()

    @property
    def unanswered(self) -> list[str]:
        return [key for key in self.bodies if key not in self.receipts]

    async def file(self, client: Client, keys: list[str]) -> None:
        """File all of these, twelve at a time. Filings without an answer stay unanswered."""
        gate = asyncio.Semaphore(12)

        async def one(key: str) -> None:
            try:
                async with gate:
                    status, answer = await client.file(self.bodies[key], key)
            except (aiohttp.ClientError, TimeoutError):
                return
            assert status in (200, 202), answer
            async with self.answered:
                self.answered.notify_all()

        await asyncio.gather(*map(one, keys))

    async def kill_after(self, gateway: Process, count: int) -> None:
        """Kill the gateway when so many have their receipt."""
        async with self.answered:
            await self.answered.wait_for(lambda: len(self.receipts) >= count)
        gateway.signal(signal.SIGKILL)


@pytest.mark.slow("two hundred applications and two kills; test_kill_loop stays, which does it all the time")
async def test_200_applications_survive_kill_9(stopped: Installation) -> None:
    stopped.start_sandboxes()
    for department in ("exit_entry", "real_estate", "tax"):  # calls are under way at any moment
        stopped.sandbox(department, "faults", {"fault": "slow", "seconds": 0.3, "probability": 0.7})
    load = Load(stopped.receipts)
    gateway = stopped.start_gateway()
    async with calling(stopped) as client:
        await asyncio.gather(load.file(client, list(load.bodies)), load.kill_after(gateway, 100))
    assert gateway.ended() == -signal.SIGKILL
    first = len(load.unanswered)
    assert 0 < first <= _APPLICATIONS - 100

    gateway = stopped.start_gateway()
    async with calling(stopped) as client:  # and once more while it recovers from the first kill
        await asyncio.gather(load.file(client, load.unanswered), load.kill_after(gateway, _APPLICATIONS - first // 2))
    assert gateway.ended() == -signal.SIGKILL

    began = time.monotonic()
    gateway = stopped.start_gateway()
    served = time.monotonic() - began
    async with calling(stopped) as client:
        await load.file(client, load.unanswered)
        assert load.unanswered == []
        await load.file(client, list(load.bodies))  # repeating everything gives the same applications
        gate = asyncio.Semaphore(40)
        ended = await asyncio.gather(*(_settled(client, gate, one) for ids in load.receipts.values() for one in ids))
    settled = time.monotonic() - began

    report = stopped.reconcile()
    assert report.wrong == []
    assert report.applications == _APPLICATIONS
    _only_never_operations_in_doubt(ended, report)
    assert gateway.stop() == 0
    assert stopped.verify().ok
    recovered = [line["applications"] for process in stopped.processes for line in process.events("deliveries_recovered")]
    assert recovered
    print(  # noqa: T201  # the measured figures, shown with pytest -s
        f"\nkill -9 twice under {_APPLICATIONS}: unanswered {first}, recovered {recovered}, serving again {served:.1f} s, "
        f"all settled {settled:.1f} s, effects {report.effects}, in doubt {report.in_doubt}"
    )


async def _settled(client: Client, gate: asyncio.Semaphore, application: str) -> dict[str, Any]:
    async with gate:
        return await client.until(application)


def _only_never_operations_in_doubt(applications: list[dict[str, Any]], report: Report) -> None:
    doubted = [one for one in applications if one["state"] != "approved"]
    assert all(one["needs_attention"] and step(one, "exit_entry")["state"] == "in_doubt" for one in doubted)
    assert all(step(one, "exit_entry")["problem"] == "crashed" for one in doubted)
    assert len(doubted) == report.in_doubt
    # At most what its department takes at once was in flight at each kill.
    assert 0 < report.in_doubt <= 32
