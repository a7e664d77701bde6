"""A department with office hours and a daily quota: filings at the wrong time wait for the right one and use up no attempts."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest

from gateway.model.identifiers import CHINA
from tests.faults.client import Client, calling, reaches, step
from tests.faults.installation import Installation, sample
from tests.patience import within

#: The longest wait after "come back in hours" here. Installed it is an hour.
_CAP = 5.0


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


@pytest.mark.slow("a gateway whose retries are waited for; test_openings, test_postponing and queues/test_departments stay")
async def test_closed_waits_with_a_due_time_and_goes_when_it_opens(closed: Installation) -> None:
    async with calling(closed) as client, calling(closed, "operator") as operator:
        # A delivery already there is still asked about, since progress is told around the clock.
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
    """File a passport that cannot be taken now, and check that it is ready with the time of its next try."""
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
    """Give office hours that begin in two hours."""
    now = datetime.now(CHINA)
    return f"{now + timedelta(hours=2):%H:%M}-{now + timedelta(hours=3):%H:%M}"


@pytest.fixture
def configured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Give an installation in which the department's own file sets its hours and its daily quota."""
    made = Installation(tmp_path_factory.mktemp("windows"))
    try:
        _say(made, f"hours: [{{days: daily, from: '{_other_hours()[:5]}', to: '{_other_hours()[6:]}'}}]\nquota: 1\n")
        sandboxes = made.start("sandbox", "--with-parent")
        made.start_gateway()
        sandboxes.wait_for_line("sandboxes ready")
        yield made
    finally:
        made.close()


@pytest.mark.slow("a second gateway, for hours of the configuration; departments/test_openings.py and queues/test_departments.py stay")
async def test_hours_and_quota_of_the_configuration_cost_no_attempt_and_a_reload_changes_them(configured: Installation) -> None:
    async with calling(configured) as client, calling(configured, "operator") as operator:
        configured.sandbox("exit_entry", "decide", {"after": 0.1})
        filed = [(await client.file(sample("passport"), key))[1] for key in ("first", "second")]
        opens = datetime.fromisoformat((await operator.get("/v1/departments/exit_entry"))["availability"]["until"])
        for case in filed:
            waiting = await operator.get(f"/v1/deliveries/{case['deliveries'][0]['id']}")
            assert (waiting["state"], waiting["attempts"], waiting["attempts_made"]) == ("ready", 0, [])
            assert timedelta(0) <= datetime.fromisoformat(waiting["due_at"]) - opens <= timedelta(minutes=1)
            assert f"closed until {opens:%Y-%m-%d %H:%M:%S}" in waiting["why"]["en"]
        assert configured.sandbox("exit_entry", "ledger") == []

        _say(configured, "quota: 1\n")
        configured.gateways[-1].signal(signal.SIGHUP)
        assert (await client.until(filed[0]["id"]))["state"] == "approved"
        second = await _put_off(operator, filed[1]["deliveries"][0]["id"])
        assert datetime.fromisoformat(second["due_at"]) > datetime.now(CHINA)
        assert "quota of 1 a day is used up" in second["why"]["en"]

        _say(configured, "")
        configured.gateways[-1].signal(signal.SIGHUP)
        assert (await client.until(filed[1]["id"]))["state"] == "approved"
    assert len(configured.sandbox("exit_entry", "ledger")) == 2
    assert configured.reconcile().wrong == []


async def _put_off(operator: Client, delivery_id: str) -> Any:
    """Give the delivery once the claim that met the quota has put it off to another day."""
    async with within():
        while True:
            delivery = await operator.get(f"/v1/deliveries/{delivery_id}")
            due = datetime.fromisoformat(delivery["due_at"])
            if f"{due:%H:%M}" == "00:00":
                return delivery
            await asyncio.sleep(0.05)  # another process commits, so there is no event to wait for


def _say(installation: Installation, more: str) -> None:
    """Write the department's file anew with these lines added."""
    file = installation.config / "departments" / "exit_entry.yaml"
    text = file.read_text(encoding="utf-8")
    kept, _, _ = text.partition("# here\n")
    file.write_text(f"{kept.rstrip()}\n# here\n{more}", encoding="utf-8")
