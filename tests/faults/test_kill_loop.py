"""kill -9 again and again under load: nothing lost, done twice or stuck; departments that ignore keys and a cut log are found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.figures import STORES, Amount, Store
from tests.faults.kill_loop import measure


@pytest.mark.parametrize("store", STORES, ids=lambda store: store.name)
def test_nothing_is_lost_doubled_or_stuck(tmp_path: Path, store: Store) -> None:
    figure = measure(tmp_path, store, Amount(most=12, seconds=20))
    assert figure.what_is_wrong == []
    assert figure.right, figure
    print(f"\n{figure}")  # noqa: T201  # the measured figures, shown with pytest -s
