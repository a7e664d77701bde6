"""The digest of a day: what came and ended on it, how each department fared, and what needs somebody now. Nothing in it is personal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Final, Literal

from gateway.departments.hosted import Departments, tls_of
from gateway.departments.retries import SECOND
from gateway.journal.hours.counting import Span
from gateway.journal.hours.figures import CaseFigures, DepartmentFigures
from gateway.journal.hours.trends import trends
from gateway.journal.read import job_views
from gateway.journal.read.insights import Insights
from gateway.journal.read.job_views import JobCounts
from gateway.journal.read.totals import Totals
from gateway.journal.store.views import DepartmentView
from gateway.model.delivery import DeliveryState
from gateway.model.identifiers import CHINA
from gateway.model.service import Text
from gateway.operations.keys.keys import Keys
from gateway.telemetry.reminders import is_near

_EPOCH: Final = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentDay:
    """A department's day, and how it stands now."""

    name: str
    title: Text
    figures: DepartmentFigures
    now: DepartmentView


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A key or certificate that ends within 30 days, or has just ended. ``of`` is the key's role, or the department.

    ``name`` is the key's id, or the part of the department's connection that ends.
    """

    kind: Literal["key", "certificate"]
    of: str
    name: str
    until: int  # microseconds since the epoch


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The digest of one day. ``hours`` are those of it that were counted: 24 of a day that is over. ``totals`` are of now."""

    day: date
    hours: int
    cases: CaseFigures
    departments: tuple[DepartmentDay, ...]
    totals: Totals
    jobs: JobCounts
    endings: tuple[Ending, ...]

    def waiting(self, state: DeliveryState) -> int:
        """Count the deliveries that are in a state now."""
        return sum(one.now.open.get(state, 0) for one in self.departments)

    @property
    def oldest(self) -> int | None:
        """The time when the oldest open application was filed."""
        return min(self.totals.oldest.values(), default=None)


def span_of(day: date) -> Span:
    """Give the hours of a day in China."""
    begins = _micro(datetime.combine(day, time.min, CHINA))
    return Span(begins=begins, ends=begins + 24 * 3600 * SECOND)


def _micro(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


async def digest(insights: Insights, keys: Keys, departments: Departments, day: date) -> Digest:
    """Make the digest of a day."""
    names, span = list(departments), span_of(day)
    found = await insights.read(partial(trends, span=span, departments=names))
    views = await insights.departments(names)
    days = {one.name: one.total for one in found.departments}
    return Digest(
        day=day,
        hours=len(found.hours),
        cases=found.total,
        departments=tuple(
            DepartmentDay(name=name, title=hosted.config.title, figures=days[name], now=views[name])
            for name, hosted in departments.items()
            if name in views
        ),
        totals=await insights.totals(names),
        jobs=await insights.read(partial(job_views.counts, begins=span.begins, ends=span.ends)),
        endings=tuple(await _endings(keys, departments)),
    )


async def _endings(keys: Keys, departments: Departments) -> list[Ending]:
    moment = datetime.now(UTC)
    ends = [(key, key.expires_at) for key in await keys.ending()]
    found = [Ending(kind="key", of=key.role, name=key.id, until=until) for key, until in ends if until is not None]
    for name, tls in tls_of(departments).items():
        found += [Ending(kind="certificate", of=name, name=part, until=_micro(until)) for part, until in tls.until.items()]
    near = [one for one in found if is_near(_EPOCH + timedelta(microseconds=one.until), moment)]
    return sorted(near, key=lambda one: one.until)
