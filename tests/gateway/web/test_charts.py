"""Charts: what is drawn is in proportion, stays within its picture, and nothing that is there vanishes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.texts.sentences import name
from gateway.web.charts import Rect, Value, bars, stacked

SAID = name("so many")
NUMBERS = st.lists(st.integers(0, 10**9), max_size=60)


def _values(numbers: list[int]) -> list[Value]:
    return [Value(name=name(str(number)), number=number) for number in numbers]


def _of(percent: str) -> float:
    return float(percent.removesuffix("%"))


def _inside(one: Rect) -> bool:
    return _of(one.x) + _of(one.width) <= 100.02 and _of(one.y) + _of(one.height) <= 100.02 and min(map(_of, (one.x, one.y))) >= 0


@given(NUMBERS)
def test_a_stacked_bar_is_filled_by_what_is_there(numbers: list[int]) -> None:
    chart = stacked(SAID, _values(numbers))
    there = [number for number in numbers if number]
    assert len(chart.rects) == len(there)
    assert all(map(_inside, chart.rects))
    assert not there or abs(sum(_of(one.width) for one in chart.rects) - 100) < 0.01 * len(there)
    widths = dict(zip(there, (_of(one.width) for one in chart.rects), strict=True))
    assert [widths[number] for number in sorted(widths)] == sorted(widths.values())
    assert all(width > 0 for width in widths.values())
    assert [one.number for one in chart.values] == numbers  # the table has those that are nothing too


@given(NUMBERS)
def test_bars_stand_on_the_ground_in_proportion_to_the_greatest(numbers: list[int]) -> None:
    chart = bars(SAID, _values(numbers))
    assert len(chart.rects) == len(numbers)
    assert all(map(_inside, chart.rects))
    assert all(abs(_of(one.y) + _of(one.height) - 100) < 0.02 for one in chart.rects)
    for number, one in zip(numbers, chart.rects, strict=True):
        assert abs(_of(one.height) - number * 100 / max([*numbers, 1])) <= 1.01
        assert (_of(one.height) > 0) == (number > 0)
    assert [one.faint for one in chart.rects] == [True] * (len(numbers) - 1) + [False] * bool(numbers)


def test_parts_are_as_wide_as_they_count() -> None:
    assert [one.width for one in stacked(SAID, _values([1, 3])).rects] == ["25.00%", "75.00%"]
    assert [(one.x, one.height) for one in bars(SAID, _values([1, 4])).rects] == [("0.00%", "25.00%"), ("50.00%", "100.00%")]
