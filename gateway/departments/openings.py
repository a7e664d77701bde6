"""Opening times of departments, computed from configuration and calendar alone: the state at a moment, and the end of it.

Outside a department's hours nothing is handed over or taken back, but the deliveries it has are asked about around the clock. During
maintenance no call of any kind begins. If the hours depend on working days of a year without an official calendar, nothing is handed over,
because the gateway never guesses.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

import structlog

from gateway.catalogue.working_days import Calendar, CalendarMissing
from gateway.departments.hosted import Departments
from gateway.departments.retries import SECOND
from gateway.model.delivery import Action
from gateway.model.department import WORKING, DepartmentConfig, Hours, Planned, Weekly, weekdays
from gateway.model.identifiers import CHINA

log = structlog.get_logger()

#: Microseconds after an opening within which everything that waited for it falls due.
SPREAD = 60 * SECOND

#: Actions that change something at the department. The others only ask.
_ACTS = frozenset({Action.SUBMIT, Action.WITHDRAW})
#: Days after the last planned maintenance that are searched for an opening: more than any holiday has.
_REACH = 60
#: Waits beyond this many seconds count alike when deliveries are lined up.
_LONGEST_WAIT = 30 * 86400
_EPOCH = datetime.fromtimestamp(0, UTC)


class Shut(StrEnum):
    """Reasons why a department takes no work."""

    CLOSED = "closed"  # outside its hours
    MAINTENANCE = "maintenance"
    UNKNOWN = "calendar_missing"  # its hours depend on a calendar that is missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A department's state at a moment. ``until`` (microseconds) is the next opening or, while open, the next closing, or None if unknown.

    ``missing`` is the year whose calendar is needed to know the opening. In that case the state is looked at again at ``until``.
    """

    shut: Shut | None = None
    until: int | None = None
    missing: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """An answer for one configuration, valid from ``since`` until its opening ends."""

    config: DepartmentConfig
    since: int
    opening: Opening


class Openings:
    """Answers for the installed departments, kept for as long as they hold. Any thread may ask."""

    def __init__(self, departments: Departments | None = None, calendar: Calendar | None = None) -> None:
        self._departments: Departments = departments if departments is not None else {}
        self._calendar = calendar or Calendar({})
        self._held: dict[tuple[str, bool], _Held] = {}
        self.version = 0  # raised each time that other configurations may hold

    def renew(self) -> None:
        """Forget all answers after a change of departments or calendar."""
        self._held = {}
        self.version += 1

    def quota(self, department: str) -> int | None:
        """Give the most deliveries that may be handed over for the first time in a day, or None for no limit."""
        hosted = self._departments.get(department)
        return hosted.config.quota if hosted is not None else None

    def at(self, department: str, now: int, *, asks: bool = False) -> Opening:
        """Give the state for handing over and taking back or, with ``asks``, for questions."""
        hosted = self._departments.get(department)
        if hosted is None or not (hosted.config.hours or hosted.config.maintenance):
            return Opening()
        held = self._held.get((department, asks))
        if held is not None and held.config is hosted.config and held.since <= now < (held.opening.until or 1 << 62):
            return held.opening
        opening = _opening(hosted.config, self._calendar, now, asks=asks)
        self._held[department, asks] = _Held(config=hosted.config, since=now, opening=opening)
        if opening.missing is not None:
            log.error("calendar_missing", year=opening.missing, department=department)
        return opening

    def opens(self, department: str, action: Action, now: int) -> int:
        """Give the time (microseconds) from which the action may begin, which is ``now`` if it may at once."""
        opening = self.at(department, now, asks=action not in _ACTS)
        return now if opening.shut is None or opening.until is None else max(now, opening.until)

    def after_today(self, department: str, now: int) -> int:
        """Give the next opening on a later day, for deliveries that today's quota no longer covers."""
        midnight = _micro(_midnight(_local(now).date() + timedelta(days=1)))
        hosted = self._departments.get(department)
        if hosted is None or not (hosted.config.hours or hosted.config.maintenance):
            return midnight
        then = _opening(hosted.config, self._calendar, midnight, asks=False)
        return midnight if then.shut is None or then.until is None else then.until


def in_line(opening: int, waiting_since: int) -> int:
    """Give the due time after an opening of a delivery that has waited since then: the longest wait first, all within :data:`SPREAD`."""
    waited = min(max(0, opening - waiting_since) / SECOND, _LONGEST_WAIT)
    return opening + int(SPREAD * (1 - math.log1p(waited) / math.log1p(_LONGEST_WAIT)))


def _opening(config: DepartmentConfig, calendar: Calendar, now: int, *, asks: bool) -> Opening:
    """Find the state and its end by going from edge to edge, since nothing changes in between."""
    at = _local(now)
    shut, missing = _shut(config, calendar, at, asks=asks)
    for edge in _edges(config, at):
        then, lacks = _shut(config, calendar, edge, asks=asks)
        if shut is None:
            if then is not None:
                return Opening(until=_micro(edge))
        elif then is None or then is Shut.UNKNOWN:
            return Opening(shut=shut, until=_micro(edge), missing=missing if missing is not None else lacks)
    return Opening(shut=shut, until=_micro(edge) if shut is not None else None, missing=missing)


def _shut(config: DepartmentConfig, calendar: Calendar, at: datetime, *, asks: bool) -> tuple[Shut | None, int | None]:
    """Give the reason why nothing may begin at a moment, and the year of a missing calendar."""
    for closure in config.maintenance:
        if closure.begins <= at < closure.ends if isinstance(closure, Planned) else _within(closure, at, calendar):
            return Shut.MAINTENANCE, None
    if asks or not config.hours:
        return None, None
    try:
        return (None if any(_within(hours, at, calendar) for hours in config.hours) else Shut.CLOSED), None
    except CalendarMissing as error:
        return Shut.UNKNOWN, error.year


def _within(hours: Weekly | Hours, at: datetime, calendar: Calendar) -> bool:
    """Tell whether a moment lies in the hours of its day, or in those of the day before that pass midnight. Raises CalendarMissing."""
    begins, ends = hours.span
    for day in (at.date(), at.date() - timedelta(days=1)):
        into = (at - _midnight(day)) / timedelta(minutes=1)
        if begins <= into < ends and _counts(hours, day, calendar):
            return True
    return False


def _counts(hours: Weekly | Hours, day: date, calendar: Calendar) -> bool:
    return calendar.is_working_day(day) if hours.days == WORKING else day.weekday() in weekdays(hours.days)


def _edges(config: DepartmentConfig, after: datetime) -> Iterator[datetime]:
    """Give every later moment at which the state may change, in order. Midnights count, because a new day may begin a new year."""
    planned = [moment for closure in config.maintenance if isinstance(closure, Planned) for moment in (closure.begins, closure.ends)]
    last = max([after, *planned]).astimezone(CHINA).date() + timedelta(days=_REACH)
    spans = [weekly.span for weekly in (*config.hours, *config.maintenance) if isinstance(weekly, Weekly)]
    day = after.date() - timedelta(days=1)
    edges: set[datetime] = set(planned)
    while day <= last:
        midnight = _midnight(day)
        edges |= {midnight, *(midnight + timedelta(minutes=minute) for span in spans for minute in span)}
        end = midnight + timedelta(days=1)  # later days only add edges after it
        ready = sorted(edge for edge in edges if edge < end)
        edges = {edge for edge in edges if edge >= end}
        yield from (edge for edge in ready if edge > after)
        day += timedelta(days=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, CHINA)


def _local(microseconds: int) -> datetime:
    second, rest = divmod(microseconds, SECOND)
    return datetime.fromtimestamp(second, CHINA).replace(microsecond=rest)


def _micro(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
