"""A jump of the wall clock, and its effects on work due in seconds, on a request still travelling, and on later filings."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

from tests.faults.client import Client, calling, reaches, step
from tests.faults.clock import Clock
from tests.faults.figures import Amount, Figure, Store
from tests.faults.installation import Installation, sample
from tests.patience import now, within

HOUR, FAR = 3600, 400 * 86400
JUMPS = {"an hour back": -HOUR, "an hour forth": HOUR, "400 days forth": FAR}

_SETTINGS = {"retry": {"first_seconds": 0.2, "longest_seconds": 1, "attempts": 100}}
#: Only the marriage office is given up soon, so that its late work is still travelling. The others have time, even on a busy machine.
_HASTY = {"limits": {"deadline_seconds": 1.5}}
#: Seconds within which work due in five must have gone out, and later filings must have ended.
_SOON = 20.0


@dataclass(slots=True, kw_only=True)
class Seen:
    """The observations after one jump.

    ``due_seconds`` is the time until work due in five seconds had ended (None: it had not), ``sent`` how often it was sent.
    ``travelling_sent`` is how often the travelling request had been sent when it arrived, ``travelling_state`` its delivery's state then.
    ``new`` holds the states of later filings.
    """

    due_seconds: float | None
    sent: int
    travelling_sent: int
    travelling_state: str
    new: list[str]
    verifies: bool


async def try_jump(folder: Path, store: Store, jump: int) -> Seen:
    """Jump once on an installation of its own, whose departments live by the same clock."""
    await asyncio.to_thread(folder.mkdir)
    clock = Clock(folder)
    installation = store.install(folder, _SETTINGS)
    installation.configure("marriage", _HASTY)
    try:
        sandboxes = installation.start("sandbox", "--with-parent", **clock.environment, **clock.at_once)
        await asyncio.to_thread(installation.start_gateway, **clock.environment)
        await asyncio.to_thread(sandboxes.wait_for_line, "sandboxes ready")
        async with calling(installation) as client:
            return await _jump(installation, client, clock, jump)
    finally:
        await asyncio.to_thread(installation.close)


async def _jump(installation: Installation, client: Client, clock: Clock, jump: int) -> Seen:
    for warm in ("company-start", "newlywed"):  # first calls are slow, so they are made before the trial
        await client.until((await client.file(sample(warm), f"warm {warm}"))[1]["id"])
    known = len(installation.sandbox("marriage", "ledger"))
    # The marriage office acts six seconds after we stopped waiting, and an absence may be believed after ten.
    installation.sandbox("marriage", "faults", {"fault": "late", "seconds": 6, "times": 1, "operation": "register"})
    installation.sandbox("tax", "faults", {"fault": "too_many", "seconds": 5, "times": 1, "operation": "activate_invoicing"})
    _, travelling = await client.file(sample("newlywed"), "travels")
    _, due = await client.file(sample("company-start"), "due")
    await client.until(due["id"], reaches("tax", "ready"))
    await client.until(travelling["id"], reaches("marriage", "in_doubt"))
    clock.jump(jump)
    await _seen_by_gateway(client, jump)
    jumped = now()
    new = [await client.file(sample("passport"), f"new {number}", wait=int(_SOON)) for number in range(2)]
    due_seconds = None
    try:
        async with within(_SOON - (now() - jumped)):
            await client.until(due["id"], reaches("tax", "approved"))
            due_seconds = now() - jumped
    except TimeoutError:
        pass
    await _arrived(installation, known)
    marriage = step(await client.get(f"/v1/applications/{travelling['id']}"), "marriage")
    return Seen(
        due_seconds=due_seconds,
        sent=len(await client.attempts(step(await client.get(f"/v1/applications/{due['id']}"), "tax"))),
        travelling_sent=sum(one["action"] == "submit" for one in await client.attempts(marriage)),
        travelling_state=marriage["state"],
        new=[answer["state"] for _, answer in new],
        verifies=installation.verify().ok,
    )


async def _seen_by_gateway(client: Client, jump: int) -> None:
    """Wait until the gateway's clock has jumped, as its answers' Date shows."""
    while True:
        async with client.session.get("/livez") as answer:
            told = parsedate_to_datetime(answer.headers["Date"]).timestamp()
        if abs(told - time.time() - jump) < 60:
            return
        await asyncio.sleep(0.05)  # a clock notifies nobody of a jump


async def _arrived(installation: Installation, known: int) -> None:
    """Wait until the travelling request has been carried out."""
    async with within():
        while len(installation.sandbox("marriage", "ledger")) == known:  # noqa: ASYNC110  # a ledger tells nobody when it grows
            await asyncio.sleep(0.2)


def wrong(seen: Seen) -> list[str]:
    """Give the errors after a jump."""
    found = []
    if seen.due_seconds is None:
        found.append(f"what was due in 5 s had not gone out after {_SOON:.0f}")
    if seen.sent > 2:
        found.append(f"it was sent {seen.sent} times")
    if seen.travelling_sent > 1:
        found.append("a request that still travelled was sent again early")
    if seen.travelling_state == "held":
        found.append("a delivery was given up for the jump")
    if seen.new != ["approved"] * len(seen.new):
        found.append(f"what was filed after it stands {seen.new}")
    if not seen.verifies:
        found.append("the audit does not verify")
    return found


def measure(folder: Path, store: Store, amount: Amount) -> Figure:
    """Try one jump after the other, each on an installation of its own."""
    figure = Figure(row="19", zh="时钟跳变 ±1 小时、+400 天", en="clock jumps of ±1 h, +400 days", store=store.name, bare=True)
    for name, jump in JUMPS.items():
        if not amount.left(figure.trials):
            break
        seen = asyncio.run(try_jump(folder / name.replace(" ", "-"), store, jump))
        figure.trials += 1
        for what in wrong(seen):
            figure.amiss(f"{name}: {what}")
    return figure
