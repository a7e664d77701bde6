"""Hours and planned maintenance of a department, as its configuration has them. Times of day are China's (Asia/Shanghai)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from gateway.model.service import Strict

#: Days of the week by the place that ``date.weekday`` gives them.
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: Days by the calendar instead of the week: ``config/calendar/<year>.yaml``.
WORKING = "working"
MINUTES_A_DAY = 24 * 60

_DAILY = "daily"
_WANTED = "days of the week are wanted, such as mon-fri or sat,sun, or daily"
_TIME_OF_DAY = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00", re.ASCII)
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)


def weekdays(days: str) -> frozenset[int]:
    """Give the days of the week that ``days`` names, Monday being 0. Raises ValueError, for ``working`` too."""
    if days == _DAILY:
        return frozenset(range(7))
    found: set[int] = set()
    for part in days.split(","):
        first, dash, last = part.strip().partition("-")
        if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
            raise ValueError(_WANTED)
        begins, ends = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        found |= {(begins + offset) % 7 for offset in range((ends - begins) % 7 + 1)}
    return frozenset(found)


def _days(days: str) -> str:
    weekdays(days)
    return days


def _days_or_working(days: str) -> str:
    if days == WORKING:
        return days
    try:
        return _days(days)
    except ValueError as error:
        raise ValueError(f"{_WANTED}, or {WORKING} (by the calendar)") from error


def _clock(text: str) -> str:
    if _TIME_OF_DAY.fullmatch(text) is None:
        raise ValueError("a time of day is wanted, such as 09:00")
    return text


def _moment(value: object) -> datetime:
    """Take a time as RFC 3339 with its offset, and nothing looser."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or _RFC3339.fullmatch(value) is None:
        raise ValueError("a time with its offset is wanted, such as 2026-12-05T22:00:00+08:00")
    return datetime.fromisoformat(value)


Clock = Annotated[str, AfterValidator(_clock)]
Moment = Annotated[datetime, BeforeValidator(_moment)]


class Weekly(Strict):
    """A part of certain days of the week. It ends on the next day where its end is not after its begin."""

    days: Annotated[str, AfterValidator(_days)]
    begins: Annotated[Clock, Field(alias="from")]
    ends: Annotated[Clock, Field(alias="to")]

    @property
    def span(self) -> tuple[int, int]:
        """Begin and end, in minutes from the midnight at which its day begins."""
        begins, ends = _minutes(self.begins), _minutes(self.ends)
        return begins, ends if ends > begins else ends + MINUTES_A_DAY


class Hours(Weekly):
    """A part of the days on which a department takes work. ``days`` may be working days by the calendar."""

    days: Annotated[str, AfterValidator(_days_or_working)]


class Planned(Strict):
    """One planned time of maintenance."""

    begins: Annotated[Moment, Field(alias="from")]
    ends: Annotated[Moment, Field(alias="to")]

    @model_validator(mode="after")
    def _in_order(self) -> Planned:
        if self.ends <= self.begins:
            raise ValueError("`to` must be later than `from`")
        return self


def _kind(value: object) -> str:
    weekly = "days" in value if isinstance(value, dict) else isinstance(value, Weekly)
    return "weekly" if weekly else "planned"


Maintenance = Annotated[Annotated[Weekly, Tag("weekly")] | Annotated[Planned, Tag("planned")], Discriminator(_kind)]


def never_opens(hours: Iterable[Hours], maintenance: Iterable[Weekly | Planned]) -> bool:
    """Tell whether no minute of an ordinary week is left for work."""
    given = list(hours)
    week = 7 * MINUTES_A_DAY
    open_ = {minute for one in given for minute in _minutes_of(one)} if given else set(range(week))
    shut = {minute for one in maintenance if isinstance(one, Weekly) for minute in _minutes_of(one)}
    return not open_ - shut


def _minutes_of(one: Weekly) -> Iterable[int]:
    begins, ends = one.span
    for day in weekdays("mon-fri" if one.days == WORKING else one.days):
        for minute in range(day * MINUTES_A_DAY + begins, day * MINUTES_A_DAY + ends):
            yield minute % (7 * MINUTES_A_DAY)


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)
