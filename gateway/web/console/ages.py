"""Times as a console says them: how old something is, and how long until a case is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from gateway.catalogue.working_days import CalendarMissing
from gateway.model.identifiers import CHINA
from gateway.web.console import texts
from gateway.web.times import MONTHS

if TYPE_CHECKING:
    from gateway.catalogue.working_days import Calendar
    from gateway.model.service import Text

_MINUTE = 60_000_000
#: Working days from which on a deadline is no near one.
_SOON = 1


@dataclass(frozen=True, slots=True)
class Due:
    """A promised day in words, with the class of its clock: ``ok``, ``back`` (soon) or ``held`` (today, or past)."""

    shape: str
    text: Text


def age(since: int, now: int) -> Text:
    """Say how long ago a time of the journal is, to the minute: it changes no oftener on a page that changes by itself."""
    minutes = max(0, now - since) // _MINUTE
    if minutes == 0:
        return texts.JUST_NOW
    if minutes < 60:
        return texts.minutes_old(minutes)
    hours, minutes = divmod(minutes, 60)
    return texts.hours_old(hours, minutes) if hours < 24 else texts.days_old(*divmod(hours, 24))


def due(at: int | None, now: int, calendar: Calendar) -> Due:
    """Say how long an open case still has, in working days, where the calendar reaches that far."""
    if at is None:
        return Due("back", texts.NO_DAY)
    last, today = _local(at).date(), _local(now).date()
    if at < now:
        return Due("held", texts.past_by((today - last).days) if last < today else texts.OVERDUE)
    if last == today:
        return Due("held", texts.TODAY)
    days = [today + timedelta(days=one) for one in range(1, (last - today).days + 1)]
    try:
        left = sum(map(calendar.is_working_day, days))
    except CalendarMissing:
        return Due("ok", texts.in_days(len(days)))
    return Due("ok" if left > _SOON else "back", texts.ONE_WORKING_DAY_LEFT if left == 1 else texts.working_days_left(left))


def second(microseconds: int) -> Text:
    """Say a time of the journal to the second: ``11月29日 00:06:02``."""
    at = _local(microseconds)
    return texts.to_the_second(at.month, at.day, f"{at:%H:%M:%S}", MONTHS[at.month - 1])


def _local(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds // 1_000_000, UTC).astimezone(CHINA)
