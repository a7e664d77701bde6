"""Replies lost between department and gateway: one effect a key, and nothing forbidden is sent again. Its control fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.figures import STORES, Amount, Store
from tests.faults.lost_replies import measure


@pytest.mark.slow("whole installations for thirty trials and more; test_department_faults drops a reply of each department")
@pytest.mark.parametrize("store", STORES, ids=lambda store: store.name)
def test_one_effect_a_key(tmp_path: Path, store: Store) -> None:
    figure = measure(tmp_path, store, Amount(most=60, seconds=15))
    assert figure.what_is_wrong == []
    assert figure.right, figure
    assert figure.trials >= 30
    print(f"\n{figure}")  # noqa: T201  # the measured figures, shown with pytest -s
