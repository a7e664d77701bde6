"""Working days: the notice of 2026, due times, and years that are not known."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from gateway.catalogue.working_days import Calendar, CalendarMissing, load_calendar
from gateway.model.identifiers import CHINA
from gateway.texts.yaml_lines import ConfigError

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
        ("2026-11-28T10:00", 0, "2026-11-30"),  # filed on a Saturday, due the same day, hence on the next that is worked
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


NEW_YEAR = """year: {year}
source: 国务院办公厅关于{year}年部分节假日安排的通知
holidays:
  - {{name: {{zh: 元旦, en: New Year}}, first: {first}, last: {last}}}
working_days: [{worked}]
"""


def write_year(folder: Path, year: int, first: str, last: str, worked: str = "") -> None:
    (folder / f"{year}.yaml").write_text(NEW_YEAR.format(year=year, first=first, last=last, worked=worked), encoding="utf-8")


def test_a_notice_reaches_into_the_december_before(tmp_path: Path) -> None:
    """Read the notice of 2019: New Year's was from 30 December to 1 January, and Saturday the 29th was worked."""
    write_year(tmp_path, 2019, "2018-12-30", "2019-01-01", "2018-12-29")
    calendar = load_calendar(tmp_path)
    assert calendar.years == (2019,)
    with pytest.raises(CalendarMissing):  # one notice that speaks of some of its days does not make a year known
        calendar.is_working_day(date(2018, 12, 31))
    write_year(tmp_path, 2018, "2018-01-01", "2018-01-01")
    calendar = load_calendar(tmp_path)
    worked = [day for day in range(27, 32) if calendar.is_working_day(date(2018, 12, day))]
    assert worked == [27, 28, 29]
    assert calendar.due(datetime(2018, 12, 28, 10, tzinfo=CHINA), 2).date() == date(2019, 1, 2)


def test_days_off_may_be_weekend_days(tmp_path: Path) -> None:
    write_year(tmp_path, 2023, "2022-12-31", "2023-01-02")  # a Saturday, a Sunday, a Monday
    assert not any(load_calendar(tmp_path).is_working_day(date(2023, 1, day)) for day in (1, 2))


@pytest.mark.parametrize(
    ("first", "last", "worked", "problems"),
    [
        (
            "2023-12-30",
            "2024-01-01",
            "",
            {"holidays.0": "2024-01-01 lies outside 2023 and the December before it: it belongs in 2024.yaml"},
        ),
        (
            "2022-05-01",
            "2023-01-02",
            "",
            {"holidays.0": "2022-05-01 lies outside 2023 and the December before it: it belongs in 2022.yaml"},
        ),
        ("2023-01-01", "9999-01-02", "", {"holidays.0": "9999-01-02 lies outside"}),
        ("2023-01-01", "2023-01-02", "2021-12-05", {"working_days.0": "it belongs in 2021.yaml"}),
        ("2023-01-01", "2023-01-02", "2023-01-28, 2023-01-28", {"working_days.1": "2023-01-28 is a working day"}),
        ("2022-12-31", "2023-01-02", "2022-12-31", {"working_days.0": "2022-12-31 is a holiday"}),
        ("2022-12-31", "2023-01-02", "2023-01-03, 2024-01-06", {"working_days.0": "is no weekend day", "working_days.1": "2024.yaml"}),
    ],
)
def test_what_a_notice_cannot_say_is_named_with_the_file_it_belongs_in(
    tmp_path: Path, first: str, last: str, worked: str, problems: dict[str, str]
) -> None:
    write_year(tmp_path, 2023, first, last, worked)
    with pytest.raises(ConfigError) as caught:
        load_calendar(tmp_path)
    assert [problem.path for problem in caught.value.problems] == list(problems)
    assert all(said in problem.detail for problem, said in zip(caught.value.problems, problems.values(), strict=True))


def test_two_files_that_speak_of_one_day_are_both_named(tmp_path: Path) -> None:
    write_year(tmp_path, 2022, "2022-01-01", "2022-01-03", "2022-12-31")
    write_year(tmp_path, 2023, "2022-12-31", "2023-01-02")
    with pytest.raises(ConfigError) as caught:
        load_calendar(tmp_path)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == (str(tmp_path / "2023.yaml"), 4)
    assert problem.detail == f"2022-12-31 is a working day ({tmp_path / '2022.yaml'}:5) already: keep one of the two"


def test_a_file_of_another_name_says_what_it_is_called(tmp_path: Path) -> None:
    write_year(tmp_path, 2023, "2023-01-01", "2023-01-02")
    (tmp_path / "2023.yaml").rename(tmp_path / "holidays.yaml")
    with pytest.raises(ConfigError, match=r"holidays.yaml:1: year: the file of 2023 is called 2023.yaml, not holidays.yaml"):
        load_calendar(tmp_path)


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
