"""The page of the bench says what the rounds came to, and whether it is what is aimed at."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import orjson
import pytest

from bench.aims import verdicts
from bench.contest import Round
from bench.page import chart, figures_of, record, section, table_of, wanted


def rounds(*, sqlite: float, cpu_ms: float = 2.0, p50: float = 0.02) -> dict[str, list[Round]]:
    def one(per_second: float, cpu_ms: float, seconds: float) -> Round:
        return Round(per_second=per_second, cpu_ms=cpu_ms, peak_bytes=90_000_000, alone=(seconds,) * 20, unhurried=(seconds,) * 20)

    return {
        "bare": [one(1000, 1.0, 0.01), one(800, 1.0, 0.01), one(900, 1.0, 0.01)],
        "gateway on SQLite": [one(sqlite, cpu_ms, p50), one(sqlite * 0.8, cpu_ms, p50), one(sqlite * 0.9, cpu_ms, p50)],
        "gateway on PostgreSQL": [one(sqlite / 2, cpu_ms, p50)] * 3,
    }


def test_ratios_are_of_one_round_and_medians_of_all() -> None:
    figures = figures_of(rounds(sqlite=500))
    assert figures["gateway on SQLite"]["of_bare"] == pytest.approx(0.5)
    assert figures["gateway on SQLite"]["per_second"] == pytest.approx(450)
    assert figures["gateway on PostgreSQL"]["of_bare_range"] == pytest.approx([0.25, 0.3125])
    assert figures["bare"]["of_bare"] == 1


def test_a_row_a_figure_and_a_column_a_contestant() -> None:
    lines = table_of(figures_of(rounds(sqlite=500)))
    assert {line.count("|") for line in lines} == {5}
    assert any("450 (400 to 500)" in line for line in lines)


@pytest.mark.parametrize(
    ("sqlite", "cpu_ms", "p50", "reached"), [(500, 1.4, 0.014, 3), (300, 1.4, 0.014, 2), (500, 1.6, 0.014, 2), (500, 1.4, 0.016, 2)]
)
def test_what_is_reached_and_what_is_not_is_said(sqlite: float, cpu_ms: float, p50: float, reached: int) -> None:
    said = verdicts(wanted(figures_of(rounds(sqlite=sqlite, cpu_ms=cpu_ms, p50=p50))))
    assert said.count("| reached |") == reached
    assert said.count("| not reached |") == 4 - reached  # on PostgreSQL it is half of what it is on SQLite


def test_figures_and_chart_are_written_and_the_section_shows_them(tmp_path: Path) -> None:
    recorded = record(rounds(sqlite=500), {}, tmp_path)
    assert all(line in section(recorded) for line in table_of(recorded["figures"]))
    assert orjson.loads((tmp_path / "performance.json").read_bytes())["figures"]["bare"]["cpu_ms"] == 1
    ET.parse(tmp_path / "performance.svg")  # noqa: S314  # our own


def test_the_longest_bar_is_the_largest_figure() -> None:
    root = ET.fromstring(chart(figures_of(rounds(sqlite=500))))  # noqa: S314  # our own
    widths = [float(bar.attrib["width"]) for bar in root.iter("{http://www.w3.org/2000/svg}rect")]
    assert widths[:3] == [330, 165, 92]
