"""A full disk, a database held by another program, a failed sync: 503 with a time to come back, reads go on, no false receipt."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.faults.client import calling
from tests.faults.disk_full import REFUSED, SMALL, Full, acknowledged_after_failed_sync, fill, lock
from tests.faults.installation import Installation
from tests.faults.tracing import needs


async def test_after_a_failed_sync_nothing_is_acknowledged(stopped: Installation) -> None:
    needs("strace")
    stopped.start_sandboxes()
    stopped.fork_gateway()
    async with calling(stopped) as client:
        assert await acknowledged_after_failed_sync(stopped, client) == 0


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Full]:
    needs("unshare")
    installation = Installation(tmp_path_factory.mktemp("full"), {"retry": {"first_seconds": 0.2, "longest_seconds": 1, "attempts": 1000}})
    try:
        sandboxes = installation.start("sandbox", "--with-parent")
        installation.start_gateway_on_a_small_disk(SMALL)
        sandboxes.wait_for_line("sandboxes ready")
        yield asyncio.run(fill(installation))
    finally:
        installation.close()


def test_a_full_disk_refuses_and_reads_go_on(full: Full) -> None:
    _refuses_and_reads(full)


@pytest.mark.slow("waits for all to end; that a full disk refuses stays")
def test_when_there_is_space_again_everything_ends(full: Full) -> None:
    assert full.ready_again
    assert full.wrong == []


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Full]:
    installation = Installation(tmp_path_factory.mktemp("locked"))
    try:
        installation.start_sandboxes()
        installation.fork_gateway()
        yield asyncio.run(lock(installation))
    finally:
        installation.close()


@pytest.mark.slow("a gateway of its own; the full disk stays")
def test_a_database_that_another_program_holds_refuses_and_reads_go_on(locked: Full) -> None:
    _refuses_and_reads(locked)
    assert locked.wrong == []


@pytest.mark.slow("a gateway of its own; the full disk stays")
def test_with_nothing_under_way_it_is_ready_again_by_itself(locked: Full) -> None:
    assert locked.ready_again


def _refuses_and_reads(full: Full) -> None:
    assert (full.during.taken, full.during.refused, full.during.amiss) == (0, REFUSED, [])
    assert full.read == 2
    assert full.ready == 503
