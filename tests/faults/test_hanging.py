"""One department hangs, and the others' applications all end meanwhile. Their durations are printed here, not judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.figures import STORES, Amount, Store
from tests.faults.hanging import measure


@pytest.mark.slow("offers a steady load for ten seconds; test_app stays, where a department that is not there touches no other")
@pytest.mark.parametrize("store", STORES, ids=lambda store: store.name)
def test_the_others_end_while_one_hangs(tmp_path: Path, store: Store) -> None:
    figure = measure(tmp_path, store, Amount(most=1, seconds=4))
    assert figure.what_is_wrong == []
    assert figure.trials == 48
    print(f"\n{figure}")  # noqa: T201  # the measured figures, shown with pytest -s
