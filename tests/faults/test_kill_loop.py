"""Repeated kill -9 under load: nothing lost, done twice or stuck. Departments that ignore keys and a cut log are detected."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.figures import POSTGRES, SQLITE, Amount, Store
from tests.faults.kill_loop import measure
from tests.full import full

_THREE_NODES = pytest.mark.slow("three nodes on PostgreSQL, killed four times and more for the control; SQLite's stays")


@pytest.mark.parametrize(
    ("store", "most"), [(SQLITE, full(8, 5)), pytest.param(POSTGRES, 4, marks=_THREE_NODES)], ids=lambda value: getattr(value, "name", None)
)
def test_nothing_is_lost_doubled_or_stuck(tmp_path: Path, store: Store, most: int) -> None:
    figure = measure(tmp_path, store, Amount(most=most, seconds=12))
    assert figure.what_is_wrong == []
    assert figure.right, figure
    print(f"\n{figure}")  # noqa: T201  # the measured figures, shown with pytest -s
