"""Very many held deliveries sent again by two operators at once, stopped, killed and begun again: each has one effect.

``BULK_DELIVERIES`` gives their number (2,000 by default, while the claim is for 100,000).
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.faults.client import Client, calling
from tests.faults.held import hold
from tests.faults.installation import Installation
from tests.faults.processes import Process
from tests.patience import until

MANY = int(os.environ.get("BULK_DELIVERIES", "2000"))
#: Bytes by which the gateway may grow, whatever the number of deliveries, once its caches (of pages and of recent cases, both bounded) are
#: full.
GROWTH = 50_000_000
WARM = min(MANY // 6, 10_000)
#: Deliveries that may be out of place in the ledger, because two jobs and a stopped one have them on their way together.
DISPLACED = 1_000

FILTER = {"state": ["held"], "department": "tax"}


def _start(installation: Installation) -> Process:
    process = installation.start("serve", "--with-parent", GATEWAY_LOG_LEVEL="warning", GATEWAY_LEASE_SECONDS="2")
    until(lambda: (installation.data / "gateway.sock").exists() and _answers(installation), every=0.05)  # its log is silent
    return process


def _answers(installation: Installation) -> bool:
    try:
        socket.create_connection(("127.0.0.1", installation.port)).close()
    except OSError:
        return False
    return True


def _resident(process: Process) -> int:
    """Give the bytes of memory that the gateway holds."""
    status = Path(f"/proc/{process._child.pid}/statm").read_text()
    return int(status.split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def _until(client: Client, job: str, reached: Callable[[dict[str, Any]], bool], process: Process, peak: list[int]) -> dict[str, Any]:
    """Follow a job until it has come so far, and note the gateway's memory meanwhile."""
    while True:
        found = await client.get(f"/v1/jobs/{job}")
        peak.append(_resident(process))
        if reached(found):
            return found
        await asyncio.sleep(0.2)  # a job notifies nobody, so it is asked


async def _begin(client: Client, key: str) -> tuple[int, dict[str, Any]]:
    return await client.call("POST", "/v1/deliveries/retry", {"filter": FILTER, "reason": "对方已修复"}, {"Idempotency-Key": key})


def _wrong(effects: list[str], keys: list[str]) -> dict[str, int]:
    """Give the surplus (or lack) of effects of each key."""
    counts = Counter(effects)
    return {key: counts[key] - 1 for key in {*keys, *counts} if counts[key] != 1}


def _effects(installation: Installation) -> list[str]:
    """Give the keys in the tax bureau's ledger, in order."""
    file = next(installation.data.rglob("tax.ledger.jsonl"))
    with file.open("rb") as lines:
        return [orjson.loads(line)["key"] for line in lines]


@pytest.mark.slow("two thousand deliveries through two jobs and a kill; test_job_runner stays, for the law")
@pytest.mark.timeout(60 + MANY // 20)
def test_begun_twice_stopped_killed_and_begun_again_each_is_sent_once(stopped: Installation) -> None:
    installation = stopped
    installation.start_sandboxes()
    first = installation.start_gateway()
    operators = [installation.key("operator")]
    del installation._keys["operator"]
    operators.append(installation.key("operator"))
    assert first.stop() == 0
    keys = hold(installation, MANY, time.time_ns() // 1000)
    gateway = _start(installation)
    peak: list[int] = []

    async def twice_and_stopped() -> None:
        async with calling(installation, "operator") as two:
            installation._keys["operator"] = operators[0]
            async with calling(installation, "operator") as one:
                (status, a), (_, same), (_, b) = await asyncio.gather(_begin(one, "a"), _begin(one, "a"), _begin(two, "b"))
                assert (status, a["id"], a["id"] == b["id"]) == (202, same["id"], False)
                assert a["selected"] == MANY
                await _until(one, a["id"], lambda job: job["looked_at"] >= MANY // 6, gateway, peak)
                for client, job in ((one, a), (two, b)):
                    assert (await client.call("POST", f"/v1/jobs/{job['id']}/stop"))[0] == 200
                released = sum([(await one.get(f"/v1/jobs/{job['id']}"))["released"] for job in (a, b)])
                assert 0 < released < MANY
                _, foreseen = await one.call("POST", "/v1/deliveries/retry", {"filter": FILTER, "dry_run": True})
                assert foreseen["selected"] == MANY - released, "what was not released stays held"

    async def again(reached: Callable[[dict[str, Any]], bool], process: Process) -> dict[str, Any]:
        async with calling(installation, "operator") as client:
            status, job = await _begin(client, "c")
            assert status == 202
            return await _until(client, job["id"], reached, process, peak)

    asyncio.run(twice_and_stopped())
    asyncio.run(again(lambda job: job["looked_at"] >= MANY // 6, gateway))
    gateway.kill()
    gateway = _start(installation)
    cold, so_far = _resident(gateway), asyncio.run(again(lambda _: True, gateway))["looked_at"]
    asyncio.run(again(lambda job: job["looked_at"] >= min(so_far + WARM, job["selected"]), gateway))
    peak[:] = [_resident(gateway)]
    over = asyncio.run(again(lambda job: job["state"] == "ended" and not _on_their_way(job), gateway))
    growth = max(peak) - peak[0]
    told = f"{(peak[0] - cold) / 1e6:.1f} MB while caches filled, by {growth / 1e6:.1f} MB for the {over['released'] - so_far} after that"
    sys.stdout.write(f"{MANY} deliveries: memory grew by {told}\n")
    assert gateway.stop() == 0

    effects = _effects(installation)
    assert _wrong(effects, keys) == {}
    place = {key: number for number, key in enumerate(keys)}
    assert max(abs(place[key] - number) for number, key in enumerate(effects)) <= DISPLACED, "order of arrival"
    assert growth < GROWTH
    report = installation.verify()
    assert report.ok, (report.problems, report.mismatches)


def _on_their_way(job: dict[str, Any]) -> int:
    return sum(count for state, count in job["now"].items() if state in ("ready", "sending"))


@pytest.mark.slow("the control of the test before, with an installation of its own")
def test_a_department_that_ignores_keys_is_found_out(stopped: Installation) -> None:
    """Show, as the control, that a bureau that does not recognise its work does some of it twice when replies are lost."""
    installation = stopped
    installation.start_sandboxes()
    first = installation.start_gateway()
    installation.key("operator")
    assert first.stop() == 0
    keys = hold(installation, 50, time.time_ns() // 1000)
    installation.sandbox("tax", "settings", {"recognise_keys": False})
    installation.sandbox("tax", "faults", {"fault": "drop_reply", "times": 5})
    gateway = _start(installation)

    async def retried() -> None:
        async with calling(installation, "operator") as client:
            _, job = await _begin(client, "a")
            await _until(client, job["id"], lambda found: found["now"].get("approved") == 50, gateway, [])

    asyncio.run(retried())
    assert sum(_wrong(_effects(installation), keys).values()) == 5
