"""Times as a console says them: how old something is, and how long until a case is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from gateway.catalogue.working_days import CalendarMissing
from gateway.web.console import texts
from gateway.web.times import local

if TYPE_CHECKING:
    from gateway.catalogue.working_days import Calendar
    from gateway.model.service import Text

_MINUTE = 60_000_000
#: Working days from which on a deadline is no near one.
_SOON = 1


@dataclass(frozen=True, slots=True)
class Deadline:
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


def due(at: int | None, now: int, calendar: Calendar) -> Deadline:
    """Say how long an open case still has, in working days, where the calendar reaches that far."""
    if at is None:
        return Deadline("back", texts.NO_DAY)
    last, today = local(at).date(), local(now).date()
    if at < now:
        return Deadline("held", texts.past_by((today - last).days) if last < today else texts.OVERDUE)
    if last == today:
        return Deadline("held", texts.TODAY)
    days = [today + timedelta(days=one) for one in range(1, (last - today).days + 1)]
    try:
        left = sum(map(calendar.is_working_day, days))
    except CalendarMissing:
        return Deadline("ok", texts.in_days(len(days)))
    return Deadline("ok" if left > _SOON else "back", texts.ONE_WORKING_DAY_LEFT if left == 1 else texts.working_days_left(left))
