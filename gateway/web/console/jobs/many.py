"""The page on which many are sent again: chosen, looked at beforehand in three numbers, begun. The jobs that did so are on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gateway.api.http.paging import uuid_of
from gateway.api.operating.jobs import begun_by, prospects, so_far, some
from gateway.cases.rights import Act, may
from gateway.model import code_names
from gateway.model.errors import Located
from gateway.model.identifiers import new_id
from gateway.texts.refusals import Refused, in_language
from gateway.web.console.jobs import texts
from gateway.web.console.jobs.selection import POINTERS, chosen, wanted
from gateway.web.console.screens import View, action, screen
from gateway.web.console.words import department_title, word
from gateway.web.staff.forms import wrong_in
from gateway.web.times import said_at

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.api.operating.job_models import JobSummary, RetryProspects
    from gateway.model.service import Text
    from gateway.web.staff.forms import Fields

#: Beyond this the number is typed in, so that nobody sends thousands with one press.
_PRESSED: Final = 100
_JOBS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The prospects of a choice: three numbers, each with the lines it is made of, and the words of the button."""

    selected: int
    sent: int
    asked: int
    left: int
    sent_lines: tuple[Text, ...]
    asked_lines: tuple[Text, ...]
    left_lines: tuple[Text, ...]

    @property
    def count(self) -> int:
        """The deliveries that something would be done with."""
        return self.sent + self.asked

    @property
    def button(self) -> Text:
        """The words of the button that does it."""
        if not self.asked:
            return texts.many_sent(self.sent)
        return texts.many_sent_and_asked(self.count, self.sent, self.asked) if self.sent else texts.many_asked(self.asked)

    @property
    def is_typed(self) -> bool:
        """Tell whether the number is to be typed in."""
        return self.count > _PRESSED


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLine:
    """One job in the list."""

    id: str
    began: Text
    actor: str
    state: Text
    running: bool
    selected: int
    progress: Text | None


async def show(asked: Asked) -> View:
    """The form, what would happen if something was chosen, and the jobs."""
    query = asked.request.query
    picked = chosen(query)
    if "look" not in query and not picked:
        return await _view(asked, picked)
    try:
        wanted(picked, asked.language)
    except Refused as refused:
        return await _view(asked, picked, status=422, wrong=wrong_in(refused, POINTERS))
    return await _view(asked, picked, look=True)


async def begin(asked: Asked, fields: Fields) -> str | View:
    """Begin the job of what was looked at. One form begins one job, however often it is sent."""
    picked, reason, key = chosen(fields), fields.get("reason", "").strip(), uuid_of(fields.get("key", "")) or new_id()
    counted = fields.get("count", "")
    try:
        said = wanted(picked, asked.language, reason=reason or "-", errors=_missing(asked, fields, reason, counted))
    except Refused as refused:
        return await _view(asked, picked, status=422, look=True, wrong=wrong_in(refused, POINTERS), typed=fields, key=key)
    now = _outlook(asked, await prospects(asked, said.filter))
    if str(now.count) != counted:
        before = await asked.parts.jobs.begun_before(asked.caller, key)
        if before is not None:
            return _page_of(before)
        said_so = texts.many_changed(int(counted) if counted.isdecimal() else 0, now.count)
        return await _view(asked, picked, status=409, look=True, said=said_so, typed=fields)
    return _page_of((await begun_by(asked, said, key)).id)


def _missing(asked: Asked, fields: Fields, reason: str, counted: str) -> list[Located]:
    missing = [] if reason else [Located("/reason", in_language(texts.MANY_NO_REASON, asked.language))]
    if counted.isdecimal() and int(counted) > _PRESSED and fields.get("typed", "").strip() != counted:
        missing.append(Located("/count", in_language(texts.MANY_WRONG, asked.language)))
    return missing


def _page_of(job: str) -> str:
    return f"/console/jobs/{job}"


async def _view(
    asked: Asked,
    picked: Mapping[str, str],
    *,
    look: bool = False,
    status: int = 200,
    said: Text | None = None,
    wrong: Mapping[str, Text] | None = None,
    typed: Mapping[str, str] | None = None,
    key: str | None = None,
) -> View:
    repairs = may(asked.caller, Act.REPAIR_MANY) is not None
    sound = repairs and look and not (wrong or {}).keys() & {"state", "department", "service", "problem", "since"}
    cursor = uuid_of(asked.request.query.get("cursor", ""))
    found = await some(asked, cursor, _JOBS)
    values = {
        "repairs": repairs,
        "picked": picked,
        **_choices(asked),
        "outlook": _outlook(asked, await prospects(asked, wanted(picked, asked.language).filter)) if sound else None,
        "key": key or new_id(),
        "said": said,
        "wrong": wrong or {},
        "typed": typed or {},
        "jobs": [await _line(asked, one) for one in found["items"]],
        "next": found["next"],
    }
    return View(template="jobs/many.html", values=values, status=status)


def _choices(asked: Asked) -> dict[str, list[tuple[str, Text]]]:
    """Give what may be chosen of each field, by its code."""
    parts = asked.parts
    return {
        "states": [(state, word(code_names.DELIVERY_STATES, state)) for state in ("held", "in_doubt")],
        "departments": [(code, hosted.config.title) for code, hosted in parts.departments.items()],
        "services": [(code, service.definition.title) for code, service in parts.catalogue.services.items()],
        "failures": [(code, word(code_names.FAILURES, code)) for code in code_names.FAILURES if code.isascii()],
    }


def _outlook(asked: Asked, found: RetryProspects) -> Outlook:
    lines: dict[str, list[Text]] = {"sent_again": [], "asked_first": [], "left": []}
    for one in found["items"]:
        title = department_title(asked, one["department"])
        if one["would"] in lines:
            lines[one["would"]].append(texts.would_line(title, word(code_names.DELIVERY_STATES, one["state"]), one["count"]))
        else:
            lines["left"].append(texts.would_line(title, word(code_names.JOB_RESULTS, one["would"]), one["count"]))
    sent, first = found["would"].get("sent_again", 0), found["would"].get("asked_first", 0)
    return Outlook(
        selected=found["selected"],
        sent=sent,
        asked=first,
        left=found["selected"] - sent - first,
        sent_lines=tuple(lines["sent_again"]),
        asked_lines=tuple(lines["asked_first"]),
        left_lines=tuple(lines["left"]),
    )


async def _line(asked: Asked, job: JobSummary) -> JobLine:
    """Give a job's line. How far it is is counted only while it runs: of an ended one its page tells."""
    running = job["state"] == "running"
    progress = texts.job_looked_at((await so_far(asked, job["id"]))["looked_at"], job["selected"]) if running else None
    return JobLine(
        id=job["id"],
        began=said_at(job["created_at"]),
        actor=job["actor"],
        state=word(code_names.JOB_STATES, job["state"]),
        running=running,
        selected=job["selected"],
        progress=progress,
    )


PAGES: Final = (
    screen("/console/jobs", show, act=Act.SEE_JOBS, named="jobsPage", summary="Send many again"),
    action("/console/jobs", begin, act=Act.REPAIR_MANY, named="beginJobForm", summary="Send many again"),
)
