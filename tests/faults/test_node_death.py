"""One of three nodes dies: its deliveries end at the others, and not before its leases have."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.figures import POSTGRES, Amount
from tests.faults.node_death import measure


@pytest.mark.slow("three nodes under load, one of which dies, and its leases are waited for; test_failover stays")
def test_what_a_dead_node_had_under_way_ends_elsewhere(tmp_path: Path) -> None:
    figure = measure(tmp_path, POSTGRES, Amount(most=1))
    assert figure.what_is_wrong == []
    assert figure.right, figure
    print(f"\n{figure}")  # noqa: T201  # the measured figures, shown with pytest -s
