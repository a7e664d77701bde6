"""Another program, sqlite3, looks into the journal while the gateway runs."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from tests.faults.client import calling
from tests.faults.installation import Installation, sample


async def test_a_program_that_opens_and_closes_the_journal_takes_nothing_away(stopped: Installation) -> None:
    stopped.start_sandboxes()
    gateway = stopped.start_gateway()
    async with calling(stopped) as client:
        for number in range(3):
            _, filed = await client.file(sample("company-start"), f"filing {number}", wait=30)
            assert filed["state"] == "approved"
            with closing(sqlite3.connect(stopped.database)) as other:  # reads and writes, as the command does
                assert other.execute("SELECT count(*) FROM application").fetchone() == (number + 1,)
            # The last program to close a database removes its log, so it must never be the last while the gateway runs.
            assert stopped.database.with_name("gateway.db-wal").exists()
    gateway.kill()
    assert stopped.reconcile().wrong == []
    assert stopped.verify().ok
