"""The peers' section says how many times theirs our figures are, what was aimed at, and who was skipped and why."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import orjson
import pytest

from bench.contest import Round
from bench.peers.section import US, Told, figures_of, record, section, table_of, wanted


def figures(*, cpu_ms: float = 1.0, **peers: float) -> dict[str, dict[str, Any]]:
    """Of the gateway at 800 and 400 a second, and of peers that are so many times slower; an underscore parts engine and set-up."""

    def one(per_second: float, cpu_ms: float) -> Round:
        return Round(per_second=per_second, cpu_ms=cpu_ms, peak_bytes=90_000_000, alone=(), unhurried=(0.02,) * 20)

    rounds = {US: [one(800, cpu_ms), one(400, cpu_ms)]}
    rounds |= {name: [one(800 / times, 3.0), one(400 / times, 3.0)] for name, times in peers.items()}
    return figures_of(rounds, {name: Told(engine=name.split("_")[0], how="so", applications=100) for name in rounds})


def test_a_ratio_is_of_one_round() -> None:
    of = figures(DBOS=8)["DBOS"]
    assert of["ours_over_range"] == pytest.approx([8, 8]), "the machine was half as fast in the second round"
    assert of["per_second_range"] == pytest.approx([50, 100])


@pytest.mark.parametrize(
    ("peers", "reached", "missed"),
    [
        ({"DBOS": 8.1, "Procrastinate": 3.1, "PgQueuer": 1.9, "Restate": 1.5}, 5, 0),
        ({"DBOS": 7.9, "Procrastinate": 2.9, "PgQueuer": 1.7, "Restate": 1.3}, 1, 4),
        ({"DBOS": 8.1}, 2, 0),
        ({}, 0, 0),
    ],
)
def test_what_is_reached_is_said_and_nothing_of_who_was_not_measured(peers: dict[str, float], reached: int, missed: int) -> None:
    said = wanted(figures(**peers), {})
    assert (said.count("| reached |"), said.count("| not reached |")) == (reached, missed)
    assert said.count("not measured") == 5 - reached - missed


def test_an_engine_counts_by_the_best_of_its_set_ups() -> None:
    assert "| 2.00 × |" in wanted(figures(PgQueuer_whole=2, PgQueuer_split=4), {})


def test_cpu_is_compared_with_the_least_of_any_peer() -> None:
    assert "| 0.60 | not reached |" in wanted(figures(cpu_ms=1.8, DBOS=9), {})
    assert "(some were skipped)" in wanted(figures(DBOS=9), {"Restate": "no npm"})


def test_who_was_skipped_says_why() -> None:
    lines = table_of(figures(DBOS=8), {"Restate": "its server comes in an npm package, and there is no npm"})
    assert lines[-1].startswith("| Restate | skipped · 未测 | its server comes in an npm package, and there is no npm |")
    assert {line.count("|") for line in lines} == {8}


def test_figures_and_chart_are_written_and_the_section_shows_them(tmp_path: Path) -> None:
    recorded = record(figures(DBOS=8), {"Restate": "no npm"}, tmp_path)
    again = orjson.loads((tmp_path / "performance-peers.json").read_bytes())
    assert section(again) == section(recorded)
    assert "- DBOS: so" in section(again)
    ET.parse(tmp_path / "performance-peers.svg")  # noqa: S314  # our own
