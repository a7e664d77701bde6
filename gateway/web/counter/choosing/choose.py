"""The clerk's first page: a service to begin with, a draft to go on with, the window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aiohttp import web

from gateway.api.http.route import Asked, Route
from gateway.cases.rights import Act
from gateway.model import code_names
from gateway.model.identifiers import mask_name
from gateway.model.service import Text
from gateway.texts.refusals import Refused
from gateway.texts.sentences import listed
from gateway.web import texts as shared
from gateway.web.citizen.guides import SuspendedNotice, suspended_notice
from gateway.web.console.screens import View, action, screen
from gateway.web.console.words import department_title, service_title, word
from gateway.web.counter.choosing import texts
from gateway.web.counter.steps import DRAFT, ROOM, address
from gateway.web.counter.window import named, remember, window_of
from gateway.web.staff import guard
from gateway.web.times import moment

if TYPE_CHECKING:
    from gateway.cases.drafts.view import DraftView
    from gateway.catalogue.compiled import CompiledService
    from gateway.people.sessions import Signed
    from gateway.web.staff.forms import Fields

_HOME: Final = "/counter"
_LONGEST: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceChoice:
    """A service in the list. ``note`` says why it cannot be begun, or will wait."""

    code: str
    title: Text
    about: Text
    note: Text | None
    suspended: SuspendedNotice | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """A draft in a list."""

    path: str
    service: Text
    who: str | None = field(repr=False)
    by: str
    saved: Text


async def show(asked: Asked) -> View:
    """The page."""
    return await _view(asked)


async def begin(asked: Asked, fields: Fields) -> str:
    """Begin a draft, and lead on to its first step."""
    notes = {"window": window_of(asked.request), "ticket": " ".join(fields.get("ticket", "").split())[:_LONGEST]}
    known = {f"/notes/{key}": said for key, said in notes.items() if said}
    draft = await asked.parts.drafts.begin(fields.get("service", ""), asked.caller, known)
    return address(draft.id, "applicant")


async def find(asked: Asked, fields: Fields) -> str | View:
    """Lead on to the draft of a code, or list those of a person. Neither is in any address."""
    code, number = fields.get("code", "").strip(), fields.get("id_number", "").strip()
    if not code and not number:
        return await _view(asked, wrong={"code": texts.GIVE_CODE_OR_ID}, status=422)
    try:
        if code:
            return resumed(await asked.parts.drafts.of_code(code, asked.caller))
        found = await asked.parts.drafts.of_person(fields.get("id_type", ""), number, asked.caller)
    except Refused as refused:
        if refused.status not in (404, 422):
            raise
        return await _view(asked, wrong={"code": refused.said}, typed={"code": code[:_LONGEST]}, status=refused.status)
    return await _view(asked, found=found)


async def discard(asked: Asked, _fields: Fields) -> str:
    """Take a draft away."""
    await asked.parts.drafts.discard(asked.path["draft"], asked.caller)
    return _HOME


async def say_window(asked: Asked, _signed: Signed, fields: Fields) -> web.StreamResponse:
    """Remember the window in this browser."""
    window = named(fields.get("window", ""))
    if window is None:
        return web.Response(status=303, headers={"Location": f"{_HOME}?window=unfit"})
    answer = web.Response(status=303, headers={"Location": _HOME})
    remember(answer, window, secure=asked.request.secure)
    return answer


def resumed(draft: DraftView) -> str:
    """Give the step at which a draft goes on: the applicant's while nobody is named."""
    return address(draft.id, "form" if draft.texts.get("/applicant/id_number") else "applicant")


async def _view(
    asked: Asked,
    *,
    found: Sequence[DraftView] | None = None,
    wrong: Mapping[str, Text] | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> View:
    drafts, wanted = asked.parts.drafts, asked.request.query.get("q", "").strip()[:_LONGEST]
    names = {one.id: one.name for one in await asked.parts.people.accounts.all()}
    group = await drafts.of_group(asked.caller)

    def line(draft: DraftView) -> DraftLine:
        who = draft.texts.get("/applicant/name", "").strip()
        return DraftLine(
            path=resumed(draft),
            service=service_title(asked, draft.service),
            who=f"{mask_name(who).rstrip('*')}*" if who else None,
            by=names.get(draft.clerk, "-"),
            saved=moment(draft.saved_at),
        )

    values = {
        "wanted": wanted,
        "choices": [_choice(asked, one) for one in asked.parts.catalogue.services.values() if _fits(one, wanted)],
        "window": window_of(asked.request),
        "asks_window": asked.request.query.get("window") is not None or window_of(asked.request) is None,
        "window_wrong": texts.WINDOW_UNFIT if asked.request.query.get("window") == "unfit" else None,
        "mine": [line(one) for one in group if one.clerk == asked.caller.id],
        "others": [line(one) for one in group if one.clerk != asked.caller.id],
        "found": None if found is None else [line(one) for one in found],
        "wrong": wrong or {},
        "typed": typed or {},
        "id_types": [(code, word(code_names.ID_TYPES, code)) for code in code_names.ID_TYPES],
    }
    return View(template="choose.html", values=values, status=status, at=_HOME, room=ROOM)


def _fits(service: CompiledService, wanted: str) -> bool:
    definition = service.definition
    words = f"{definition.code} {definition.title.zh} {definition.title.en}".casefold()
    return all(part in words for part in wanted.casefold().split())


def _choice(asked: Asked, service: CompiledService) -> ServiceChoice:
    definition = service.definition
    departments = dict.fromkeys(step.department for step in definition.steps)
    return ServiceChoice(
        code=definition.code,
        title=definition.title,
        about=texts.departments_named(
            shared.promised(definition.limits.promised_working_days), listed(department_title(asked, one) for one in departments)
        ),
        note=texts.CANNOT_BEGIN if service.unavailable else None,
        suspended=suspended_notice(asked.parts.suspensions.now(definition.code)),
    )


PAGES: Final = (
    screen(_HOME, show, act=Act.DRAFT, named="counterPage", summary="The counter", tag=ROOM),
    action(f"{_HOME}/begin", begin, act=Act.DRAFT, named="counterBeginForm", summary="Begin a draft", tag=ROOM),
    action(f"{_HOME}/find", find, act=Act.DRAFT, named="counterFindForm", summary="Find a draft", tag=ROOM),
    action(
        f"{_HOME}/{{draft}}/discard",
        discard,
        act=Act.DRAFT,
        named="counterDiscardForm",
        summary="Discard a draft",
        tag=ROOM,
        parameters=DRAFT,
    ),
    Route(
        method="POST",
        path=f"{_HOME}/window",
        handler=guard.form(say_window, Act.DRAFT),
        id="counterWindowForm",
        tag=ROOM,
        summary="The window at which this browser stands",
        act=Act.DRAFT,
        signed=True,
    ),
)
