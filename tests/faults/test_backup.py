"""Backed up under load, lost, restored elsewhere: it verifies, nothing is done twice, and unrepeatable deliveries wait for a person."""

from __future__ import annotations

import asyncio
import shutil
import signal
import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateway.journal.backup.proof import Reading, prove
from gateway.journal.backup.restore import load
from gateway.journal.store.database import Lock
from gateway.journal.store.schema import UNFINISHED
from tests.faults.checker import NEVER
from tests.faults.client import Client, calling, reaches
from tests.faults.installation import Installation, sample
from tests.faults.processes import Process

_SERVICES = ("newlywed", "passport", "newlywed", "house-transfer", "newlywed", "retirement")
_READ_ONLY = frozenset({"marital_status", "couple_status", "housing_holdings"})


class _Load:
    """Files applications one after the other, so many at a time, until told to stop."""

    def __init__(self, at_once: int) -> None:
        self.filed = 0
        self._at_once = at_once
        self._answered = asyncio.Condition()
        self._stopping = False

    async def run(self, client: Client) -> None:
        await asyncio.gather(*(self._one_by_one(client) for _ in range(self._at_once)))

    async def _one_by_one(self, client: Client) -> None:
        while not self._stopping:
            number = self.filed
            self.filed += 1
            try:
                await client.file(sample(_SERVICES[number % len(_SERVICES)]), f"load-{number}", wait=1)
            except (aiohttp.ClientError, TimeoutError):
                return
            async with self._answered:
                self._answered.notify_all()

    async def reaches(self, installation: Installation, count: int) -> None:
        """Wait until so many have their receipt."""
        async with self._answered:
            await self._answered.wait_for(lambda: len(installation.receipts) >= count)

    def stop(self) -> None:
        self._stopping = True


async def _backed_up_and_lost(installation: Installation, file: Path, *, at_once: int) -> dict[str, str]:
    """Put on load, back up, put on more load, kill -9. Gives the state of every delivery in the lost journal."""
    installation.start_sandboxes()
    for department in ("exit_entry", "real_estate", "tax"):  # calls are under way at any moment
        installation.sandbox(department, "faults", {"fault": "slow", "seconds": 0.3, "probability": 0.7})
    # so that steps after a marriage wait at the time of the backup
    installation.sandbox("marriage", "faults", {"fault": "slow", "seconds": 4})
    gateway = installation.start_gateway()
    load_ = _Load(at_once)

    async def story(client: Client) -> None:
        await load_.reaches(installation, at_once)
        assert await asyncio.to_thread(installation.start("backup", str(file)).ended) == 0
        installation.sandbox("marriage", "faults", {"fault": None})
        held_up = [d for d in _rows_of(file, "delivery") if d["operation"] in NEVER and d["state"] == "waiting"]
        assert held_up
        for delivery in held_up[:4]:
            await client.until(delivery["application_id"], reaches(delivery["step"], "deciding", "approved"))
        load_.stop()
        gateway.signal(signal.SIGKILL)

    async with calling(installation) as client:
        await asyncio.gather(load_.run(client), story(client))
    assert gateway.ended() == -signal.SIGKILL
    installation.calm()
    return {row["id"]: row["state"] for row in _deliveries(installation)}


def _rows_of(file: Path, table: str) -> list[dict[str, Any]]:
    columns = prove(file).columns[table]
    return [dict(zip(columns, row, strict=True)) for line in Reading(file).lines() if line.get("table") == table for row in line["rows"]]


def _elsewhere(installation: Installation, folder: Path) -> None:
    """Go on in another folder, as on a new machine with only the old one's keys."""
    secrets = installation.data.with_name("var.secrets")
    shutil.copytree(secrets, folder / "var.secrets")
    installation.data = folder / "var"


def _deliveries(installation: Installation) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(f"file:{installation.database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute("SELECT * FROM delivery")]


async def _settled(installation: Installation) -> list[dict[str, Any]]:
    """Start, follow every case until nothing moves by itself, and give the deliveries."""
    gateway: Process = installation.start_gateway()
    gate = asyncio.Semaphore(20)

    async def one(client: Client, application: str) -> None:
        async with gate:
            await client.until(application)

    async with calling(installation) as client:
        await asyncio.gather(*(one(client, application) for application in {d["application_id"] for d in _deliveries(installation)}))
    assert gateway.stop() == 0
    return _deliveries(installation)


def _effects(installation: Installation) -> Counter[tuple[str, str]]:
    return Counter((department, effect["key"]) for department, effects in installation.ledgers().items() for effect in effects)


def _key(delivery: dict[str, Any]) -> tuple[str, str]:
    return delivery["department"], f"{delivery['id'].replace('-', '')}-{delivery['round']}"


def _doubled(effects: Counter[tuple[str, str]]) -> list[tuple[str, str]]:
    return [key for key, count in effects.items() if count > 1]


def _went_on(then: Iterable[dict[str, Any]], lost: dict[str, str], operations: frozenset[str]) -> set[str]:
    """Give the deliveries not yet sent at the backup that were approved, or with the department, when the journal was lost."""
    open_ = [d["id"] for d in then if d["state"] in ("waiting", "ready") and d["operation"] in operations]
    return {one for one in open_ if lost[one] in ("approved", "deciding")}


@pytest.mark.slow("two lives of an installation, and what may still travel is waited for; test_restore stays")
@pytest.mark.timeout(150)
async def test_a_journal_restored_from_a_backup_under_load_does_nothing_twice(stopped: Installation, tmp_path: Path) -> None:
    file = tmp_path / "x.backup"
    lost = await _backed_up_and_lost(stopped, file, at_once=6)
    _elsewhere(stopped, tmp_path / "new")
    restored = stopped.start("restore", str(file), "--json")
    assert restored.ended() == 0, restored.text
    then = _deliveries(stopped)
    # The test is meaningful: steps that wait or are ready here went out there, and cases are gone.
    overtaken = _went_on(then, lost, NEVER)
    assert overtaken
    assert len(then) < len(lost)

    now = await _settled(stopped)
    report = stopped.verify()
    assert report.ok, report
    assert [note.lost for note in report.restored] == [None]
    effects = _effects(stopped)
    assert _doubled(effects) == []
    assert {key for _, key in effects} <= {f"{one.replace('-', '')}-1" for one in lost}, "nothing is sent under a key of its own"
    for delivery in now:
        name = f"{delivery['department']} {delivery['operation']} {delivery['id']} ({delivery['state']}, {delivery['problem']})"
        if delivery["state"] == "approved" and delivery["operation"] not in _READ_ONLY:
            assert effects[_key(delivery)] == 1, name
        elif delivery["state"] == "in_doubt":
            assert delivery["operation"] in NEVER, name
        else:
            assert delivery["state"] in ("approved", "skipped", "waiting"), name
    stands = {delivery["id"]: delivery for delivery in now}
    assert {(stands[one]["state"], stands[one]["problem"], stands[one]["due_at"]) for one in overtaken} == {("in_doubt", "restored", None)}


@pytest.mark.slow("two lives of an installation, and what may still travel is waited for; test_restore stays")
@pytest.mark.timeout(150)
async def test_without_the_seam_things_would_be_done_twice(stopped: Installation, tmp_path: Path) -> None:
    """Show, as the control, that the same journal without the seam does things twice."""
    file = tmp_path / "x.backup"
    lost = await _backed_up_and_lost(stopped, file, at_once=2)
    _elsewhere(stopped, tmp_path / "new")
    url = f"sqlite:///{stopped.database}"
    with Lock(url):
        load(url, prove(file))
    with closing(sqlite3.connect(stopped.database)) as connection, connection:
        connection.execute("DELETE FROM meta WHERE key = ?", (UNFINISHED,))
    overtaken = _went_on(_deliveries(stopped), lost, NEVER)
    assert overtaken
    now = {delivery["id"]: delivery for delivery in await _settled(stopped)}
    assert {_key(now[one]) for one in overtaken} <= set(_doubled(_effects(stopped)))
