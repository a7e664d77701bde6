"""Paused past its leases and going on, the gateway takes back nothing and does nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.figures import STORES, Amount, Store
from tests.faults.paused import measure


@pytest.mark.parametrize("store", STORES, ids=lambda store: store.name)
def test_a_paused_process_takes_nothing_back(tmp_path: Path, store: Store) -> None:
    figure = measure(tmp_path, store, Amount(most=4, seconds=15))
    assert figure.what_is_wrong == []
    assert figure.right, figure
    print(f"\n{figure}")  # noqa: T201  # the measured figures, shown with pytest -s
