"""No regress: what an application costs, counted. A change that doubles one of these fails; one that halves it lowers its limit here."""

from __future__ import annotations

import pytest

from bench.counted import Counted, count
from gateway.assembly.process import run

#: At most, and more than half of it.
_LIMITS = {
    "commits_alone": 3.5,  # the filing, and what its five outcomes gather into
    "statements_alone": 25,
    "written_bytes": 300_000,  # whole pages of 4 KB, once for each commit that touches them
    "kept_bytes": 22_000,
    "tasks_a_delivery": 1.5,
    "objects_a_delivery": 60,
}
_ROWS = {
    "application": 1,
    "delivery": 5,
    "attempt": 5,
    "payload": 6,
    "idempotency": 1,
    "party": 1,
    "audit": 6,
}  # of parties one row a person, by which they are found and written to


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Counted:
    return run(count(tmp_path_factory.mktemp("counted")))


@pytest.mark.parametrize("figure", _LIMITS)
def test_the_work_of_an_application_is_within_its_limit_and_the_limit_is_near(counted: Counted, figure: str) -> None:
    assert _LIMITS[figure] / 2 < getattr(counted, figure) <= _LIMITS[figure]


def test_every_row_is_one_that_is_meant(counted: Counted) -> None:
    assert {name: int(rows) for name, rows in counted.rows.items()} == _ROWS  # and a few entries of the audit for the installation


def test_side_by_side_applications_share_their_commits(counted: Counted) -> None:
    assert counted.statements_together < counted.statements_alone / 2


def test_nothing_is_left_of_a_delivery_but_what_is_remembered(counted: Counted) -> None:
    assert counted.objects_left < 20
