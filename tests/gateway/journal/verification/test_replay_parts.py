"""A large journal is replayed in several processes, which together find what one finds."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.journal.store.database import open_reader
from gateway.journal.verification import replay_parts
from gateway.journal.verification.findings import VerifyReport
from gateway.journal.verification.replay import CaseRange
from gateway.journal.verification.replay_parts import parts
from tests.gateway.journal.filled import Filled, fill


@pytest.fixture
def filled(tmp_path: Path, store_url: str, monkeypatch: pytest.MonkeyPatch) -> Filled:
    monkeypatch.setattr(replay_parts, "_MANY", 30)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2})
    return fill(tmp_path, 5, url=store_url)


def _ranges(filled: Filled) -> tuple[list[CaseRange], list[str]]:
    reader = open_reader(filled.url)
    with reader.connect() as connection:
        found = parts(connection), [str(row[0]) for row in connection.execute(text("SELECT id FROM application ORDER BY id"))]
    reader.dispose()
    return found


def _of(report: VerifyReport) -> tuple[object, ...]:
    return report.problems, report.mismatches, report.mismatch_count


def test_every_case_is_in_one_range(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    ranges, cases = _ranges(filled)
    assert len(ranges) == 3
    assert all(sum(one.has(case) for one in ranges) == 1 for case in [*cases, "", "zz", b"bytes", None])
    assert all(any(one.has(case) for case in cases) for one in ranges)
    monkeypatch.setattr(replay_parts, "_MANY", 31)
    assert _ranges(filled)[0] == []


def test_they_find_what_one_process_finds(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    filled.run("UPDATE application SET state = 'rejected'")
    filled.run("UPDATE number_block SET next = 1")
    filled.run("DELETE FROM payload WHERE part = 'form'")
    with monkeypatch.context() as patch:
        patch.setattr("gateway.journal.verification.verify.replay", None)  # not in this process
        several = filled.verify()
    monkeypatch.setattr(replay_parts, "_MANY", 31)
    alone = filled.verify()
    assert several.mismatch_count == alone.mismatch_count == 10
    assert _of(several) == _of(alone)
