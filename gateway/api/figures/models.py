"""The shapes of answers with figures."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gateway.api.shapes.shape import Moment, Shape
from gateway.model.service import Text


class CaseCounts(Shape):
    """Cases of the centre that came, and that ended by their result."""

    received: int
    approved: int
    rejected: int
    withdrawn: int
    promised: Annotated[int, Field(description="Those that ended and had a date by which to end.")]
    on_time: Annotated[int, Field(description="Those of them that ended by it.")]
    on_time_share: Annotated[float | None, Field(description="`on_time` of `promised`, from 0 to 1; null: none had a date.")]


class CallCounts(Shape):
    """What passed between the gateway and a department."""

    sent: Annotated[int, Field(description="Calls that handed a delivery over.")]
    sent_again: Annotated[int, Field(description="Those of them that repeated one.")]
    asked: Annotated[int, Field(description="Calls that handed nothing over: asked whether it is there, how far it is, or took it back.")]
    failed: Annotated[int, Field(description="Calls that no answer ended: a technical matter.")]
    approved: Annotated[int, Field(description="Answers of that kind, by reply and by callback.")]
    rejected: int
    returned: int
    calls: Annotated[int, Field(description="Calls whose time was taken.")]
    p50_seconds: Annotated[float | None, Field(description="Half of the calls took no longer, by estimate; null: there was none.")]
    p95_seconds: Annotated[float | None, Field(description="Of a hundred calls 95 took no longer, by estimate.")]


class HourOfCases(CaseCounts):
    """The same of one hour."""

    hour: Annotated[Moment, Field(description="Its begin.")]


class HourOfCalls(CallCounts):
    """The same of one hour, each call in the hour in which it began."""

    hour: Annotated[Moment, Field(description="Its begin.")]


class CaseTrend(Shape):
    """The centre's cases: all of the span together, and by the hour."""

    total: CaseCounts
    hours: list[HourOfCases]


class DepartmentTrendShape(Shape):
    """A department's calls and answers: all of the span together, and by the hour."""

    department: str
    title: Text
    total: CallCounts
    hours: list[HourOfCalls]


class TrendsShape(Shape):
    """Figures by the hour. An hour that was not counted is left out: it is to come, older than 90 days, or before the first case."""

    begins: Annotated[Moment, Field(description="The begin of the first hour that was looked for, within what is kept.")]
    ends: Annotated[Moment, Field(description="The end of the last.")]
    counted_at: Annotated[Moment | None, Field(description="When the latest was counted; null: none was.")]
    cases: Annotated[CaseTrend | None, Field(description="Null for a department's key.")]
    departments: list[DepartmentTrendShape]


class PresentState(Shape):
    """How the centre stands at this moment, whatever the day."""

    in_progress: int
    returned: int
    past_due: Annotated[int, Field(description="Open applications that are past the date that was promised.")]
    needing_attention: Annotated[int, Field(description="Applications with a delivery that is held or in doubt.")]
    held: Annotated[int, Field(description="Deliveries that need a person.")]
    in_doubt: Annotated[int, Field(description="Deliveries that were sent with an outcome that is not known.")]
    oldest_received_at: Annotated[Moment | None, Field(description="When the oldest open application was filed; null: none is open.")]


class DepartmentDayShape(Shape):
    """A department's day, and how it stands now."""

    department: str
    title: Text
    figures: CallCounts
    breaker: str
    paused: bool
    open: Annotated[int, Field(description="Its deliveries that have not ended, now.")]
    oldest_open_at: Moment | None


class DayJobs(Shape):
    """Repairs of many deliveries."""

    begun: Annotated[int, Field(description="On the day.")]
    running: Annotated[int, Field(description="Now.")]


class EndingShape(Shape):
    """A key or certificate that ends within 30 days, or has just ended."""

    kind: Literal["key", "certificate"]
    of: Annotated[str, Field(description="The key's role, or the department.")]
    name: Annotated[str, Field(description="The key's id, or the part of the connection: `certificate`, `ca`.")]
    until: Moment


class DigestShape(Shape):
    """A day in figures, and what needs somebody now. Nothing in it is personal."""

    day: Annotated[str, Field(json_schema_extra={"format": "date"}, description="In China.")]
    hours_counted: Annotated[int, Field(description="Of 24: fewer while the day lasts, none of a day that is not kept any more.")]
    cases: CaseCounts
    departments: list[DepartmentDayShape]
    now: PresentState
    jobs: DayJobs
    endings: list[EndingShape]
    audit_problem: Annotated[str | None, Field(description="Why nothing is written: the audit is not what was signed; null: it is.")]
