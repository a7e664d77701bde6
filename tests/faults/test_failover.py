"""A failover loses nothing acknowledged. Without a synchronous standby it does, and that is detected."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.failover import measure
from tests.faults.figures import PAIR, Amount


@pytest.mark.slow("a pair of servers under load; tests/test_postgres.py fails over without it")
def test_a_failover_loses_and_doubles_nothing(tmp_path: Path) -> None:
    figure = measure(tmp_path, PAIR, Amount(most=1))
    assert figure.what_is_wrong == []
    assert figure.right, figure
    print(f"\n{figure}")  # noqa: T201  # the measured figures, shown with pytest -s
