"""Working days by the State Council's yearly notice, and due dates that are promised in working days.

A year without its file is never guessed but raises :class:`CalendarMissing`, an alarm. A notice may reach into December of the year before,
as New Year's do. Its days there count with those of that year's own notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, ValidationError

from gateway.model.errors import GatewayError
from gateway.model.identifiers import CHINA
from gateway.model.service import Strict, Text
from gateway.texts.yaml_lines import ConfigError, ConfigProblem, Lines, load_yaml, problems_of

_SATURDAY = 5


class CalendarMissing(GatewayError):
    """A year is needed that has no official calendar yet: add ``config/calendar/<year>.yaml``."""

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
    """The days of the known years."""

    def __init__(self, years: Mapping[int, Year]) -> None:
        self._off = _by_year(years, (day for notice in years.values() for period in notice.holidays for day in _days(period)))
        self._worked = _by_year(years, (day for notice in years.values() for day in notice.working_days))

    @property
    def years(self) -> tuple[int, ...]:
        """The known years, in order."""
        return tuple(sorted(self._off))

    def replace(self, other: Calendar) -> None:
        """Replace all known years by those of ``other``."""
        self._off, self._worked = other._off, other._worked

    def differing(self, other: Calendar) -> list[int]:
        """Give the years whose days differ between the two."""
        years = {*self._off, *other._off}
        return sorted(year for year in years if self._days(year) != other._days(year))

    def _days(self, year: int) -> object:
        return self._off.get(year), self._worked.get(year)

    def is_working_day(self, day: date) -> bool:
        """Tell whether authorities work on that day. Raises CalendarMissing."""
        if day.year not in self._off:
            raise CalendarMissing(day.year)
        if day in self._worked[day.year]:
            return True
        return day not in self._off[day.year] and day.weekday() < _SATURDAY

    def due(self, received: datetime, working_days: int) -> datetime:
        """Give the end of the last promised working day, in China's time. Raises CalendarMissing.

        The day of receipt does not count. 0 means that day itself, or the next working day if it is none.
        """
        day = received.astimezone(CHINA).date()
        while not self.is_working_day(day) and working_days == 0:
            day += timedelta(days=1)
        left = working_days
        while left > 0:
            day += timedelta(days=1)
            left -= self.is_working_day(day)
        return datetime.combine(day, time.max, CHINA)


def _by_year(years: Iterable[int], days: Iterable[date]) -> dict[int, frozenset[date]]:
    """Group the days by year, for the known years only."""
    found: dict[int, set[date]] = {year: set() for year in years}
    for day in days:
        if day.year in found:
            found[day.year].add(day)
    return {year: frozenset(of_it) for year, of_it in found.items()}


def load_calendar(folder: Path) -> Calendar:
    """Read every ``<year>.yaml``. Without any, no year is known. Raises ConfigError with every problem of every file."""
    years: dict[int, Year] = {}
    problems: list[ConfigProblem] = []
    said = _Said()
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
        if file.stem != str(year.year):
            problems.append(lines.problem(("year",), f"the file of {year.year} is called {year.year}.yaml, not {file.name}"))
        problems.extend(said.problems(year, lines))
        years[year.year] = year
    if problems:
        raise ConfigError(problems)
    return Calendar(years)


class _Said:
    """Everything said so far about any day, with its place, in all files. Only one thing may be said of a day, and only once."""

    def __init__(self) -> None:
        self._places: dict[date, str] = {}

    def problems(self, year: Year, lines: Lines) -> Iterator[ConfigProblem]:
        """Report the problems of one more notice."""
        for index, period in enumerate(year.holidays):
            wrong = _outside(year, period.first) or _outside(year, period.last)
            taken = [] if wrong else [self._say(day, "a holiday", ("holidays", index), lines) for day in _days(period)]
            if wrong := wrong or next(filter(None, taken), ""):
                yield lines.problem(("holidays", index), wrong)
        for index, day in enumerate(year.working_days):
            wrong = _outside(year, day)
            if not wrong and day.weekday() < _SATURDAY:
                wrong = f"{day} is no weekend day, so it is worked anyway: leave it out"
            if wrong := wrong or self._say(day, "a working day", ("working_days", index), lines):
                yield lines.problem(("working_days", index), wrong)

    def _say(self, day: date, what: str, where: tuple[str | int, ...], lines: Lines) -> str:
        """Note what is said of a day, or give the reason if something was said of it already."""
        if (before := self._places.get(day)) is not None:
            return f"{day} is {before} already: keep one of the two"
        self._places[day] = f"{what} ({lines.file}:{lines.line(where)})"
        return ""


def _outside(year: Year, day: date) -> str:
    """Give the reason if a notice may not speak of a day, or "". It may speak of its own year and the December before."""
    if day.year == year.year or (day.year, day.month) == (year.year - 1, 12):
        return ""
    return f"{day} lies outside {year.year} and the December before it: it belongs in {day.year}.yaml"


def _days(period: Period) -> Iterator[date]:
    return (period.first + timedelta(days=offset) for offset in range((period.last - period.first).days + 1))
