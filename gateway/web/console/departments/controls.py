"""An operator's forms on a department: pause, resume, probe now, other limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from gateway.api.http import requests
from gateway.api.http.bodies import fitting
from gateway.api.http.route import path_name
from gateway.api.operating.departments import probe_now, put_in_force
from gateway.cases.rights import Act
from gateway.model.errors import Located
from gateway.texts.refusals import Refused, in_language
from gateway.web.console.departments import texts
from gateway.web.console.departments.departments import PROBED, view
from gateway.web.console.screens import View, action
from gateway.web.staff.forms import typed, wrong_in

if TYPE_CHECKING:
    from gateway.api.http.route import Asked, Route
    from gateway.web.console.screens import Take
    from gateway.web.staff.forms import Fields

_REASON, _CONCURRENCY, _RATE, _LIMITS_REASON = "reason", "concurrency", "rate", "limits-reason"


async def pause(asked: Asked, fields: Fields) -> str | View:
    """Pause the department."""
    return await _control(asked, fields, {"paused": True}, done="paused", pointers={"/reason": _REASON})


async def resume(asked: Asked, fields: Fields) -> str | View:
    """Resume it."""
    return await _control(asked, fields, {"paused": False}, done="resumed", pointers={"/reason": _REASON})


async def limit(asked: Asked, fields: Fields) -> str | View:
    """Set other limits. An empty one goes back to the configuration."""
    limits = {"concurrency": _number(fields.get(_CONCURRENCY, "")), "rate_per_second": _number(fields.get(_RATE, ""))}
    pointers = {"/limits/concurrency": _CONCURRENCY, "/limits/rate_per_second": _RATE, "/reason": _LIMITS_REASON}
    return await _control(asked, fields, {"limits": limits}, done="limited", pointers=pointers)


async def probe(asked: Asked, fields: Fields) -> str | View:
    """Have the department probed now."""
    del fields  # nothing is asked
    try:
        await probe_now(asked)
    except Refused as refused:
        if refused.status != 409:  # a conflict: it is back already, which the page shows
            raise
        return await view(asked, status=409, said=refused.said)
    return _page_of(asked, PROBED)


async def _control(asked: Asked, fields: Fields, wanted: Mapping[str, object], *, done: str, pointers: Mapping[str, str]) -> str | View:
    reason = fields.get(pointers["/reason"], "").strip()
    missing = [] if reason else [Located("/reason", in_language(texts.DEPT_NO_REASON, asked.language))]
    try:
        # An empty reason is wrong in two ways of the model's, which people need not hear of.
        said = fitting(requests.DepartmentControl, {**wanted, "reason": reason or "-"}, asked.language, missing)
        await put_in_force(asked, said)
    except Refused as refused:
        return await view(asked, status=422, wrong=wrong_in(refused, pointers), typed=typed(fields))
    return _page_of(asked, done)


def _page_of(asked: Asked, done: str) -> str:
    return f"/console/departments/{asked.path['name']}?done={done}"


def _number(text: str) -> float | str | None:
    """Read a number as it is typed. What is none is left as it is, for the model to refuse."""
    text = text.strip()
    try:
        return int(text) if text.isdecimal() else float(text) if text else None
    except ValueError:
        return text


def _form(act: str, take: Take, form: str, summary: str) -> Route:
    where = f"/console/departments/{{name}}/{act}"
    return action(where, take, act=Act.CONTROL_DEPARTMENTS, named=form, summary=summary, parameters=(path_name("name", "department"),))


FORMS: Final = (
    _form("pause", pause, "pauseForm", "Pause a department"),
    _form("resume", resume, "resumeForm", "Resume a department"),
    _form("limits", limit, "limitsForm", "Limit a department"),
    _form("probe", probe, "probeForm", "Probe a department now"),
)
