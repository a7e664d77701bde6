"""The primary is killed under load and the standby promoted: nothing acknowledged is lost, and nodes go on within seconds.

The old primary then returns as it was, believes it is still one, and is not used.
"""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path
from typing import Any

import aiohttp

from tests.faults.checker import reconcile
from tests.faults.client import Client, calling
from tests.faults.figures import Amount, Figure, Store
from tests.faults.installation import sample
from tests.faults.load import Load, loaded, make_slow
from tests.faults.nodes import Nodes
from tests.patience import Limit, stretched
from tests.postgres import Pair

_SETTINGS = {"retry": {"first_seconds": 0.2, "longest_seconds": 1, "attempts": 1000}}
#: Seconds that the primary serves before it is killed.
_LIVES = (0.3, 1.5)
#: Applications that a primary acknowledges while its standby is away, and that are lost with it.
_UNSAFE = 5
#: All that an old primary could have been made to take.
_TAKEN = "SELECT (SELECT count(*) FROM application), (SELECT count(*) FROM audit), (SELECT sum(batch) FROM chain)"


def measure(folder: Path, store: Store, amount: Amount, *, within: float | None = None) -> Figure:
    """Fail over so often. A filing must be acknowledged again ``within`` seconds. The control: no synchronous standby."""
    figure = Figure(row="R5", zh="主库被杀、备库接管", en="primary killed, standby promoted, the old one returns", store=store.name)
    asyncio.run(_try(folder, store, amount, within, figure))
    return figure


async def _try(folder: Path, store: Store, amount: Amount, within: float | None, figure: Figure) -> None:
    installation = store.install(folder, _SETTINGS)
    assert isinstance(installation, Nodes)
    assert installation.pair is not None
    moments = random.Random(1)
    waited: list[float] = []
    try:
        await installation.begin()
        make_slow(installation, probability=0.5)
        async with calling(installation) as client:
            async with loaded(installation, client, Load(installation), figure):
                while amount.left(figure.trials):
                    await asyncio.sleep(stretched(moments.uniform(*_LIVES)))  # the moment is the random part here
                    waited.append(await _fail_over(installation.pair, client, figure.trials))
                    figure.trials += 1
                    await _return(installation, installation.pair, client, figure)
                    await asyncio.to_thread(installation.pair.rejoin_old)
            _tell(figure, waited, within)
            if not (await asyncio.to_thread(installation.verify)).ok:
                figure.amiss("the audit does not verify")
            figure.control = await _control(installation, installation.pair, client)
    finally:
        installation.close()


def _tell(figure: Figure, waited: list[float], within: float | None) -> None:
    figure.notes.append(
        f"a filing was acknowledged again {sorted(waited)[len(waited) // 2]:.1f} s after the kill, {max(waited):.1f} s at most"
    )
    late = [seconds for seconds in waited if within is not None and seconds > within]
    if late:
        figure.amiss(f"{len(late)} times a filing was acknowledged later than {within:.0f} s after the kill")


async def _fail_over(pair: Pair, client: Client, number: int) -> float:
    """Kill the primary and promote. Gives the seconds from the kill to the next acknowledged filing."""
    began = time.monotonic()
    await asyncio.to_thread(pair.fail_over)
    await _acknowledged(client, f"after-failover-{number}")
    return time.monotonic() - began


async def _acknowledged(client: Client, key: str) -> dict[str, Any]:
    """File until it is acknowledged, like a caller that was answered 503."""
    limit = Limit()
    while not limit.over:
        try:
            status, answer = await client.file(sample("company-start"), key)
        except (aiohttp.ClientError, TimeoutError):
            continue
        if status == 202:
            return answer
        assert status == 503, answer
    raise AssertionError(f"filing {key} is not acknowledged")


async def _return(installation: Nodes, pair: Pair, client: Client, figure: Figure) -> None:
    """Bring the old primary back as it was. Nodes that reconnect find both and must use the new one."""
    old, new = pair.standby, pair.primary
    await asyncio.to_thread(pair.restart_old)
    before = old.execute(_TAKEN, installation.name)
    await asyncio.to_thread(new.cut, installation.name)
    await asyncio.gather(*(_acknowledged(client, f"old-returns-{figure.trials}-{number}") for number in range(2 * len(installation.nodes))))
    if old.execute(_TAKEN, installation.name) != before:
        figure.amiss("the old primary was written after it had returned")
    await asyncio.to_thread(old.kill)


async def _control(installation: Nodes, pair: Pair, client: Client) -> str | None:
    """Show that without a standby that commits wait for, acknowledged filings are lost, the checker reports it, and the nodes end."""
    primary, standby = pair.primary, pair.standby
    primary.execute("ALTER SYSTEM SET synchronous_standby_names = ''")
    primary.execute("SELECT pg_reload_conf()")
    await asyncio.to_thread(standby.stop)
    for number in range(_UNSAFE):
        await _acknowledged(client, f"unsafe-{number}")
    await asyncio.to_thread(pair.kill_primary)
    await asyncio.to_thread(standby.start)
    await asyncio.to_thread(pair.promote)
    ended = [gateway for gateway in installation.gateways if await asyncio.to_thread(gateway.wait_for, "journal_broken")]
    report = await asyncio.to_thread(reconcile, installation.database_url, installation.receipts, installation.ledgers())
    lost = sum(1 for kind, _ in report.wrong if kind == "lost")
    if not lost or len(ended) < len(installation.gateways):
        return None
    return f"{lost} lost without a synchronous standby, and {len(ended)} nodes ended by themselves"
