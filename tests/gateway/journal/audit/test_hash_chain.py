"""Each entry's hash covers all of it and the one before."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.journal.audit.hash_chain import GENESIS, ChainHead, Entry, append, canonical_details, entry_hash


def chain() -> list[dict[str, Any]]:
    head = ChainHead(chain="c")
    entries = [Entry(event=f"e{n}", actor="a", application_id="x", event_no=n, delivery_id="d", details={"n": n}) for n in range(1, 4)]
    return [append(head, entry, at) for at, entry in enumerate(entries)]


def test_entries_are_chained() -> None:
    rows = chain()
    assert [row["seq"] for row in rows] == [1, 2, 3]
    previous = GENESIS
    for row in rows:
        assert row["hash"] == entry_hash(previous, row)
        previous = row["hash"]
    assert chain() == rows


@pytest.mark.parametrize("column", ["chain", "seq", "at", "event", "actor", "application_id", "event_no", "delivery_id", "details"])
def test_every_column_is_covered(column: str) -> None:
    [first, *_] = chain()
    for other in (None, "other", 99):
        assert entry_hash(GENESIS, {**first, column: other}) != first["hash"]


def test_the_hash_depends_on_the_one_before_and_details_have_one_form() -> None:
    [first, *_] = chain()
    assert entry_hash("1" * 64, first) != first["hash"]
    assert canonical_details({"b": 1, "a": "ä"}) == '{"a":"ä","b":1}'
