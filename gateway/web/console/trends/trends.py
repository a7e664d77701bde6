"""Trends: cases received and ended, and each department's calls, failures and times, over a day, a week or ninety days."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from itertools import groupby
from operator import add
from typing import TYPE_CHECKING, Final, TypeVar

from gateway.cases.rights import Act, may, reach
from gateway.journal.hours.counting import Span
from gateway.journal.hours.figures import HOUR, CaseFigures, DepartmentFigures, hour_of
from gateway.journal.hours.trends import trends
from gateway.web.charts import Chart, Value, bars, stacked
from gateway.web.console.screens import View, screen
from gateway.web.console.trends import texts
from gateway.web.times import moment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.api.http.route import Asked
    from gateway.journal.hours.trends import DepartmentTrend
    from gateway.model.service import Text

F = TypeVar("F", CaseFigures, DepartmentFigures)

#: Spans by their word: the hours of the whole, and of one bar.
_SPANS: Final[Mapping[str, tuple[int, int]]] = {"day": (24, 1), "week": (7 * 24, 6), "quarter": (90 * 24, 24)}
_DAY_BEGINS: Final = 8 * HOUR  # in China, before that of UTC
_SECOND: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Steps:
    """The begins of the bars of a span, and hours as places among them."""

    begins: Sequence[int]
    length: int

    def sums(self, hours: Sequence[int], figures: Sequence[F], none: F) -> list[F]:
        """Give the figures of each bar, which may be of several hours, or of none that was counted."""
        found = {
            step: reduce(add, (one for _, one in several), none)
            for step, several in groupby(zip(hours, figures, strict=True), lambda one: _step(one[0], self.length))
        }
        return [found.get(begin, none) for begin in self.begins]

    @property
    def names(self) -> list[Text]:
        """The bars' begins as people read them."""
        return [moment(begin) for begin in self.begins]


def _step(hour: int, length: int) -> int:
    return hour - (hour + _DAY_BEGINS) % length


async def show(asked: Asked) -> View:
    """The figures of the span that the address names, the last day unless it does."""
    word = asked.request.query.get("span", "")
    word = word if word in _SPANS else "day"
    hours, each = _SPANS[word]
    ends = hour_of(time.time_ns() // 1000) + HOUR
    span = Span(begins=_step(ends - hours * HOUR, each * HOUR), ends=ends)
    steps = _Steps(begins=range(span.begins, span.ends, each * HOUR), length=each * HOUR)
    seen = [name for name in asked.parts.departments if may(asked.caller, Act.SEE_DEPARTMENTS, department=name) is not None]
    found = await asked.parts.insights.read(partial(trends, span=span, departments=seen))
    whole = reach(asked.caller, Act.SEE_DEPARTMENTS) is None
    cases = _cases(steps, steps.sums(found.hours, found.cases, CaseFigures()), found.total) if whole else None
    values = {
        "span": word,
        "spans": texts.SPANS,
        "cases": cases,
        "departments": [_department(asked, steps, found.hours, one) for one in found.departments],
        "headline": texts.received_and_ended(found.total.received, found.total.ended) if whole else texts.DEPARTMENT_ALONE,
        "counted": None if found.counted_at is None else texts.counted(moment(found.counted_at), texts.STEPS[word]),
        "ends": (moment(span.begins), moment(steps.begins[-1])),
    }
    return View(template="trends/trends.html", values=values)


def _cases(steps: _Steps, figures: Sequence[CaseFigures], total: CaseFigures) -> Mapping[str, object]:
    late = total.promised - total.on_time
    share = texts.on_time_of(total.promised, total.on_time, 100 * total.on_time / total.promised) if total.promised else texts.NONE_PROMISED
    parts = [
        Value(name=texts.ON_TIME, number=total.on_time, colour="ok"),
        Value(name=texts.LATE, number=late, colour="held"),
    ]
    return {
        "charts": [
            _counts(steps, texts.CASES_RECEIVED, figures, lambda one: one.received, "run"),
            _counts(steps, texts.CASES_ENDED, figures, lambda one: one.ended, "ok"),
        ],
        "share": stacked(share, parts),
        "heads": [texts.FROM_TIME, texts.CASES_RECEIVED, texts.CASES_ENDED, texts.ON_TIME, texts.LATE],
        "rows": [
            (name, [one.received, one.ended, one.on_time, one.promised - one.on_time])
            for name, one in zip(steps.names, figures, strict=True)
        ],
    }


def _department(asked: Asked, steps: _Steps, hours: Sequence[int], trend: DepartmentTrend) -> Mapping[str, object]:
    figures, total = steps.sums(hours, trend.hours, DepartmentFigures()), trend.total
    calls = _calls(total)
    half, most = (_time(total.latencies.percentile(share)) for share in (0.5, 0.95))
    said = texts.calls_found(calls, total.failed, 100 * total.failed / calls, half, most) if calls else texts.NEVER_CALLED
    return {
        "name": trend.name,
        "title": asked.parts.departments[trend.name].config.title,
        "said": said,
        "charts": [
            _counts(steps, texts.CALLS, figures, _calls, "run"),
            _counts(steps, texts.FAILED_CALLS, figures, lambda one: one.failed, "held"),
            _times(steps, figures),
        ]
        if calls
        else [],
        "heads": [texts.FROM_TIME, texts.CALLS, texts.FAILED_CALLS, texts.HALF_WITHIN, texts.SLOWEST_95],
        "rows": [
            (name, [_calls(one), one.failed, *(_time(one.latencies.percentile(share)) for share in (0.5, 0.95))])
            for name, one in zip(steps.names, figures, strict=True)
        ],
    }


def _calls(figures: DepartmentFigures) -> int:
    return figures.sent + figures.asked


def _counts(steps: _Steps, title: Text, figures: Sequence[F], number: Callable[[F], int], colour: str) -> tuple[Text, Chart]:
    values = [Value(name=name, number=number(one), colour=colour) for name, one in zip(steps.names, figures, strict=True)]
    most = max(values, key=lambda one: one.number)
    total = sum(number(one) for one in figures)
    return title, bars(texts.most_at(title, total, most.name, int(most.number)) if total else texts.none_of(title), values)


def _times(steps: _Steps, figures: Sequence[DepartmentFigures]) -> tuple[Text, Chart]:
    taken = [one.latencies.percentile(0.95) or 0.0 for one in figures]
    values = [Value(name=name, number=seconds, colour="back") for name, seconds in zip(steps.names, taken, strict=True)]
    most = max(values, key=lambda one: one.number)
    return texts.SLOWEST_95, bars(texts.slowest_at(_time(most.number), most.name), values)


def _time(seconds: float | None) -> str:
    """Say how long a call took, the same in every language."""
    if seconds is None:
        return "–"
    return f"{seconds:.1f} s" if seconds >= _SECOND else f"{seconds * 1000:.0f} ms"


PAGES: Final = (screen("/console/trends", show, act=Act.SEE_DEPARTMENTS, named="trendsPage", summary="Trends"),)
