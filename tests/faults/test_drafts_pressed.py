"""Two clerks on two nodes press "file" on one draft in the same moment, and one of the nodes is killed with its answer."""

from __future__ import annotations

import asyncio
import random
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path

import pytest
from psycopg import sql

from tests.faults.client import calling
from tests.faults.installation import ROOT
from tests.faults.nodes import Node, Nodes, one_node
from tests.faults.pressing import TOLD
from tests.patience import within

pytestmark = pytest.mark.slow("starts a node for each kill; tests/gateway/cases/drafts/test_filing.py has the race in one process")

#: Of every two, the node that dies is killed at some moment in the first, and with its answer in the second.
_DRAFTS = 4
#: Seconds after which a node is killed at the latest: a filing takes some hundredths.
_LATEST = 0.06


class Clerk:
    """A clerk's node, in a process of its own."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def says(self) -> list[str]:
        """Give the words of the next answer, none where the node has gone."""
        assert self._process.stdout is not None
        async with within():
            while line := (await self._process.stdout.readline()).decode():
                if line.startswith(TOLD):
                    return line.split()[1:]
        return []

    def told(self, *words: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{' '.join(words)}\n".encode())

    async def asked(self, *words: str) -> list[str]:
        self.told(*words)
        return await self.says()

    async def killed(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()


@asynccontextmanager
async def clerk(nodes: Nodes, number: int) -> AsyncIterator[Clerk]:
    """Start a clerk's node, and kill it at the end."""
    node = Node(nodes.data.with_name(f"clerk-{number}"), 0)
    words = [sys.executable, "-m", "tests.faults.pressing", str(node.data.with_suffix(".sock")), f"clerk.{number}"]
    environment = {**nodes.environment, **nodes.environment_of(node)}
    process = await asyncio.create_subprocess_exec(*words, env=environment, cwd=ROOT, stdin=PIPE, stdout=PIPE)
    made = Clerk(process)
    try:
        assert await made.says() == ["ready"]
        yield made
    finally:
        await made.killed()


async def test_one_case_one_number_and_one_effect_a_department(tmp_path: Path) -> None:
    moments = random.Random(1)
    with closing(one_node(tmp_path, {"limits": {"deadline_seconds": 20}})) as nodes:
        await nodes.begin()
        async with AsyncExitStack() as stack, calling(nodes, "operator") as client:
            stays = await stack.enter_async_context(clerk(nodes, 0))
            for number in range(_DRAFTS):
                [draft] = await stays.asked("begin")
                async with clerk(nodes, number + 1) as dies:
                    loses = number % 2
                    stays.told("file", draft)
                    dies.told("lose" if loses else "file", draft)
                    if not loses:
                        await asyncio.sleep(moments.uniform(0, _LATEST))
                        await dies.killed()
                    case, _ = await stays.says()
                    assert not (loses and await dies.says()), "its answer was not lost"
                assert await stays.asked("file", draft) == [case, "False"]
                nodes.receipts[draft] = {case}
                assert (await client.until(case))["state"] == "approved"
        report = nodes.reconcile()
        assert (report.wrong, report.applications) == ([], _DRAFTS)
        counted = nodes.server.execute(sql.SQL("SELECT count(DISTINCT number) FROM application"), nodes.name)
        assert counted == [(_DRAFTS,)]
        nodes.stop_gateway()
        assert nodes.verify().ok
