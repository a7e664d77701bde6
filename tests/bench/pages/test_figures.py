"""Each figure of the pages is held against its aim, and what was not measured says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bench.aims import verdicts
from bench.pages.boards import Day, Held
from bench.pages.browsing import Felt
from bench.pages.consoles import Cost, Rate
from bench.pages.drawing import Drawn
from bench.pages.figures import Measured, aims

COST = Cost(without=Rate(200.0, 4.0), beside=Rate(190.0, 4.25), seen=(1.0, 1.0))
DAY = Day(pictures=8640, shown=(Held(100, 1_000_000), Held(150, 1_204_800)), drawn=(10_000_000, 10_000_000 + 4 * 1024 * 1024))
GOOD = Measured(
    cases=100_000,
    bytes_sent={"/": 40 * 1024},
    first_byte_ms={"/": 50.0},
    felt={"/": Felt(0, 100)},
    watched="/console",
    consoles=50,
    cost=COST,
    drawn=Drawn(median_ms=20.0, p95_ms=30.0),
    board=DAY,
)


def test_figures_at_their_aim_are_reached() -> None:
    said = verdicts(list(aims(GOOD)))
    assert said.count("| reached |") == 11
    assert "not reached" not in said


@pytest.mark.parametrize(
    "worse",
    [
        {"bytes_sent": {"/": 40 * 1024 + 1}},
        {"first_byte_ms": {"/": 50.1}},
        {"felt": {"/": Felt(0.0001, 0)}},
        {"felt": {"/": Felt(0, 101)}},
        {"drawn": Drawn(median_ms=20.0, p95_ms=30.1)},
        {"board": replace(DAY, shown=(Held(100, 1_000_000), Held(151, 1_000_000)))},
        {"board": replace(DAY, shown=(Held(100, 1_000_000), Held(100, 1_204_801)))},
        {"board": replace(DAY, drawn=(0, 4 * 1024 * 1024 + 1))},
        {"cost": replace(COST, beside=Rate(189.0, 4.25))},
        {"cost": replace(COST, beside=Rate(190.0, 4.27))},
        {"cost": replace(COST, seen=(1.1, 1.1))},
    ],
)
def test_a_figure_beyond_its_aim_is_not(worse: dict[str, Any]) -> None:
    assert [aim.reached for aim in aims(replace(GOOD, **worse))].count(False) == 1


def test_what_was_not_measured_is_neither() -> None:
    found = list(aims(replace(GOOD, felt=None, board=replace(DAY, shown=None), cost=replace(COST, seen=None))))
    assert [aim.came for aim in found if aim.reached is None] == ["not measured: no chromium"] * 2 + ["it does not show there"]
