"""When each department takes work, by its configuration and the calendar: pure, a moment in, what holds then and until when out.

Outside its hours nothing is handed over or taken back; what it has already is asked about around the clock. While it is maintained no
call of any kind is begun. Where the hours go by working days and a year has no official calendar, nothing is handed over: never a guess.
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
from gateway.model.department import DepartmentConfig
from gateway.model.hours import WORKING, Hours, Planned, Weekly, weekdays
from gateway.model.identifiers import CHINA

log = structlog.get_logger()

#: Microseconds after an opening by which all that waited for it is due.
SPREAD = 60 * SECOND

#: Actions that something is done by at the department; the others ask it.
_ACTS = frozenset({Action.SUBMIT, Action.WITHDRAW})
#: Days after the last planned maintenance that are looked through for an opening: more than any holiday has.
_REACH = 60
#: The longest wait that is told from longer ones in a line, in seconds.
_LONGEST_WAIT = 30 * 86400
_EPOCH = datetime.fromtimestamp(0, UTC)


class Shut(StrEnum):
    """Why a department takes no work."""

    CLOSED = "closed"  # outside its hours
    MAINTENANCE = "maintenance"
    UNKNOWN = "calendar_missing"  # its hours go by a calendar that is not there


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What holds at a moment. ``until`` (microseconds): when it opens, or, while it is open, when it is shut; none: not to be seen.

    ``missing`` is the year without a calendar that keeps the opening from being known: it is looked again at ``until``.
    """

    shut: Shut | None = None
    until: int | None = None
    missing: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """An answer and how long it holds, for one configuration."""

    config: DepartmentConfig
    since: int
    opening: Opening


class Openings:
    """Answers for the departments as installed; what was worked out is kept for as long as it holds. Asked from any thread."""

    def __init__(self, departments: Departments | None = None, calendar: Calendar | None = None) -> None:
        self._departments: Departments = departments if departments is not None else {}
        self._calendar = calendar or Calendar({})
        self._held: dict[tuple[str, bool], _Held] = {}
        self.version = 0  # one more each time that other configurations may hold

    def renew(self) -> None:
        """Departments or calendar are others now."""
        self._held = {}
        self.version += 1

    def quota(self, department: str) -> int | None:
        """How many deliveries may be handed over to it for the first time a day; none: as many as there are."""
        hosted = self._departments.get(department)
        return hosted.config.quota if hosted is not None else None

    def at(self, department: str, now: int, *, asks: bool = False) -> Opening:
        """What holds now for handing over and taking back; with ``asks`` for questions."""
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
        """From when on (microseconds) that may be begun with the department: ``now`` when it may be at once."""
        opening = self.at(department, now, asks=action not in _ACTS)
        return now if opening.shut is None or opening.until is None else max(now, opening.until)

    def after_today(self, department: str, now: int) -> int:
        """When it opens on a later day than this one: where today's quota is used up."""
        midnight = _micro(_midnight(_local(now).date() + timedelta(days=1)))
        hosted = self._departments.get(department)
        if hosted is None or not (hosted.config.hours or hosted.config.maintenance):
            return midnight
        then = _opening(hosted.config, self._calendar, midnight, asks=False)
        return midnight if then.shut is None or then.until is None else then.until


def in_line(opening: int, waiting_since: int) -> int:
    """When what has been waiting since then is due once a department opens: who waits longest first, all within :data:`SPREAD`."""
    waited = min(max(0, opening - waiting_since) / SECOND, _LONGEST_WAIT)
    return opening + int(SPREAD * (1 - math.log1p(waited) / math.log1p(_LONGEST_WAIT)))


def _opening(config: DepartmentConfig, calendar: Calendar, now: int, *, asks: bool) -> Opening:
    """Work it out from edge to edge: nothing changes between two of them."""
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
    """Why nothing is begun at a moment, and the year whose calendar is missing."""
    for one in config.maintenance:
        if one.begins <= at < one.ends if isinstance(one, Planned) else _within(one, at, calendar):
            return Shut.MAINTENANCE, None
    if asks or not config.hours:
        return None, None
    try:
        return (None if any(_within(one, at, calendar) for one in config.hours) else Shut.CLOSED), None
    except CalendarMissing as error:
        return Shut.UNKNOWN, error.year


def _within(one: Weekly | Hours, at: datetime, calendar: Calendar) -> bool:
    """Whether a moment lies within its part of that day, or of the day before where it goes beyond midnight. Raises CalendarMissing."""
    begins, ends = one.span
    for day in (at.date(), at.date() - timedelta(days=1)):
        into = (at - _midnight(day)) / timedelta(minutes=1)
        if begins <= into < ends and _counts(one, day, calendar):
            return True
    return False


def _counts(one: Weekly | Hours, day: date, calendar: Calendar) -> bool:
    return calendar.is_working_day(day) if one.days == WORKING else day.weekday() in weekdays(one.days)


def _edges(config: DepartmentConfig, after: datetime) -> Iterator[datetime]:
    """Every later moment at which something may change, in order; midnights among them, since another day may be another year."""
    planned = [moment for one in config.maintenance if isinstance(one, Planned) for moment in (one.begins, one.ends)]
    last = max([after, *planned]).astimezone(CHINA).date() + timedelta(days=_REACH)
    spans = [one.span for one in (*config.hours, *config.maintenance) if isinstance(one, Weekly)]
    day = after.date() - timedelta(days=1)
    edges: set[datetime] = set(planned)
    while day <= last:
        midnight = _midnight(day)
        edges |= {midnight, *(midnight + timedelta(minutes=minute) for span in spans for minute in span)}
        end = midnight + timedelta(days=1)  # what later days add lies after it
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
