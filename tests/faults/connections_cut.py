"""The server ends the writers' connections again and again, also during commits, whose outcome is then read from the receipt."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

from psycopg import sql

from tests.faults.client import calling
from tests.faults.figures import Amount, Figure, Store
from tests.faults.load import Load, conclude, loaded, make_slow
from tests.faults.nodes import WRITER, Nodes
from tests.patience import stretched

_CUT = sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = {}").format(WRITER)
#: Seconds between two cuts. Some hit a writer that is still connecting.
_PAUSES = (0.02, 0.4)


def measure(folder: Path, store: Store, amount: Amount) -> Figure:
    """End so many connections of writers. The control is an older journal put back."""
    figure = Figure(row="17", zh="写连接被数据库切断", en="writers' connections cut by the server", store=store.name)
    asyncio.run(_try(folder, store, amount, figure))
    return figure


async def _try(folder: Path, store: Store, amount: Amount, figure: Figure) -> None:
    installation = store.install(folder, {"retry": {"attempts": 1000}})
    assert isinstance(installation, Nodes)
    moments = random.Random(1)
    try:
        await installation.begin()
        make_slow(installation, probability=0.3)
        async with calling(installation) as client:
            older = installation.copy("older")
            async with loaded(installation, client, Load(installation), figure):
                while amount.left(figure.trials):
                    await asyncio.sleep(stretched(moments.uniform(*_PAUSES)))  # the moment is the random part here
                    figure.trials += len(await asyncio.to_thread(installation.server.execute, _CUT))
        conclude(installation, older, figure)
    finally:
        installation.close()
