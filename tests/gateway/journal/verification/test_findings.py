"""A finding is said in words, in both languages, with its place."""

from __future__ import annotations

import string

import pytest

from gateway.journal.verification.findings import Mismatch, Mismatches
from gateway.journal.verification.guard import ChainProblem
from gateway.journal.verification.texts import PROBLEMS


@pytest.mark.parametrize("kind", PROBLEMS)
@pytest.mark.parametrize("at", [None, 1_790_000_000_000_000, -1, 2**62])
def test_every_kind_has_words(kind: str, at: int | None) -> None:
    problem = ChainProblem(kind=kind, chain="node-a", seq=71, event="outcome_recorded", at=at, sound=60, signed=99)
    for words in (problem.zh, problem.en):
        assert not set(words) & set("{}")
        assert "None" not in words
        if kind not in {"heads_missing", "heads_unreadable", "no_identity", "unmarked"}:
            assert "71" in words
    assert set(problem.en) <= set(string.printable)


def test_a_mismatch_names_both_values() -> None:
    mismatch = Mismatch(what="delivery", id="d1", application_id="a1", field="state", table="approved", audit="held")
    for words in (mismatch.zh, mismatch.en):
        for part in ("d1", "a1", "state", "approved", "held"):
            assert part in words


def test_mismatches_are_counted_beyond_what_is_kept() -> None:
    found = Mismatches(most=2)
    for number in range(5):
        found.add(Mismatch(what="entry", id=str(number), application_id="a", field="details", table="unreadable", audit="JSON"))
    assert (found.count, [kept.id for kept in found.kept]) == (5, ["0", "1"])
