"""Working days: the notice of 2026, due times, and years that are not known."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from gateway.model.identifiers import CHINA
from gateway.model.yaml_lines import ConfigError
from gateway.routing.working_days import Calendar, CalendarMissing, load_calendar

CONFIG = Path(__file__).parents[3] / "config" / "calendar"


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return load_calendar(CONFIG)


@pytest.mark.parametrize(
    "day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10", "2026-11-23", "2026-01-05"]
)
def test_working_days(calendar: Calendar, day: str) -> None:
    assert calendar.is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize(
    "day",
    [
        "2026-01-01",
        "2026-01-02",
        "2026-02-16",
        "2026-02-23",
        "2026-04-06",
        "2026-05-05",
        "2026-06-19",
        "2026-09-25",
        "2026-10-07",
        "2026-11-21",
    ],
)
def test_days_off(calendar: Calendar, day: str) -> None:
    assert not calendar.is_working_day(date.fromisoformat(day))


def test_2026_has_248_working_days(calendar: Calendar) -> None:
    days = (date.fromordinal(ordinal) for ordinal in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal()))
    assert sum(calendar.is_working_day(day) for day in days) == 248


@pytest.mark.parametrize(
    ("received", "working_days", "due"),
    [
        ("2026-11-23T10:00", 0, "2026-11-23"),
        ("2026-11-23T23:59", 1, "2026-11-24"),
        ("2026-11-27T10:00", 1, "2026-11-30"),  # over a weekend
        ("2026-11-28T10:00", 0, "2026-11-30"),  # filed on a Saturday, due the same day: the next that is worked
        ("2026-11-28T10:00", 1, "2026-11-30"),
        ("2026-09-24T10:00", 5, "2026-10-09"),  # over two holidays
        ("2026-10-09T10:00", 1, "2026-10-10"),  # a Saturday that is worked
        ("2026-02-13T10:00", 2, "2026-02-24"),
    ],
)
def test_due(calendar: Calendar, received: str, working_days: int, due: str) -> None:
    end = calendar.due(datetime.fromisoformat(received).replace(tzinfo=CHINA), working_days)
    assert end.isoformat() == f"{due}T23:59:59.999999+08:00"


def test_the_day_is_that_of_china(calendar: Calendar) -> None:
    assert calendar.due(datetime(2026, 11, 22, 16, 0, tzinfo=UTC), 0).date() == date(2026, 11, 23)


def test_a_year_without_a_file_is_never_guessed(calendar: Calendar) -> None:
    with pytest.raises(CalendarMissing) as caught:
        calendar.due(datetime(2026, 12, 30, 10, tzinfo=CHINA), 5)
    assert caught.value.year == 2027
    with pytest.raises(CalendarMissing):
        calendar.is_working_day(date(2025, 12, 31))
    assert calendar.years == (2026,)


def test_every_mistake_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "2027.yaml").write_text(
        "year: 2026\nsource: x\nholidays:\n"
        "  - {name: {zh: 元旦, en: a}, first: 2026-01-01, last: 2026-01-03}\n"
        "  - {name: {zh: 元旦, en: a}, first: 2025-12-31, last: 2026-01-01}\n"
        "working_days:\n  - 2026-01-03\n  - 2026-01-05\n",
        encoding="utf-8",
    )
    (tmp_path / "2028.yaml").write_text(
        "year: 2028\nsource: x\nholidays:\n  - {name: {zh: a, en: a}, first: 2028-01-03, last: 2028-01-01}\n", encoding="utf-8"
    )
    (tmp_path / "2029.yaml").write_text("year: [", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_calendar(tmp_path)
    found = [(Path(problem.file).name, problem.line, problem.path) for problem in caught.value.problems]
    assert found == [
        ("2027.yaml", 1, "year"),
        ("2027.yaml", 5, "holidays.1"),
        ("2027.yaml", 7, "working_days.0"),
        ("2027.yaml", 8, "working_days.1"),
        ("2028.yaml", 4, "holidays.0"),
        ("2028.yaml", 1, "working_days"),
        ("2029.yaml", 1, ""),
    ]


def test_no_file_is_a_calendar_that_knows_no_year(tmp_path: Path) -> None:
    with pytest.raises(CalendarMissing):
        load_calendar(tmp_path).is_working_day(date(2026, 1, 1))


def test_other_years_take_the_place_of_those_before(tmp_path: Path) -> None:
    calendar = load_calendar(CONFIG)
    (tmp_path / "2027.yaml").write_text("year: 2027\nsource: a notice\nholidays: []\nworking_days: []\n")
    other = load_calendar(tmp_path)
    assert (calendar.differing(other), calendar.differing(load_calendar(CONFIG))) == ([2026, 2027], [])
    calendar.replace(other)
    assert (calendar.years, calendar.is_working_day(date(2027, 1, 4))) == ((2027,), True)
    with pytest.raises(CalendarMissing):
        calendar.is_working_day(date(2026, 1, 5))
