"""The disk fails: an error at writes and syncs of one application, a full disk, a database somebody else holds. No false receipt."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.checker import reconcile
from tests.faults.client import Client, calling
from tests.faults.every_write import spread
from tests.faults.figures import Amount, Figure, Store
from tests.faults.installation import Installation, sample
from tests.faults.tracing import Place, recorded, traced

_PATIENT = {"retry": {"first_seconds": 0.1, "longest_seconds": 0.5, "attempts": 1000}}
_SERVICE = "company-start"
#: Filings tried while it cannot be written.
REFUSED = 10


@dataclass(slots=True)
class Answers:
    """What filings were answered while something was wrong."""

    taken: int = 0
    refused: int = 0
    amiss: list[str] = field(default_factory=list)

    def add(self, status: int, retry_after: str | None) -> None:
        """One answer: taken, or refused with a time to come back."""
        if status in (200, 202):
            self.taken += 1
        elif status == 503 and retry_after is not None and retry_after.isdigit():
            self.refused += 1
        else:
            self.amiss.append(f"a filing was answered {status} with Retry-After {retry_after}")


async def filing(client: Client, key: str, receipts: dict[str, set[str]]) -> tuple[int, str | None, dict[str, Any]]:
    """File one; gives the status, Retry-After and the answer."""
    headers = {"Idempotency-Key": key}
    async with client.session.post("/v1/applications", json=sample(_SERVICE), headers=headers) as answer:
        body: dict[str, Any] = await answer.json(content_type=None)
        if answer.status in (200, 202):
            receipts.setdefault(key, set()).add(body["id"])
        return answer.status, answer.headers.get("Retry-After"), body


def measure(folder: Path, store: Store, amount: Amount) -> Figure:
    """An error at up to ``amount`` places; then kill -9 and a start; then the control, an older journal put back."""
    figure = Figure(row="R4", zh="写入出错(EIO、ENOSPC)", en="EIO and ENOSPC at writes", store=store.name)
    asyncio.run(_try(folder, store, amount, figure))
    return figure


async def _try(folder: Path, store: Store, amount: Amount, figure: Figure) -> None:
    installation = store.install(folder, _PATIENT)
    try:
        await asyncio.to_thread(installation.start_sandboxes)
        gateway = await asyncio.to_thread(installation.fork_gateway)
        async with calling(installation) as client:
            places = await _record(installation, client)
            older = installation.copy("older")
            wanted: list[tuple[Place, str]] = [
                (place, error) for place in places if place.syscall == "pwrite64" for error in ("EIO", "ENOSPC")
            ]
            refused = 0
            for place, error in spread(wanted, amount.most):
                if not amount.left(figure.trials):
                    break
                refused += await _fail_at(installation, client, place, error, figure)
            figure.notes.append(f"{len(wanted)} places, {refused} filings answered 503")
            gateway.signal(signal.SIGKILL)
            await asyncio.to_thread(gateway.ended)
            await asyncio.to_thread(installation.fork_gateway)
            await asyncio.gather(*(client.until(one) for ids in installation.receipts.values() for one in ids))
        figure.add(installation.reconcile())
        lost = sum(1 for kind, _ in reconcile(older, installation.receipts, installation.ledgers()).wrong if kind == "lost")
        figure.control = f"{lost} lost with an older journal put back" if lost else None
        installation.processes[-1].stop()
        if not installation.verify().ok:
            figure.amiss("the audit does not verify")
    finally:
        installation.close()


async def _record(installation: Installation, client: Client) -> list[Place]:
    for key in ("first", "recorded"):  # the first reserves numbers; from then on each is like the one before
        with traced(installation.processes[-1], "trace=pwrite64,fdatasync,fsync,write") as tracer:
            _, _, filed = await filing(client, key, installation.receipts)
            await client.until(filed["id"])
            lines = tracer.stop()
    return recorded(lines, loop=installation.processes[-1].pid)


async def _fail_at(installation: Installation, client: Client, place: Place, error: str, figure: Figure) -> int:
    """One error there while an application is filed and ends; gives how many filings were refused for it."""
    answers = Answers()
    key = f"{error} {place.syscall} {place.number} {figure.trials}"
    inject = f"inject={place.syscall}:error={error}:when={place.number}"
    with traced(installation.processes[-1], f"trace={place.syscall}", inject) as tracer:
        while not answers.taken and answers.refused < 3 and not answers.amiss:
            status, retry_after, filed = await filing(client, key, installation.receipts)
            answers.add(status, retry_after)
        if answers.taken:
            await client.until(filed["id"])
        seen = tracer.stop()
    figure.trials += any("(INJECTED)" in line for line in seen)
    for what in answers.amiss or ([] if answers.taken else ["it is not taken when the error is over"]):
        figure.amiss(f"{error} at {place}: {what}")
    return answers.refused


async def acknowledged_after_failed_sync(installation: Installation, client: Client) -> int:
    """How many filings the process takes after a sync of its journal has failed, before it is started again."""
    answers = Answers()
    gateway = installation.processes[-1]
    with traced(gateway, "trace=fdatasync", "inject=fdatasync:error=EIO:when=1"):
        status, retry_after, _ = await filing(client, "the sync fails", installation.receipts)
        answers.add(status, retry_after)
    for number in range(3):
        try:
            status, retry_after, _ = await filing(client, f"after it {number}", installation.receipts)
        except OSError:  # it has ended, as it may: the journal is read anew by the next
            break
        answers.add(status, retry_after)
    assert answers.amiss == []
    return answers.taken


@dataclass(slots=True)
class Full:
    """What happened while the disk was full, or somebody else held the database, and afterwards."""

    during: Answers
    read: int
    ready: int
    ready_again: bool
    wrong: list[tuple[str, str]]


async def fill(installation: Installation) -> Full:
    """Fill the disk under a gateway on a small one, with calls under way; file and read; give the space back."""
    filler = installation.seen / "filler"
    async with calling(installation) as client, calling(installation, "operator") as operator:
        installation.sandbox("tax", "faults", {"fault": "slow", "seconds": 1.0})
        under_way = [(await filing(client, f"under way {number}", installation.receipts))[2]["id"] for number in range(8)]
        await asyncio.to_thread(_fill, filler)
        installation.sandbox("tax", "faults", {"fault": None})
        full = await _during(installation, client, operator, under_way[0])
        await asyncio.to_thread(filler.unlink)
        return await _afterwards(installation, client, full)


async def lock(installation: Installation) -> Full:
    """Hold the database's write lock from outside, longer than the writer waits; file and read; let go."""
    async with calling(installation) as client, calling(installation, "operator") as operator:
        _, _, filed = await filing(client, "before", installation.receipts)
        await client.until(filed["id"])
        with closing(sqlite3.connect(installation.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            full = await _during(installation, client, operator, filed["id"])
            other.execute("ROLLBACK")
            return await _afterwards(installation, client, full)


async def _during(installation: Installation, client: Client, operator: Client, known: str) -> Full:
    during = Answers()
    answered = await asyncio.gather(*(filing(client, f"refused {number}", installation.receipts) for number in range(REFUSED)))
    for status, retry_after, _ in answered:
        during.add(status, retry_after)
    reads = [await client.call("GET", f"/v1/applications/{known}"), await operator.call("GET", "/v1/deliveries?limit=5")]
    ready, _ = await client.call("GET", "/readyz")
    return Full(during=during, read=sum(status == 200 for status, _ in reads), ready=ready, ready_again=False, wrong=[])


async def _afterwards(installation: Installation, client: Client, full: Full) -> Full:
    """It is ready again without anybody filing; then what was refused is taken, and everything ends."""
    full.ready_again = await _until_ready(client)
    for number in range(REFUSED):
        status, _, answer = await filing(client, f"refused {number}", installation.receipts)
        assert status in (200, 202), answer
    await asyncio.gather(*(client.until(one) for ids in installation.receipts.values() for one in ids))
    full.wrong = installation.reconcile().wrong
    return full


async def _until_ready(client: Client, seconds: float = 6) -> bool:
    """Ask as a load balancer does, which sends nothing meanwhile."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        status, _ = await client.call("GET", "/readyz")
        if status == 200:
            return True
        await asyncio.sleep(0.2)  # a load balancer asks now and then
    return False


def _fill(filler: Path) -> None:
    """Write until nothing more fits."""
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(os.urandom(size))
            except OSError:
                continue
