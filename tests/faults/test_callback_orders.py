"""Callbacks in any order, repeated, forged or stale, move a delivery once and rightly. A forger with the secret is detected."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults.callback_orders import Case, Message, draw, measure
from tests.faults.figures import STORES, Amount, Store


@pytest.mark.parametrize("store", STORES, ids=lambda store: store.name)
def test_no_order_of_callbacks_makes_a_wrong_state(tmp_path: Path, store: Store) -> None:
    figure = measure(tmp_path, store, Amount(most=50, seconds=15))
    assert figure.what_is_wrong == []
    assert figure.right, figure
    print(f"\n{figure}")  # noqa: T201  # the measured figures, shown with pytest -s


def test_what_is_drawn_holds_every_kind_and_every_end() -> None:
    chance = random.Random(1)
    cases = [draw(chance) for _ in range(500)]
    kinds = {message.kind for case in cases for message in case.messages}
    assert kinds == {
        *("decision", "again", "hundred", "contrary", "processing", "forged", "stale", "unsigned", "anothers", "to another"),
    }
    assert {case.stands for case in cases} == {"approved", "rejected", "returned", "deciding"}
    assert {case.early for case in cases} == {True, False}


def test_the_first_decision_decides() -> None:
    messages = (Message("forged", "rejected"), Message("decision", "approved"), Message("contrary", "returned"))
    assert Case(messages=messages, early=False).stands == "approved"
    assert Case(messages=messages[:1], early=False).stands == "deciding"
