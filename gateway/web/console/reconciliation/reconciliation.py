"""The page of a department's day, and the same as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from gateway.api.http.paging import DAY, LONGEST_PAGE, WORD, Query
from gateway.api.http.problems import not_found
from gateway.api.http.route import Asked, Parameter
from gateway.api.operating.departments import readable
from gateway.api.operating.reconciliation import some_of, whole_as_csv
from gateway.cases.rights import Act, may
from gateway.model import code_names
from gateway.model.identifiers import CHINA
from gateway.model.service import Text
from gateway.texts.instants import microseconds
from gateway.texts.sentences import name
from gateway.web.console.reconciliation import texts
from gateway.web.console.screens import View, file, screen
from gateway.web.console.words import failure, number_groups, word
from gateway.web.times import clock

if TYPE_CHECKING:
    from aiohttp import web

    from gateway.api.operating.department_models import ReconciledDelivery

_PAGE: Final = "/console/reconciliation"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRow:
    """One round of a delivery on the day."""

    number: list[str]  # in its groups
    operation: Text
    key: str
    sent: Text
    answer: Text
    reference: str
    state: Text


async def show(asked: Asked) -> View:
    """A department's day, what is in doubt of it first."""
    mine = _departments(asked)
    if not mine:
        raise not_found()
    department, day, cursor = _wanted(asked, next(iter(mine)))
    found = await some_of(asked, _readable(asked, department), day, cursor, LONGEST_PAGE)
    adapter = asked.parts.departments[department].department
    titles = {one.name: Text(zh=one.title_zh, en=one.title_en) for one in (adapter.operations if adapter else ())}
    values = {
        "departments": list(mine.items()),
        "department": department,
        "day": day.isoformat(),
        "today": _today().isoformat(),
        "doubtful": _rows((one for one in found["items"] if one["in_doubt"]), titles),
        "others": _rows((one for one in found["items"] if not one["in_doubt"]), titles),
        "next": found["next"],
    }
    return View(template="reconciliation.html", values=values)


async def as_csv(asked: Asked) -> web.StreamResponse:
    """The whole day as CSV."""
    department, day, _ = _wanted(asked, "")
    return await whole_as_csv(asked, _readable(asked, department), day)


def _departments(asked: Asked) -> dict[str, Text]:
    """Give the departments whose days the person may see."""
    installed = asked.parts.departments.items()
    return {code: hosted.config.title for code, hosted in installed if may(asked.caller, Act.RECONCILE, department=code) is not None}


def _readable(asked: Asked, department: str) -> str:
    """Give the department's name. Raises Refused (404) where the person may see none of that name."""
    return readable(replace(asked, path={"name": department}), Act.RECONCILE)[0]


def _wanted(asked: Asked, otherwise: str) -> tuple[str, date, str | None]:
    query = Query(asked.request.query, asked.language)
    department, day, cursor = query.word("department") or otherwise, query.day("day") or _today(), query.cursor(of_day=True)
    query.done()
    return department, day, cursor


def _today() -> date:
    return datetime.now(CHINA).date()


def _rows(found: Iterable[ReconciledDelivery], titles: Mapping[str, Text]) -> list[DayRow]:
    return [
        DayRow(
            number=number_groups(one["application_number"]),
            operation=texts.operation_of_round(does, one["round"]) if one["round"] > 1 else does,
            key=one["key"],
            sent=_sent(one),
            answer=_answer(one),
            reference=one["reference"] or "-",
            state=word(code_names.DELIVERY_STATES, one["state"]),
        )
        for one in found
        for does in [titles.get(one["operation"], name(one["operation"]))]
    ]


def _sent(one: ReconciledDelivery) -> Text:
    if one["first_sent_at"] is None:
        return texts.NOT_SENT_THAT_DAY
    at = _clock(one["first_sent_at"])
    return texts.sent_times(at, one["attempts"]) if one["attempts"] > 1 else name(at)


def _answer(one: ReconciledDelivery) -> Text:
    if one["answer"] is None or one["answered_at"] is None:
        return texts.DAY_NO_ANSWER
    known = one["answer"] in code_names.DELIVERY_STATES or one["answer"] in code_names.OUTCOMES
    said = word({**code_names.OUTCOMES, **code_names.DELIVERY_STATES}, one["answer"]) if known else failure(one["answer"])
    return texts.day_answered(said, _clock(one["answered_at"]))


def _clock(written: str) -> str:
    return clock(microseconds(written) or 0)


_PARAMETERS: Final = (
    Parameter(name="department", place="query", description="The department's name.", schema=WORD),
    Parameter(name="day", place="query", description="The day in Asia/Shanghai; today unless given.", schema=DAY),
)
PAGES: Final = (
    screen(_PAGE, show, act=Act.RECONCILE, named="reconciliationPage", summary="A department's day", parameters=_PARAMETERS),
    file(
        f"{_PAGE}/day.csv",
        as_csv,
        act=Act.RECONCILE,
        named="reconciliationFile",
        summary="A department's day as CSV",
        parameters=_PARAMETERS,
    ),
)
