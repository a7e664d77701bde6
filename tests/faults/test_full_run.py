"""The full run: a part that breaks off is a wrong figure, and the available time is shared out."""

from __future__ import annotations

from pathlib import Path

from tests.faults.figures import SQLITE, Amount, Figure, Store
from tests.faults.full_run import PARTS, measured, share_of


def test_a_part_that_breaks_off_is_a_wrong_figure() -> None:
    def broken(folder: Path, store: Store, amount: Amount) -> Figure:
        raise RuntimeError(f"no {store.name} in {folder.name}")

    figure = measured("broken", broken, SQLITE, Amount(most=1))
    assert not figure.right
    assert "RuntimeError" in figure.what_is_wrong[0]


def test_the_shares_are_of_one_whole() -> None:
    assert 0.9 < sum(part.share for part in PARTS) <= 1.0001


def test_what_is_left_is_shared_out_anew_for_each_part() -> None:
    assert share_of(1000, PARTS) > share_of(500, PARTS) > 0
    assert share_of(100, PARTS[-1:]) <= 100
    assert share_of(-50, PARTS) > 0  # even when late, a part gets the least


def test_an_amount_ends_by_number_and_by_time() -> None:
    assert [Amount(most=2).left(done) for done in (0, 1, 2)] == [True, True, False]
    used_up = Amount(most=9, seconds=0)
    assert [used_up.left(done) for done in (0, 1)] == [True, False]  # one at least
