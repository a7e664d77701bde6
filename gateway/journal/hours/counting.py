"""Counting of some hours from applications, attempts and callbacks, each along an index over its time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Row, case, func, select, text

from gateway.journal.hours.figures import HOUR, CaseFigures, DepartmentFigures, hour_of
from gateway.journal.hours.latencies import BOUNDS, of_buckets
from gateway.journal.read.lists import SLACK, id_at
from gateway.journal.store.schema import application, attempt, delivery, inbox
from gateway.model.application import ApplicationState
from gateway.model.delivery import Action

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Label

#: Answers that decide something for now, by the name of their count.
_DECISIONS: Final = ("approved", "rejected", "returned")
#: Results of calls that the department's answer ended (:mod:`gateway.cases.judgement`). Any other is an error's code, or our own end of it.
ANSWERS: Final = frozenset(
    {"accepted", *_DECISIONS, *(f"found_{one}" for one in ("accepted", *_DECISIONS))}
    | {"withdrawn", "kept", "absent", "absent_too_early", "unknown"}
)

#: The microseconds of a call, and the place of its bucket.
_TOOK: Final = attempt.c.ended_at - attempt.c.started_at
_BUCKET: Final = case(*((bound > _TOOK, place) for place, bound in enumerate(BOUNDS)), else_=len(BOUNDS)).label("bucket")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Some time, from its begin to before its end (microseconds)."""

    begins: int
    ends: int

    @property
    def hours(self) -> range:
        """The begin of each hour of which some lies in it."""
        return range(hour_of(self.begins), self.ends, HOUR)


@dataclass(frozen=True, slots=True, kw_only=True)
class HourCounts:
    """Figures of a span: of cases for every hour, of departments by hour and name where anything happened."""

    cases: Mapping[int, CaseFigures]
    departments: Mapping[tuple[int, str], DepartmentFigures]


def together(parts: Iterable[HourCounts]) -> HourCounts:
    """Give the figures of spans that have nothing in common."""
    cases: dict[int, CaseFigures] = defaultdict(CaseFigures)
    departments: dict[tuple[int, str], DepartmentFigures] = defaultdict(DepartmentFigures)
    for part in parts:
        for hour, came in part.cases.items():
            cases[hour] += came
        for place, passed in part.departments.items():
            departments[place] += passed
    return HourCounts(cases=dict(cases), departments=dict(departments))


def count(connection: Connection, span: Span, departments: Collection[str]) -> HourCounts:
    """Count what came, ended and was called in a span.

    Callbacks are looked for from ``departments`` alone, since their index begins with the department.
    """
    called_back = HourCounts(cases={}, departments=_callbacks(connection, span, departments))
    return together([HourCounts(cases=_cases(connection, span), departments=_calls(connection, span)), called_back])


def _hour(column: ColumnElement[int]) -> Label[int]:
    return (column - column % HOUR).label("hour")


def _cases(connection: Connection, span: Span) -> dict[int, CaseFigures]:
    a = application.c
    hours = dict.fromkeys(span.hours, CaseFigures())
    # Ids are in order of receipt, of which there is no index.
    near = (a.id >= id_at(span.begins - SLACK), a.id < id_at(span.ends + SLACK))
    received = select(_hour(a.received_at), func.count()).where(*near, a.received_at >= span.begins, a.received_at < span.ends)
    for hour, number in connection.execute(received.group_by("hour")):
        hours[hour] += CaseFigures(received=number)
    promised, met = func.count(a.due_at), func.count(case((a.ended_at <= a.due_at, 1)))
    ended = (
        select(_hour(a.ended_at), a.state, func.count(), promised, met)
        .where(text("application.ended_at IS NOT NULL"), a.ended_at >= span.begins, a.ended_at < span.ends)  # as the partial index has it
        .group_by("hour", a.state)
    )
    for hour, state, number, due, on_time in connection.execute(ended):
        hours[hour] += CaseFigures(promised=due, on_time=on_time, **{ApplicationState(state).value: number})
    return hours


def _calls(connection: Connection, span: Span) -> dict[tuple[int, str], DepartmentFigures]:
    a = attempt.c
    again = case((a.number > 1, 1), else_=0).label("again")
    statement = (
        select(_hour(a.started_at), delivery.c.department, a.action, again, a.result, _BUCKET)
        .add_columns(func.count().label("calls"), func.max(_TOOK).label("longest"))
        .join(delivery, delivery.c.id == a.delivery_id)
        .where(a.started_at >= span.begins, a.started_at < span.ends)
        .group_by("hour", delivery.c.department, a.action, "again", a.result, "bucket")
    )
    figures: dict[tuple[int, str], DepartmentFigures] = defaultdict(DepartmentFigures)
    for row in connection.execute(statement):
        figures[row.hour, row.department] += _figures(row)
    return figures


def _figures(row: Row[Any]) -> DepartmentFigures:
    """Give the figures of calls that are alike."""
    submit = row.action == Action.SUBMIT.value
    figures = DepartmentFigures(
        sent=row.calls if submit else 0,
        sent_again=row.calls if submit and row.again else 0,
        asked=0 if submit else row.calls,
        failed=0 if row.result in ANSWERS else row.calls,
        latencies=of_buckets([(row.bucket, row.calls)], row.longest),
    )
    return figures + _decided(row.result.removeprefix("found_"), row.calls)


def _decided(outcome: str, number: int) -> DepartmentFigures:
    """Give the figures of so many answers, which are none where the answer decides nothing."""
    counts = {name: number if name == outcome else 0 for name in _DECISIONS}
    return DepartmentFigures(approved=counts["approved"], rejected=counts["rejected"], returned=counts["returned"])


def _callbacks(connection: Connection, span: Span, departments: Collection[str]) -> dict[tuple[int, str], DepartmentFigures]:
    i = inbox.c
    statement = (
        select(_hour(i.received_at), i.department, i.outcome, func.count())
        .where(i.department.in_(sorted(departments)), i.received_at >= span.begins, i.received_at < span.ends)
        .where(i.standing == "applied", i.outcome.in_(_DECISIONS))
        .group_by("hour", i.department, i.outcome)
    )
    figures: dict[tuple[int, str], DepartmentFigures] = defaultdict(DepartmentFigures)
    for hour, department, outcome, number in connection.execute(statement):
        figures[hour, department] += _decided(outcome, number)
    return figures


def began(connection: Connection) -> int | None:
    """Give the hour of the first application, None in an empty journal."""
    first = connection.execute(select(application.c.received_at).order_by(application.c.id).limit(1)).scalar_one_or_none()
    return None if first is None else hour_of(first)


def oldest_call(connection: Connection) -> int | None:
    """Give when the oldest call under way began, or may have: it will be counted in that hour once it has ended."""
    d = delivery.c
    begins = case((d.last_sent_at < d.updated_at, d.last_sent_at), else_=d.updated_at)
    return connection.execute(select(func.min(begins)).where(text("delivery.lease_owner IS NOT NULL"))).scalar_one_or_none()
