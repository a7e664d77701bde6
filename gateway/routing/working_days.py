"""Working days by the State Council's yearly notice, and when something promised in working days is due.

A year without its file is never guessed: whoever asks gets :class:`CalendarMissing`, an alarm.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, ValidationError

from gateway.model.errors import GatewayError
from gateway.model.identifiers import CHINA, china_day
from gateway.model.service import Strict, Text
from gateway.model.yaml_lines import ConfigError, ConfigProblem, Lines, load_yaml, problems_of

_SATURDAY = 5


class CalendarMissing(GatewayError):
    """There is no official calendar for a year that is needed: put ``config/calendar/<year>.yaml`` there."""

    def __init__(self, year: int) -> None:
        super().__init__(f"there is no calendar for {year}: add config/calendar/{year}.yaml from the State Council's notice")
        self.year = year


def _in_order(period: Period) -> Period:
    if period.last < period.first:
        raise ValueError("ends before it begins")
    return period


class Period(Strict):
    """Days off, both ends included."""

    name: Text
    first: date
    last: date


class Year(Strict):
    """One year's notice."""

    year: int
    source: str  # the notice: its number and date
    holidays: list[Annotated[Period, AfterValidator(_in_order)]]
    working_days: list[date]  # weekend days that are worked (调休)


class Calendar:
    """The days of the years that are known."""

    def __init__(self, years: Mapping[int, Year]) -> None:
        self._off = {year: _days_off(notice) for year, notice in years.items()}
        self._worked = {year: frozenset(notice.working_days) for year, notice in years.items()}

    @property
    def years(self) -> tuple[int, ...]:
        """The years that are known, in order."""
        return tuple(sorted(self._off))

    def replace(self, other: Calendar) -> None:
        """Know the years of ``other`` from now on, and no others."""
        self._off, self._worked = other._off, other._worked

    def differing(self, other: Calendar) -> list[int]:
        """The years whose days are not the same in both."""
        years = {*self._off, *other._off}
        return sorted(year for year in years if self._days(year) != other._days(year))

    def _days(self, year: int) -> object:
        return self._off.get(year), self._worked.get(year)

    def is_working_day(self, day: date) -> bool:
        """Whether authorities work on that day; raises CalendarMissing."""
        if day.year not in self._off:
            raise CalendarMissing(day.year)
        if day in self._worked[day.year]:
            return True
        return day not in self._off[day.year] and day.weekday() < _SATURDAY

    def due(self, received: datetime, working_days: int) -> datetime:
        """Give the end of the working day that is the last one promised, in China's time; raises CalendarMissing.

        The day of receipt does not count; 0 is that day itself, or the next working day when it is none.
        """
        day = china_day(received)
        while not self.is_working_day(day) and working_days == 0:
            day += timedelta(days=1)
        left = working_days
        while left > 0:
            day += timedelta(days=1)
            left -= self.is_working_day(day)
        return datetime.combine(day, time.max, CHINA)


def load_calendar(folder: Path) -> Calendar:
    """Read every ``<year>.yaml``; raises ConfigError with every problem in every file. No file at all is a calendar that knows no year."""
    years: dict[int, Year] = {}
    problems: list[ConfigProblem] = []
    for file in sorted(folder.glob("*.yaml")):
        try:
            raw, lines = load_yaml(file)
            year = Year.model_validate(raw)
        except ConfigError as error:
            problems.extend(error.problems)
            continue
        except ValidationError as error:
            problems.extend(problems_of(error, lines))
            continue
        problems.extend(_problems(year, file, lines))
        years[year.year] = year
    if problems:
        raise ConfigError(problems)
    return Calendar(years)


def _problems(year: Year, file: Path, lines: Lines) -> list[ConfigProblem]:
    found = []
    if file.stem != str(year.year):
        found.append(lines.problem(("year",), f"must be {file.stem}, as the file is called"))
    for index, period in enumerate(year.holidays):
        if {period.first.year, period.last.year} != {year.year}:
            found.append(lines.problem(("holidays", index), f"lies outside {year.year}"))
    off = _days_off(year)
    for index, day in enumerate(year.working_days):
        if day.year != year.year or day.weekday() < _SATURDAY:
            found.append(lines.problem(("working_days", index), f"is no weekend day of {year.year}"))
        elif day in off:
            found.append(lines.problem(("working_days", index), "is also a holiday"))
    return found


def _days_off(year: Year) -> frozenset[date]:
    return frozenset(
        period.first + timedelta(days=offset) for period in year.holidays for offset in range((period.last - period.first).days + 1)
    )
