"""Rows as a spreadsheet reads them."""

from __future__ import annotations

import csv
import io

import pytest

from gateway.texts.csv_lines import lines


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "＝1"])
def test_no_cell_is_taken_for_a_formula(text: str) -> None:
    [row] = csv.reader(io.StringIO(lines([[text, 'a"b', "a,b", "a\r\nb", None, 3, False]]).decode(), newline=""))
    assert row == [f"'{text}", 'a"b', "a,b", "a\r\nb", "", "3", "false"]
