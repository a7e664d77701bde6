"""The rest of the page says of each figure whether it is what was aimed at, and nothing of what was not measured."""

from __future__ import annotations

from typing import Any

import pytest

from bench.aims import verdicts
from bench.scale import aims, section


def backlog(size: int, **more: Any) -> dict[str, Any]:
    figures = {"size": size, "first_send_seconds": 4.9, "claim_ms": 1.0, "filing_ms": 1.0, "filed_per_second": 1500.0}
    return {
        **figures,
        "filing_p99_ms": 99.0,
        "peak_mb": 300.0,
        "departments_ms": 200.0,
        "pages_ms": {"applications": 10.0, "deliveries": 49.0},
        **more,
    }


GOOD: dict[str, Any] = {
    "soap": [{"gateway": 70.0, "zeep": 100.0, "adapters": 127.0}, {"gateway": 1.0, "zeep": 1.0, "adapters": 1.0}],
    "nodes": [{"one": 100.0, "two": 100.0}],
    "backlog": [backlog(1000), backlog(1_000_000, claim_ms=1.3, filing_ms=1.3)],
    "counted": {
        "rows": {"application": 1.0, "delivery": 5.0},
        "kept_bytes": 13_859.0,
        **dict.fromkeys(("commits_alone", "statements_alone", "statements_together", "written_bytes"), 1.0),
        **dict.fromkeys(("tasks_a_delivery", "objects_a_delivery"), 1.0),
    },
}


def test_figures_at_their_aim_are_reached() -> None:
    said = verdicts(aims(GOOD))
    assert said.count("| reached |") == 10
    assert "not reached" not in said
    assert "| stated | 6 (1 application, 5 delivery); 13.9 kB |  |  |" in said


@pytest.mark.parametrize(
    ("part", "worse", "what"),
    [
        ("soap", [{"gateway": 69.0, "zeep": 100.0, "adapters": 100.0}], "zeep"),
        ("soap", [{"gateway": 54.0, "zeep": 54.0, "adapters": 100.0}], "by plan"),
        ("nodes", [{"one": 100.0, "two": 99.0}], "two nodes"),
        ("backlog", [backlog(1000, filed_per_second=1499.0), backlog(9)], "a second"),
        ("backlog", [backlog(1000, filing_p99_ms=100.0), backlog(9)], "p99"),
        ("backlog", [backlog(1000), backlog(9, peak_mb=301.0)], "memory"),
        ("backlog", [backlog(1000), backlog(9, first_send_seconds=5.0)], "first call"),
        ("backlog", [backlog(1000), backlog(9, pages_ms={"audit": 50.0})], "audit"),
        ("backlog", [backlog(1000), backlog(9, claim_ms=1.31)], "claimed"),
        ("backlog", [backlog(1000), backlog(9, filing_ms=1.31)], "filed"),
    ],
)
def test_a_figure_beyond_its_aim_is_not(part: str, worse: Any, what: str) -> None:
    missed = [aim.what for aim in aims({**GOOD, part: worse}) if aim.reached is False]
    assert len(missed) == 1
    assert what in missed[0]


def test_the_tables_show_what_was_measured_and_no_more() -> None:
    text = section(GOOD)
    assert "| deliveries waiting | 1,000 | 1,000,000 |" in text
    assert "| rows in `delivery` | 5 |" in text
    assert (section({}), aims({})) == ("", [])
