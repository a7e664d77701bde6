"""The page shows every figure as it is, wrong ones too, and the conditions under which the command fails."""

from __future__ import annotations

from pathlib import Path

from tests.faults.figures import Figure
from tests.faults.reliability_page import table, write_page


def test_a_figure_is_right_when_nothing_is_wrong_and_its_control_failed() -> None:
    figure = Figure(row="R1", zh="甲", en="a", trials=3)
    assert not figure.right
    figure.control = "2 lost"
    assert figure.right
    figure.amiss("stuck")
    assert not figure.right
    assert not Figure(row="R1", zh="甲", en="a", control="2 lost").right  # nothing was tried


def test_the_page_holds_the_row_and_what_is_wrong(tmp_path: Path) -> None:
    figure = Figure(row="R9", zh="应答丢失", en="replies lost", trials=3000, lost=1, control="7 doubled", notes=["9,000 calls"])
    figure.amiss("an application stands held")
    page = tmp_path / "page.md"
    write_page([figure], minutes=2, seconds=90, page=page)
    text = page.read_text("utf-8")
    assert "| R9 | replies lost · 应答丢失 | SQLite | 3,000 | 1 | 0 | 1 | 7 doubled | 0 |" in text
    assert "make faults BUDGET=2" in text
    assert "an application stands held" in text
    assert "did not fail" in table([Figure(row="R1", zh="甲", en="a")])
