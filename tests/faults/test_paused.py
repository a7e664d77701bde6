"""Paused past its leases and going on, the gateway takes back nothing and does nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.figures import POSTGRES, SQLITE, Amount, Store
from tests.faults.paused import measure


@pytest.mark.slow("gateways that are paused until their leases are over; dispatch/test_claiming and test_dispatcher stay")
@pytest.mark.parametrize(("store", "most"), [(SQLITE, 2), (POSTGRES, 1)], ids=lambda value: getattr(value, "name", None))
def test_a_paused_process_takes_nothing_back(tmp_path: Path, store: Store, most: int) -> None:
    figure = measure(tmp_path, store, Amount(most=most, seconds=15))
    assert figure.what_is_wrong == []
    assert figure.right, figure
    print(f"\n{figure}")  # noqa: T201  # the measured figures, shown with pytest -s
