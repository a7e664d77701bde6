"""The pages of services: all of them with how they stand, and one with its suspensions and the forms on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from gateway.api.http.bodies import fitting
from gateway.api.http.problems import not_found
from gateway.api.http.route import path_id, path_name
from gateway.api.operating.services import wanted
from gateway.api.operating.services.suspensions import every, put_end, put_in_force, unclean
from gateway.api.shapes.answers import rfc3339
from gateway.cases.rights import Act, may
from gateway.model import code_names
from gateway.model.errors import Located
from gateway.model.identifiers import CHINA
from gateway.texts.instants import microseconds
from gateway.texts.refusals import Refused, in_language
from gateway.texts.sentences import name
from gateway.web.console.screens import View, action, screen
from gateway.web.console.services import texts
from gateway.web.console.words import word
from gateway.web.staff.forms import typed, wrong_in
from gateway.web.times import local, said_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gateway.api.http.route import Asked, Route
    from gateway.api.shapes.act_models import OperatorAct
    from gateway.model.service import Text
    from gateway.web.staff.forms import Fields

PATH: Final = "/console/services"
#: Years of a day that somebody may mean.
_YEARS: Final = range(2000, 3000)
_NOTICE_ZH, _NOTICE_EN, _SINCE, _UNTIL, _REASON = "notice-zh", "notice-en", "first-day", "last-day", "reason"
_POINTERS: Final = {
    "/notice/zh": _NOTICE_ZH, "/notice/en": _NOTICE_EN, "/since": _SINCE, "/until": _UNTIL, "/reason": _REASON,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionLine:
    """One suspension as its page shows it. ``last_day`` is what the form of its end begins with."""

    id: str
    in_force: bool
    times: Text
    notice: Text
    last_day: str
    acts: Sequence[tuple[Text, Text, Text, str | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLine:
    """A service as its pages show it, with its suspensions."""

    code: str
    title: Text
    there: bool
    suspensions: Sequence[SuspensionLine]

    @property
    def suspended(self) -> bool:
        """Tell whether it is suspended now."""
        return any(one.in_force for one in self.suspensions)


async def show_all(asked: Asked) -> View:
    """Every service, those that are suspended first."""
    lines = await _lines(asked)
    values = {
        "services": sorted(lines, key=lambda one: (not one.suspended, not one.suspensions)),
        "resting": sum(one.suspended for one in lines),
        "controls": _controls(asked),
    }
    return View(template="services/all.html", values=values)


async def show_one(asked: Asked) -> View:
    """One service. Raises Refused (404)."""
    return await _view(asked, said=texts.DONE.get(asked.request.query.get("done", "")))


async def suspend(asked: Asked, fields: Fields) -> str | View:
    """Suspend the service."""
    notice = {_NOTICE_ZH: " ".join(fields.get(_NOTICE_ZH, "").split()), _NOTICE_EN: " ".join(fields.get(_NOTICE_EN, "").split())}
    suspensions = asked.parts.suspensions
    since, wrong_since = _day(asked, fields.get(_SINCE, ""), "/since")
    if since is not None and local(since).date() == local(suspensions.clock()).date():
        since = None  # it has begun
    until, wrong_until = _day(asked, fields.get(_UNTIL, ""), "/until", whole=True)
    reason, wrong_reason = _reason(asked, fields.get(_REASON, ""))
    wrong = [*(wrong_since + wrong_until or suspensions.wrong_times(since, until, asked.language)), *wrong_reason]
    if not notice[_NOTICE_ZH]:
        wrong.append(Located("/notice/zh", in_language(texts.NO_NOTICE, asked.language)))
    document = {
        "notice": {"zh": notice[_NOTICE_ZH] or "-", "en": notice[_NOTICE_EN] or None},
        "since": _written(since),
        "until": _written(until),
        "reason": reason,
    }
    try:
        await put_in_force(asked, fitting(wanted.WantedSuspension, document, asked.language, [*wrong, *unclean(document, asked)]))
    except Refused as refused:
        return await _view(asked, status=422, wrong=wrong_in(refused, _POINTERS), given=typed(fields))
    return f"{PATH}/{asked.path['code']}?done=suspended"


async def change(asked: Asked, fields: Fields) -> str | View:
    """Give one of its suspensions another last day, or end it now: the button says which."""
    one, code = asked.path["id"], asked.path["code"]
    resumed = fields.get("act") == "resume"
    pointers = {"/until": f"{_UNTIL}-{one}", "/reason": f"{_REASON}-{one}"}
    until, wrong = (None, []) if resumed else _day(asked, fields.get(pointers["/until"], ""), "/until", whole=True)
    reason, wrong_reason = _reason(asked, fields.get(pointers["/reason"], ""))
    try:
        if resumed:
            said = fitting(wanted.WantedResumption, {"suspension": one, "reason": reason}, asked.language, wrong_reason)
            await asked.parts.suspensions.resume(code, only=said.suspension, reason=said.reason, caller=asked.caller)
        else:
            found = next((kept for kept in asked.parts.suspensions.kept() if kept.id == one), None)
            if found is not None:
                wrong = wrong or asked.parts.suspensions.wrong_end(until, found.since, asked.language)
            document = {"until": _written(until), "reason": reason}
            await put_end(asked, fitting(wanted.WantedEnd, document, asked.language, [*wrong, *wrong_reason]))
    except Refused as refused:
        return await _view(asked, status=422, wrong=wrong_in(refused, pointers), given=typed(fields))
    return f"{PATH}/{code}?done={'resumed' if resumed else 'changed'}"


def _day(asked: Asked, text: str, pointer: str, *, whole: bool = False) -> tuple[int | None, list[Located]]:
    """Read a day as the time at which it begins, or with ``whole`` ends, None where nothing is typed, and give what is wrong with it."""
    if not (text := text.strip()):
        return None, []
    wrong = [Located(pointer, in_language(texts.NO_DATE, asked.language))]
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None, wrong
    if day.year not in _YEARS:
        return None, wrong
    return int(datetime.combine(day + timedelta(days=whole), time(), CHINA).timestamp()) * 1_000_000, []


def _written(at: int | None) -> str | None:
    return None if at is None else rfc3339(at)


def _reason(asked: Asked, text: str) -> tuple[str, list[Located]]:
    """Give a reason that fits, and the error of one that is missing."""
    text = text.strip()
    return text or "-", [] if text else [Located("/reason", in_language(texts.NO_REASON_TO_SUSPEND, asked.language))]


async def _view(
    asked: Asked,
    *,
    status: int = 200,
    said: Text | None = None,
    wrong: Mapping[str, Text] | None = None,
    given: Mapping[str, str] | None = None,
) -> View:
    line = next((one for one in await _lines(asked) if one.code == asked.path["code"]), None)
    if line is None:
        raise not_found()
    values = {
        "service": line,
        "overlapping": sum(one.in_force for one in line.suspensions) > 1,
        "controls": _controls(asked),
        "said": said,
        "wrong": wrong or {},
        "typed": given or {},
    }
    return View(template="services/one.html", values=values, status=status)


def _controls(asked: Asked) -> bool:
    return may(asked.caller, Act.SUSPEND_SERVICES) is not None


async def _lines(asked: Asked) -> list[ServiceLine]:
    """Give the services of the catalogue, and those that are not in it any more and have suspensions that are not over."""
    by_code: dict[str, list[SuspensionLine]] = {}
    for one in await every(asked):
        by_code.setdefault(one["service"], []).append(_line(one))
    titles = {code: service.definition.title for code, service in asked.parts.catalogue.services.items()}
    return [
        ServiceLine(code=code, title=titles.get(code, name(code)), there=code in titles, suspensions=by_code.get(code, []))
        for code in [*titles, *(code for code in by_code if code not in titles)]
    ]


def _line(one: wanted.SuspensionShape) -> SuspensionLine:
    since, until = said_at(one["since"]), one["until"]
    at = None if until is None else microseconds(until)
    return SuspensionLine(
        id=one["id"],
        in_force=one["in_force"],
        times=texts.from_on(since) if until is None else texts.from_until(since, said_at(until)),
        notice=one["notice"],
        last_day="" if at is None else local(at - 1).date().isoformat(),
        acts=[_act(act) for act in one["acts"]],
    )


def _act(one: OperatorAct) -> tuple[Text, Text, Text, str | None]:
    at = name("-") if one["at"] is None else said_at(one["at"])
    return word(code_names.ACTS, one["act"]), name(one["name"] or one["actor"] or "-"), at, one["reason"]


_CODE: Final = (path_name("code", "service"),)
PAGES: Final[tuple[Route, ...]] = (
    screen(PATH, show_all, act=Act.SEE_SERVICES, named="servicesConsole", summary="Services: which take applications"),
    screen(f"{PATH}/{{code}}", show_one, act=Act.SEE_SERVICES, named="serviceConsole", summary="One service", parameters=_CODE),
    action(f"{PATH}/{{code}}", suspend, act=Act.SUSPEND_SERVICES, named="suspendForm", summary="Suspend a service", parameters=_CODE),
    action(
        f"{PATH}/{{code}}/suspensions/{{id}}",
        change,
        act=Act.SUSPEND_SERVICES,
        named="suspensionForm",
        summary="Change or end a suspension",
        parameters=(*_CODE, path_id("id", "suspension")),
    ),
)
