"""Trends: the kept figures of some hours, of the centre and of each department, for the interface and the pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select

from gateway.journal.hours.counting import Span
from gateway.journal.hours.figures import CASE_COUNTS, DEPARTMENT_COUNTS, CaseFigures, DepartmentFigures
from gateway.journal.hours.latencies import of_stored
from gateway.journal.store.schema import case_hour, department_hour

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentTrend:
    """One department's figures by hour, in the order of the hours that were counted."""

    name: str
    hours: tuple[DepartmentFigures, ...]

    @property
    def total(self) -> DepartmentFigures:
        """The figures of all these hours."""
        return reduce(add, self.hours, DepartmentFigures())


@dataclass(frozen=True, slots=True, kw_only=True)
class Trends:
    """The figures of a span. ``hours`` are the begins of those that were counted, the others have the figures of each in that order.

    ``counted_at`` is when the last of them was counted, None where there is none.
    """

    hours: tuple[int, ...]
    cases: tuple[CaseFigures, ...]
    departments: tuple[DepartmentTrend, ...]
    counted_at: int | None

    @property
    def total(self) -> CaseFigures:
        """The cases of all these hours."""
        return reduce(add, self.cases, CaseFigures())


def trends(connection: Connection, *, span: Span, departments: Sequence[str]) -> Trends:
    """Give the figures of a span, of these departments in this order."""
    counted = select(case_hour).where(case_hour.c.hour >= span.begins, case_hour.c.hour < span.ends).order_by(case_hour.c.hour)
    rows = list(connection.execute(counted))
    d = department_hour.c
    passed = select(department_hour).where(d.hour >= span.begins, d.hour < span.ends, d.department.in_(departments))
    figures = {(row.department, row.hour): _department(row) for row in connection.execute(passed)} if departments else {}
    hours = tuple(row.hour for row in rows)
    none = DepartmentFigures()
    return Trends(
        hours=hours,
        cases=tuple(CaseFigures(**{name: getattr(row, name) for name in CASE_COUNTS}) for row in rows),
        departments=tuple(
            DepartmentTrend(name=name, hours=tuple(figures.get((name, hour), none) for hour in hours)) for name in departments
        ),
        counted_at=max((row.counted_at for row in rows), default=None),
    )


def _department(row: Row[Any]) -> DepartmentFigures:
    counts = {name: getattr(row, name) for name in DEPARTMENT_COUNTS}
    return DepartmentFigures(**counts, latencies=of_stored(row.latencies, row.longest))
