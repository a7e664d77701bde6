"""Failing writes bring a 503 with a time to come back and no false receipt, then the gateway goes on. Its control fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.disk_errors import measure
from tests.faults.figures import STORES, Amount, Store
from tests.faults.tracing import needs

pytestmark = pytest.mark.slow("writes that fail under a trace; test_disk_full.py stays")


@pytest.mark.parametrize("store", STORES, ids=lambda store: store.name)
def test_an_error_at_a_write_is_told_and_nothing_is_acknowledged_falsely(tmp_path: Path, store: Store) -> None:
    needs("strace")
    figure = measure(tmp_path, store, Amount(most=5, seconds=12))
    assert figure.what_is_wrong == []
    assert figure.right, figure
    print(f"\n{figure}")  # noqa: T201  # the measured figures, shown with pytest -s
