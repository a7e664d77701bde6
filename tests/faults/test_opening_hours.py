"""A department with office hours and a daily quota: what comes at the wrong time waits for the right one, and nothing is counted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from gateway.model.identifiers import CHINA
from tests.faults.client import Client, calling, reaches, step
from tests.faults.installation import Installation, sample

#: Seconds after which "come back in hours" is asked again here; installed it is an hour.
_CAP = 2.0


@pytest.fixture
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("hours"))
    made.configure("exit_entry", {"retry": {"retry_after_longest_seconds": _CAP}})
    try:
        sandboxes = made.start("sandbox", "--with-parent")
        made.start_gateway()
        sandboxes.wait_for_line("sandboxes ready")
        yield made
    finally:
        made.close()


async def test_closed_waits_with_a_due_time_and_goes_when_it_opens(closed: Installation) -> None:
    async with calling(closed) as client, calling(closed, "operator") as operator:
        # One that the department has already goes on being asked about: progress is told around the clock.
        closed.sandbox("exit_entry", "decide", {"after": 3600})
        _, before = await client.file(sample("passport"), "before closing")
        deciding = await client.until(before["id"], reaches("exit_entry", "deciding"))

        closed.sandbox("exit_entry", "settings", {"office_hours": _other_hours()})
        waiting = await _filed_while_closed(closed, client, operator, "while closed")
        closed.sandbox("exit_entry", "decide", {"reference": step(deciding, "exit_entry")["reference"], "outcome": "approved"})
        assert (await client.until(before["id"]))["state"] == "approved"

        closed.sandbox("exit_entry", "decide", {"after": 0.1})
        closed.sandbox("exit_entry", "settings", {"office_hours": None})
        assert (await client.until(waiting))["state"] == "approved"

        closed.sandbox("exit_entry", "settings", {"daily_quota": 2})
        waiting = await _filed_while_closed(closed, client, operator, "beyond the quota")
        closed.sandbox("exit_entry", "settings", {"daily_quota": 3})
        assert (await client.until(waiting))["state"] == "approved"
    assert len(closed.sandbox("exit_entry", "ledger")) == 3
    assert closed.reconcile().wrong == []


async def _filed_while_closed(closed: Installation, client: Client, operator: Client, key: str) -> str:
    """File a passport that cannot be taken now; it is ready with the time at which it is tried again."""
    _, filed = await client.file(sample("passport"), key)
    application: str = filed["id"]
    await client.first_attempt(application, filed["deliveries"][0]["id"])
    delivery = await operator.get(f"/v1/deliveries/{filed['deliveries'][0]['id']}")
    first = delivery["attempts_made"][0]
    assert delivery["state"] == "ready", delivery
    assert delivery["problem"] == first["result"]
    wait = datetime.fromisoformat(delivery["due_at"]) - datetime.fromisoformat(delivery["attempts_made"][-1]["ended_at"])
    assert timedelta(seconds=_CAP) <= wait < timedelta(seconds=_CAP + 1)
    assert not (await client.get(f"/v1/applications/{application}"))["needs_attention"]
    with closing(sqlite3.connect(f"file:{closed.database}?mode=ro", uri=True)) as connection:
        assert connection.execute("SELECT failures FROM delivery WHERE id = ?", (delivery["id"],)).fetchone() == (0,)
    return application


def _other_hours() -> str:
    """Office hours that begin in two hours."""
    now = datetime.now(CHINA)
    return f"{now + timedelta(hours=2):%H:%M}-{now + timedelta(hours=3):%H:%M}"
