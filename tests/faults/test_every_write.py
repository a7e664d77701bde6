"""Killed at writes and syncs from one application's filing to its end: each effect once, the audit whole. Its control fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.every_write import measure
from tests.faults.figures import ONE_NODE, SQLITE, Amount, Store
from tests.faults.tracing import Place, needs, recorded, recorded_at

_POSTGRES = pytest.mark.slow("a node on PostgreSQL that waits for its leases after each kill; SQLite's stays")


@pytest.mark.parametrize(
    ("store", "most"), [(SQLITE, 5), pytest.param(ONE_NODE, 2, marks=_POSTGRES)], ids=lambda value: getattr(value, "name", None)
)
def test_killed_anywhere_it_ends_with_each_effect_once(tmp_path: Path, store: Store, most: int) -> None:
    needs("strace")
    figure = measure(tmp_path, store, Amount(most=most, seconds=15), service="company-start" if store is ONE_NODE else "house-transfer")
    assert figure.what_is_wrong == []
    assert figure.right, figure
    print(f"\n{figure}")  # noqa: T201  # the measured figures, shown with pytest -s


def test_a_recording_gives_every_sync_and_the_first_and_last_write_of_each_commit() -> None:
    lines = [
        '9 pwrite64(19</d/gateway.db-wal>, "", 24, 0) = 24',
        '9 pwrite64(19</d/gateway.db-wal>, "", 4096, 24) = 4096',
        "8 write(14<anon_inode:[eventfd]>, ...) = 8",
        '9 pwrite64(19</d/gateway.db-wal>, "", 24, 4120) = 24',
        "9 fdatasync(19</d/gateway.db-wal>) = 0",
        '7 write(26<socket:[1]>, "HTTP/1.1 202 Accepted", 21) = 21',
        "6 fsync(11</d/audit-heads.jsonl>) = 0",
    ]
    places = recorded(lines, loop=7)
    assert [(place.syscall, place.number) for place in places] == [
        ("pwrite64", 1),
        ("pwrite64", 3),
        ("fdatasync", 1),
        ("write", 1),
        ("fsync", 1),
    ]
    assert recorded(lines, loop=7, every_write=True)[1] == Place("pwrite64", 2, "gateway.db-wal")


def test_a_recording_at_a_server_gives_what_is_said_first_and_last_of_each_commit_and_what_is_heard_then() -> None:
    lines = [
        '9 sendto(19<socket:[5]>, "Q\\0\\0\\0\\nBEGIN\\0", 11, MSG_NOSIGNAL, NULL, 0) = 11',
        '9 recvfrom(19<socket:[5]>, "C\\0\\0\\0\\nBEGIN\\0", 16384, 0, NULL, NULL) = 17',
        '8 sendto(20<socket:[6]>, "Q\\0\\0\\0\\nBEGIN\\0", 11, MSG_NOSIGNAL, NULL, 0) = 11',
        '9 sendto(19<socket:[5]>, "P\\0\\0\\0xINSERT INTO application", 90, MSG_NOSIGNAL, NULL, 0) = 90',
        '9 recvfrom(19<socket:[5]>, "1\\0\\0\\0", 16384, 0, NULL, NULL) = 17',
        '9 sendto(19<socket:[5]>, "Q\\0\\0\\0\\vCOMMIT\\0", 12, MSG_NOSIGNAL, NULL, 0) = 12',
        '9 recvfrom(19<socket:[5]>, "C\\0\\0\\0\\vCOMMIT\\0", 16384, 0, NULL, NULL) = 18',
        '7 write(26<socket:[1]>, "HTTP/1.1 202 Accepted", 21) = 21',
    ]
    assert recorded_at(lines, loop=7, server="socket:[5]") == [
        Place("sendto", 1, "first"),
        Place("sendto", 3, "COMMIT"),
        Place("recvfrom", 3, "COMMIT"),
        Place("write", 1, "sent"),
    ]
