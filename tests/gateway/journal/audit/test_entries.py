"""Entries are read back in any order, without those that cannot be read."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.journal.audit.entries import RowLedger, details_of


def _change(before: str | None, after: str) -> dict[str, dict[str, str]]:
    return {"rows": {"job 1": after}, **({"rows_found": {"job 1": before}} if before else {})}


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4, unique=True))
def test_a_row_stands_where_its_last_change_left_it_in_whatever_order_they_are_read(digests: list[str]) -> None:
    changes = [_change(before, after) for before, after in zip([None, *digests], digests, strict=False)]
    for order in permutations(changes):
        ledger = RowLedger()
        for change in order:
            ledger.say(change)
        assert list(ledger.standing()) == [("job 1", digests[-1], None)]


def test_what_a_change_found_and_no_entry_left_is_told() -> None:
    ledger = RowLedger()
    for change in (_change(None, "a"), _change("x", "b")):
        ledger.say(change)
    assert [(name, unknown) for name, _, unknown in ledger.standing()] == [("job 1", "x")]


@pytest.mark.parametrize(
    "said", [[], [_change(None, "a")], [_change(None, "a"), _change("x", "b")], [_change(None, "a"), _change("a", "c")]]
)
def test_amends_make_a_row_stand_where_it_does(said: list[dict[str, dict[str, str]]]) -> None:
    ledger = RowLedger()
    for change in said:
        ledger.say(change)
    for name, digest, count in list(ledger.amends("job 1", "a")):
        ledger.say({"rows" if count > 0 else "rows_found": {name: digest}})
    assert list(ledger.standing()) == [("job 1", "a", None)]


@pytest.mark.parametrize("text", ["no JSON", "[]", '{"rows": []}', '{"rows_found": 1}', '{"moves": {"x": [1]}}', b"\xff", None, 5])
def test_details_of_another_shape_are_none(text: object) -> None:
    assert details_of(text) is None
