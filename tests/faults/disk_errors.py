"""A write error at every position of one application: the gateway answers 503, gives no false receipt, and goes on."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.checker import reconcile
from tests.faults.client import Client, all_ended, calling
from tests.faults.every_write import spread
from tests.faults.figures import Amount, Figure, Store
from tests.faults.installation import Installation, sample
from tests.faults.tracing import Place, recorded, traced

PATIENT = {"retry": {"first_seconds": 0.1, "longest_seconds": 0.5, "attempts": 1000}}
_SERVICE = "company-start"


@dataclass(slots=True)
class Answers:
    """The answers to filings during a fault."""

    taken: int = 0
    refused: int = 0
    amiss: list[str] = field(default_factory=list)

    def add(self, status: int, retry_after: str | None) -> None:
        """Note an answer, which must accept or refuse with a time to come back."""
        if status in (200, 202):
            self.taken += 1
        elif status == 503 and retry_after is not None and retry_after.isdigit():
            self.refused += 1
        else:
            self.amiss.append(f"a filing was answered {status} with Retry-After {retry_after}")


async def filing(client: Client, key: str, receipts: dict[str, set[str]]) -> tuple[int, str | None, dict[str, Any]]:
    """File one application, and give the status, Retry-After and the answer."""
    headers = {"Idempotency-Key": key}
    async with client.session.post("/v1/applications", json=sample(_SERVICE), headers=headers) as answer:
        body: dict[str, Any] = await answer.json(content_type=None)
        if answer.status in (200, 202):
            receipts.setdefault(key, set()).add(body["id"])
        return answer.status, answer.headers.get("Retry-After"), body


def measure(folder: Path, store: Store, amount: Amount) -> Figure:
    """Make errors at up to ``amount`` places, then kill -9 and start. The control is an older journal put back."""
    figure = Figure(row="R4", zh="写入出错(EIO、ENOSPC)", en="EIO and ENOSPC at writes", store=store.name)
    asyncio.run(_try(folder, store, amount, figure))
    return figure


async def _try(folder: Path, store: Store, amount: Amount, figure: Figure) -> None:
    installation = store.install(folder, PATIENT)
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
            await all_ended(installation, client)
        figure.add(installation.reconcile())
        lost = sum(1 for kind, _ in reconcile(older, installation.receipts, installation.ledgers()).wrong if kind == "lost")
        figure.control = f"{lost} lost with an older journal put back" if lost else None
        installation.processes[-1].stop()
        if not installation.verify().ok:
            figure.amiss("the audit does not verify")
    finally:
        installation.close()


async def _record(installation: Installation, client: Client) -> list[Place]:
    for key in ("first", "recorded"):  # the first reserves numbers, and all later ones are alike
        with traced(installation.processes[-1], "trace=pwrite64,fdatasync,fsync,write") as tracer:
            _, _, filed = await filing(client, key, installation.receipts)
            await client.until(filed["id"])
            lines = tracer.stop()
    return recorded(lines, loop=installation.processes[-1].pid)


async def _fail_at(installation: Installation, client: Client, place: Place, error: str, figure: Figure) -> int:
    """Make one error at a place while an application is filed and ends. Gives how many filings were refused for it."""
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
