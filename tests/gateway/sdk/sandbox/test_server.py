"""Several sandboxes in one process: all or none."""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path

import aiohttp
import pytest

from gateway.sdk.sandbox import SandboxContext, serve_sandboxes
from tests.gateway.sdk.sandbox.conftest import Counter, Person


def counter(name: str, folder: Path) -> Counter:
    return Counter(SandboxContext(name=name, data=folder))


async def test_several_run_side_by_side_with_a_ledger_each(tmp_path: Path, client: aiohttp.ClientSession) -> None:
    async with serve_sandboxes([(counter("one", tmp_path), 0), (counter("two", tmp_path), 0)]) as (one, two):
        assert one.port != two.port
        assert (await Person(one, client).post("/act"))[0] == 200
        assert await Person(two, client).get("/_sandbox/ledger") == []
    assert not one.running
    assert not two.running
    assert sorted(file.name for file in tmp_path.iterdir()) == [  # noqa: ASYNC240  # a handful of names
        "one.decisions.jsonl",
        "one.ledger.jsonl",
        "two.decisions.jsonl",
        "two.ledger.jsonl",
    ]


async def test_a_port_that_is_taken_stops_them_all(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        one, two = counter("one", tmp_path), counter("two", tmp_path)
        with pytest.raises(OSError, match="in use"):
            async with serve_sandboxes([(one, 0), (two, taken.getsockname()[1])]):
                raise AssertionError("nothing runs")
    assert not one.running
    async with serve_sandboxes([(one, 0), (two, 0)]) as both:  # no port and no ledger was kept
        assert all(sandbox.running for sandbox in both)


async def test_a_stop_while_connections_are_refused_frees_the_port(tmp_path: Path) -> None:
    sandbox = counter("one", tmp_path)
    await sandbox.start()
    port = sandbox.port
    await sandbox.refuse(60)
    await sandbox.refuse(60)  # once more changes nothing
    await sandbox.stop()
    await sandbox.start(port)
    await sandbox.stop()


async def test_what_a_killed_sandbox_answered_it_knows_again(tmp_path: Path, client: aiohttp.ClientSession) -> None:
    root = Path(__file__).parents[4]
    command = [sys.executable, "-m", "tests.gateway.sdk.sandbox.killed", str(tmp_path)]
    answered: dict[str, str] = {}

    async def act(url: str, key: str) -> None:
        async with client.post(f"{url}/act", headers={"Idempotency-Key": key}) as response:
            reference: str = (await response.json())["reference"]
            assert answered.setdefault(key, reference) == reference

    for turn in range(2):
        process = await asyncio.create_subprocess_exec(*command, cwd=root, stdout=asyncio.subprocess.PIPE)
        assert process.stdout is not None
        url = f"http://127.0.0.1:{int(await process.stdout.readline())}"
        await asyncio.gather(*(act(url, key) for key in list(answered)))  # what was answered before the kill is answered again
        acting = [asyncio.create_task(act(url, f"{turn}-{number}")) for number in range(300)]
        await asyncio.wait(acting, return_when=asyncio.FIRST_COMPLETED)
        process.kill()
        await process.wait()
        await asyncio.gather(*acting, return_exceptions=True)
    assert answered
    sandbox = counter("counter", tmp_path)
    async with serve_sandboxes([(sandbox, 0)]):
        entries = await Person(sandbox, client).get("/_sandbox/ledger")
    assert len({entry["key"] for entry in entries}) == len(entries)
    assert answered.items() <= {entry["key"]: entry["reference"] for entry in entries}.items()
