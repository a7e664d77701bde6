"""The counts that are kept: which hours are due, and the change that writes them over whatever was counted of them before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, select

from gateway.journal.hours.counting import HourCounts, Span, began, oldest_call
from gateway.journal.hours.figures import CASE_COUNTS, DEPARTMENT_COUNTS, HOUR, hour_of
from gateway.journal.store.schema import case_hour, department_hour
from gateway.journal.writer.draft import Change, Draft

if TYPE_CHECKING:
    from sqlalchemy import Connection

#: Days for which counts are kept, in microseconds.
KEPT: Final = 90 * 24 * HOUR
#: Microseconds after its end for which an hour is counted again: what comes late to it (a result after its lease) comes by then.
_LATE: Final = HOUR
#: Microseconds after which all that happened until a moment has been committed, but for what comes late.
_UNWRITTEN: Final = 60_000_000
#: Hours that are counted at once at most.
_AT_ONCE: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class DueHours:
    """Whole hours that are to be counted, as of ``at`` (microseconds).

    Hours before ``settled`` are counted for the last time. What happened before ``over`` is all there, but for what comes late. ``more``
    hours are due at once.
    """

    span: Span
    at: int
    settled: int
    over: int
    more: bool


def due_hours(connection: Connection, *, now: int, fresh: int | None = None) -> DueHours | None:
    """Give the hours that have not settled, the oldest first. None where there is no case yet, or some node counted after ``fresh``."""
    first = _first(connection, now)
    if first is None:
        return None
    upto = hour_of(now) + HOUR
    here = select(case_hour.c.counted_at).where(case_hour.c.hour == upto - HOUR)
    counted_at = connection.execute(here).scalar_one_or_none()
    if counted_at is not None and fresh is not None and fresh < counted_at <= now:
        return None
    call = oldest_call(connection)  # it will be counted in the hour in which it began
    begun = now if call is None else call
    span = Span(begins=first, ends=min(upto, first + _AT_ONCE * HOUR))
    settled, over = hour_of(min(now - _LATE, begun)), min(now - _UNWRITTEN, begun)
    return DueHours(span=span, at=now, settled=settled, over=over, more=span.ends < upto)


def _first(connection: Connection, now: int) -> int | None:
    """Give the first hour that is to be counted: after the last that settled, or the journal's first, none that would go at once."""
    oldest = hour_of(now) - KEPT
    h = case_hour.c
    last = select(h.hour).where(h.hour >= oldest, h.hour <= now, h.settled).order_by(h.hour.desc()).limit(1)
    settled = connection.execute(last).scalar_one_or_none()
    first = began(connection) if settled is None else settled + HOUR
    return None if first is None else min(max(first, oldest), hour_of(now))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepHours(Change[None]):
    """A change that keeps counts of hours, in place of any that were there, and lets those go that are too old.

    Nothing is added to what is kept, so that it may be made by any node, again, and after others.
    """

    due: DueHours
    counted: HourCounts

    def decide(self, draft: Draft) -> None:
        """Write the rows."""
        counted, span, connection = self.counted, self.due.span, draft.connection
        too_old = hour_of(self.due.at) - KEPT
        for table in (case_hour, department_hour):
            connection.execute(delete(table).where(table.c.hour < too_old))
            connection.execute(delete(table).where(table.c.hour >= span.begins, table.c.hour < span.ends))
        cases = [
            {name: getattr(figures, name) for name in CASE_COUNTS}
            | {"hour": hour, "counted_at": self.due.at, "settled": hour + HOUR <= self.due.settled}
            for hour, figures in counted.cases.items()
        ]
        departments = [
            {name: getattr(figures, name) for name in DEPARTMENT_COUNTS}
            | {"hour": hour, "department": department, "latencies": figures.latencies.stored(), "longest": figures.latencies.longest}
            for (hour, department), figures in counted.departments.items()
        ]
        for table, rows in ((case_hour, cases), (department_hour, departments)):
            if rows:
                connection.execute(insert(table), rows)
