"""Writers whose connections the server ends, even during commits, lose and double nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.connections_cut import measure
from tests.faults.figures import POSTGRES, Amount


@pytest.mark.slow("three nodes under load whose connections are cut for four seconds; test_failover stays")
def test_cut_writers_lose_and_double_nothing(tmp_path: Path) -> None:
    figure = measure(tmp_path, POSTGRES, Amount(most=20, seconds=4))
    assert figure.what_is_wrong == []
    assert figure.right, figure
    print(f"\n{figure}")  # noqa: T201  # the measured figures, shown with pytest -s
