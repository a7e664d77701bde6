"""Verifying costs one hash an entry, one signature a line, and the same few statements however long the audit is."""

from __future__ import annotations

import resource
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from gateway.journal.audit.chains import Left
from gateway.journal.audit.hash_chain import GENESIS, ChainHead, Entry, append
from gateway.journal.audit.trust import Trust
from gateway.journal.store.database import open_reader
from gateway.journal.verification import walk
from gateway.journal.verification.heads_read import Points
from gateway.journal.verification.verify import verify
from gateway.journal.verification.walk import COLUMNS, ChainStanding, Proven, closings
from tests.full import full
from tests.gateway.journal.filled import Filled, fill
from tests.gateway.journal.verification.test_guard import CHAIN_SIGNER, KEY

_OF_A_CASE = 6


def _counted(monkeypatch: pytest.MonkeyPatch, where: Any, name: str, counts: Counter[str]) -> None:
    real: Callable[..., Any] = getattr(where, name)

    def counting(*given: Any) -> Any:
        counts[name] += 1
        return real(*given)

    monkeypatch.setattr(where, name, counting)


def _cost(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> tuple[Counter[str], int]:
    """Count the work of verifying, its statements too, and the lines that the heads have."""
    reader = open_reader(filled.url)
    counts: Counter[str] = Counter()
    event.listen(reader, "before_cursor_execute", lambda *_: counts.update(["statements"]))
    with monkeypatch.context() as patch:
        _counted(patch, walk, "values_hash", counts)
        _counted(patch, Trust, "genuine", counts)
        report = verify(reader, filled.heads, filled.key.public_key())
    assert report.ok
    reader.dispose()
    return counts, report.heads_lines


def test_it_costs_one_hash_an_entry_and_one_signature_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "few").mkdir()
    (tmp_path / "more").mkdir()
    few, lines = _cost(fill(tmp_path / "few", 5), monkeypatch)
    assert (few["values_hash"], few["genuine"]) == (5 * _OF_A_CASE, lines)
    more, lines = _cost(fill(tmp_path / "more", 40), monkeypatch)
    assert (more["values_hash"], more["genuine"], more["statements"]) == (40 * _OF_A_CASE, lines, few["statements"])


@pytest.mark.slow("writes a tenth of a million entries first; forty cases are counted beside it")
@pytest.mark.timeout(900)
def test_many_entries_are_read_as_a_stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = full(1_000_000, 100_000) // _OF_A_CASE + 1
    filled = fill(tmp_path, cases, signed_every=100)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    counts, lines = _cost(filled, monkeypatch)
    assert (counts["values_hash"], counts["genuine"]) == (cases * _OF_A_CASE, lines)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024, "it is read as a stream"


def _rows(count: int) -> tuple[list[tuple[Any, ...]], ChainHead]:
    head = ChainHead(chain="c")
    rows = [append(head, Entry(event="x", actor="test"), number) for number in range(count)]
    return [tuple(row[name] for name in COLUMNS) for row in rows], head


def _proven(**more: Any) -> Proven:
    return Proven(journal="j", trust=Trust(KEY.public_key()), signed=True, **more)


def _left(head: ChainHead, **more: Any) -> Left:
    row = {"id": "c", "batch": 2, "seq": head.seq, "hash": head.hash, "signature": CHAIN_SIGNER.of("c", 2, head.seq, head.hash), **more}
    return Left(**row)


def test_a_chain_ends_where_it_was_left_and_signed() -> None:
    rows, head = _rows(5)
    assert _proven(left={"c": _left(head)}).walk("c", rows).problem is None
    for left, kind in (
        ({}, "unsigned"),
        ({"c": _left(head, signature=None)}, "unsigned"),
        ({"c": _left(head, batch=3)}, "row_forged"),
        ({"c": _left(head, closed_at=1)}, "row_forged"),
        ({"c": _left(head, seq=6)}, "short"),
        ({"c": _left(head, seq=4)}, "not_written"),
    ):
        problem = _proven(left=left).walk("c", rows).problem
        assert problem is not None
        assert problem.kind == kind
    assert Proven(journal="j", trust=Trust(KEY.public_key()), signed=False).walk("c", rows).problem is None


def test_where_a_chain_was_closed_is_held_against_it() -> None:
    rows, head = _rows(5)
    points: dict[str, Points] = {}
    said = f'{{"chain":"c","hash":"{rows[2][9]}","seq":3}}'
    closings(
        [("chain_closed", said), ("another", said), ("chain_closed", "{"), ("chain_closed", '{"chain":"c","hash":"x","seq":1}')],
        points,
        but=(),
    )
    assert list(points["c"]) == [(3, rows[2][9])]
    assert _proven(left={"c": _left(head)}, points=points).walk("c", rows).problem is None
    problem = _proven(left={"c": _left(head)}, points=points).walk("c", rows[:2]).problem
    assert problem is not None
    assert (problem.kind, problem.seq, problem.signed) == ("cut", 3, 3)
    again: dict[str, Points] = {}
    closings([("chain_closed", said)], again, but={"c"})
    assert again == {}


@pytest.mark.parametrize("later", ["sound", "changed"])
def test_what_was_accepted_is_held_against_its_digest_and_what_follows_against_its_hash(later: str) -> None:
    rows, head = _rows(5)
    rows[1] = (*rows[1][:4], "somebody", *rows[1][5:])
    found = ChainStanding()
    for row in rows[:3]:
        found.add(row, 3)
    accepted = {"c": (3, found.digest)}
    if later == "changed":
        rows[4] = (*rows[4][:4], "somebody", *rows[4][5:])
    report = _proven(left={"c": _left(head)}, accepted=accepted).walk("c", rows)
    assert (report.problem.kind if report.problem else None) == (None if later == "sound" else "changed")
    assert report.entries == 5
    rows[0] = (*rows[0][:4], "a third", *rows[0][5:])
    problem = _proven(left={"c": _left(head)}, accepted=accepted).walk("c", rows).problem
    assert problem is not None
    assert (problem.kind, problem.seq) == ("accepted_changed", 3)
    assert found.hash != GENESIS
