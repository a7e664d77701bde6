"""Stopped in the middle and started again, everything goes on. When its data is then tampered with, verifying names the place."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateway.journal.verification.findings import VerifyReport
from tests.faults.client import Client, calling
from tests.faults.installation import DEPARTMENTS, Installation, sample
from tests.faults.processes import Process

_MIX = {"newlywed": 12, "passport": 8, "house-transfer": 8, "retirement": 8, "company-start": 4}
_BODIES = {f"{service} {number}": sample(service) for service, count in _MIX.items() for number in range(count)}


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Give an installation that was stopped with SIGTERM under load, started again, and stopped once all had ended."""
    made = Installation(tmp_path_factory.mktemp("restart"))
    try:
        sandboxes = made.start("sandbox", "--with-parent")
        gateway = made.start_gateway()
        sandboxes.wait_for_line("sandboxes ready")
        for department in DEPARTMENTS:
            made.sandbox(department, "faults", {"fault": "slow", "seconds": 0.3, "probability": 0.7})
        asyncio.run(_stop_midway(made, gateway))
        gateway = made.start_gateway()
        asyncio.run(_end_all(made))
        assert made.reconcile().wrong == []
        assert gateway.stop() == 0
        yield made
    finally:
        made.close()


async def _stop_midway(installation: Installation, gateway: Process) -> None:
    """Send SIGTERM once most have their receipt, which lets calls under way end."""
    gate, enough = asyncio.Semaphore(8), asyncio.Event()

    async def one(client: Client, key: str) -> None:
        async with gate:
            try:
                status, answer = await client.file(_BODIES[key], key)
            except aiohttp.ClientError:  # while stopping it takes nothing new
                return
        assert status in (200, 202, 503), answer
        if len(installation.receipts) > len(_BODIES) * 3 // 4:
            enough.set()

    async def stop() -> int:
        await enough.wait()
        return await asyncio.to_thread(gateway.stop)

    async with calling(installation) as client:
        code, *_ = await asyncio.gather(stop(), *(one(client, key) for key in _BODIES))
    assert code == 0


async def _end_all(installation: Installation) -> None:
    async with calling(installation) as client:
        await asyncio.gather(*(client.file(body, key) for key, body in _BODIES.items()))
        ids = [one for answered in installation.receipts.values() for one in answered]
        applications = await asyncio.gather(*map(client.until, ids))
    assert {one["state"] for one in applications} == {"approved"}


def test_stopped_midway_all_ends_and_nothing_is_in_doubt(ended: Installation) -> None:
    assert len(ended.receipts) == len(_BODIES)
    with closing(sqlite3.connect(ended.database)) as connection:
        open_when_stopped = connection.execute("SELECT count(*) FROM audit WHERE event = 'recovered'").fetchone()[0]
        doubts = connection.execute("SELECT count(*) FROM attempt WHERE result IS NULL OR result = 'crashed'").fetchone()[0]
    assert (open_when_stopped, doubts) == (0, 0)  # leases were given back, so nothing was left to recover
    report = ended.verify()
    assert report.ok, report
    assert report.entries > 3 * len(_BODIES)


class Copy:
    """A copy of the installation's data to tamper with."""

    def __init__(self, installation: Installation, folder: Path) -> None:
        self._installation = installation
        self.data = folder / "var"
        for name in ("var", "var.secrets", "var.log"):
            shutil.copytree(installation.data.with_name(name), folder / name, ignore=shutil.ignore_patterns("*.sock"))

    def do(self, statement: str, *values: object) -> list[Any]:
        """Run one statement of sqlite3 on the copy."""
        with closing(sqlite3.connect(self.data / "gateway.db")) as connection, connection:
            return connection.execute(statement, values).fetchall()

    def verify(self) -> VerifyReport:
        """Verify the copy."""
        data, self._installation.data = self._installation.data, self.data
        try:
            return self._installation.verify()
        finally:
            self._installation.data = data


@pytest.fixture
def copy(ended: Installation, tmp_path: Path) -> Copy:
    return Copy(ended, tmp_path)


_CHANGES = {
    "at": "at + 1",
    "event": "'attempt_failed'",
    "actor": "'somebody'",
    "application_id": "'another'",
    "event_no": "event_no + 1",
    "delivery_id": "'another'",
    "details": "replace(details, '\"approved\"', '\"rejected\"') || ' '",
    "hash": "substr(hash, 2) || 'x'",
}


@pytest.mark.parametrize("column", _CHANGES)
def test_a_changed_entry_is_named(copy: Copy, column: str) -> None:
    ((seq,),) = copy.do("SELECT seq FROM audit WHERE event = 'outcome_recorded' ORDER BY seq LIMIT 1 OFFSET 20")
    copy.do(f"UPDATE audit SET {column} = {_CHANGES[column]} WHERE seq = ?", seq)  # noqa: S608  # names of our own columns
    first = copy.verify().first
    assert first is not None
    assert (first.kind, first.seq) == ("changed", seq)
    assert f"entry {seq}" in first.en


def test_a_removed_entry_is_named(copy: Copy) -> None:
    copy.do("DELETE FROM audit WHERE seq = 33")
    first = copy.verify().first
    assert first is not None
    assert (first.kind, first.seq) == ("missing", 33)


@pytest.mark.parametrize("left", [0, 1, 40])
def test_a_cut_tail_is_named(copy: Copy, left: int) -> None:
    copy.do("DELETE FROM audit WHERE seq > ?", left)
    first = copy.verify().first
    assert first is not None
    assert (first.kind, first.seq) == ("cut", left + 1)


@pytest.mark.parametrize(
    ("statement", "what", "field"),
    [
        ("UPDATE delivery SET state = 'rejected' WHERE id = (SELECT min(id) FROM delivery) RETURNING id", "delivery", "state"),
        ("UPDATE delivery SET round = 2 WHERE id = (SELECT max(id) FROM delivery) RETURNING id", "delivery", "round"),
        ("DELETE FROM delivery WHERE id = (SELECT max(id) FROM delivery) RETURNING id", "delivery", None),
        ("UPDATE application SET state = 'withdrawn' WHERE id = (SELECT max(id) FROM application) RETURNING id", "application", "state"),
        (
            "UPDATE payload SET blob = x'7b7d' WHERE rowid = (SELECT max(rowid) FROM payload) RETURNING part || '@' || revision",
            "payload",
            "blob",
        ),
    ],
)
def test_a_changed_row_is_named(copy: Copy, statement: str, what: str, field: str | None) -> None:
    ((changed,),) = copy.do(statement)
    report = copy.verify()
    assert not report.ok
    assert report.first is None  # the audit itself is sound, but the table is not
    first, *rest = [(one.what, one.id, one.field) for one in report.mismatches]
    assert first == (what, changed, field)
    assert {kind for kind, _, gone in rest if gone is None} == {kind for kind, _, _ in rest}
    assert {kind for kind, _, _ in rest} <= ({"attempt"} if statement.startswith("DELETE") else set())  # its calls are gone with it


def test_the_command_names_the_place_and_exits_with_1(ended: Installation, copy: Copy) -> None:
    copy.do("DELETE FROM audit WHERE seq = 7")
    process = ended.start("audit", "verify", "--json", GATEWAY_DATA=str(copy.data))
    assert process.ended() == 1
    first = json.loads(process.text)["first"]
    assert (first["kind"], first["seq"]) == ("missing", 7)
    assert "7" in first["en"]


def test_a_second_process_on_the_same_data_is_refused(copy: Copy, ended: Installation) -> None:
    first = ended.start("serve", "--with-parent", GATEWAY_DATA=str(copy.data))
    first.wait_for("gateway_started")
    second = ended.start("serve", "--with-parent", GATEWAY_DATA=str(copy.data), GATEWAY_PORT="0")
    assert second.ended() == 3
    assert str(copy.data) in second.text.replace("\n", "")
    assert "Traceback" not in second.text
    assert first.stop() == 0


def test_other_secrets_than_the_journals_are_refused(copy: Copy, ended: Installation) -> None:
    file = copy.data.with_name("var.secrets") / "hmac.key"
    file.write_bytes(bytes(32))
    process = ended.start("serve", "--with-parent", GATEWAY_DATA=str(copy.data), GATEWAY_PORT="0")
    assert process.ended() == 3
    assert "hmac.key" in process.text.replace("\n", "")
    assert "Traceback" not in process.text
