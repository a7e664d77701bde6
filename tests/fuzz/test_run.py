"""Some generated requests, and the control, in which faults are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.full import full
from tests.fuzz.__main__ import told
from tests.fuzz.run import run

pytestmark = [
    pytest.mark.slow("hundreds of generated requests to a gateway of its own; test_declared puts odd ones to every call"),
    pytest.mark.timeout(600),
]


def test_generated_requests_find_nothing(tmp_path: Path) -> None:
    report = run(tmp_path, count=full(600, 200), seed=7)

    assert report.requests >= full(500, 150)
    assert {"200", "202", "400", "403", "404", "409", "422"} <= set(report.statuses)  # requests got past authentication
    assert report.findings == [], told(report, 7)


def test_an_undocumented_status_and_a_slow_callback_are_found(tmp_path: Path) -> None:
    report = run(tmp_path, count=600, seed=7, module="tests.fuzz.broken")

    found = {(finding["what"], finding.get("operation")) for finding in report.findings}
    assert ("UndefinedStatusCode", "getService") in found
    assert ("slow callback", None) in found
    assert "_busy" in str(report.findings)  # with the place that took the time
