"""The way that a draft goes at the counter: one page a step, each with the bar of all steps above it.

A draft that is filed leads to its receipt from every step, so that the browser's way back ends there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gateway.api.http.route import Asked, Route, path_id
from gateway.cases.drafts.changes import AlreadyFiled
from gateway.cases.rights import Act
from gateway.web.citizen.guides import suspended_notice
from gateway.web.console.screens import View, action, screen
from gateway.web.console.words import service_title
from gateway.web.counter import texts
from gateway.web.counter.window import window_of
from gateway.web.texts import promised
from gateway.web.times import clock

if TYPE_CHECKING:
    from gateway.cases.drafts.view import DraftView
    from gateway.model.service import Text
    from gateway.web.staff.forms import Fields

ROOM: Final = "counter"
DRAFT: Final = (path_id("draft", "draft"),)
#: The steps of a draft after its service is chosen: the last part of each page's address, and its name.
STEPS: Final[Mapping[str, Text]] = {
    "applicant": texts.STEP_APPLICANT,
    "form": texts.STEP_FORM,
    "documents": texts.STEP_DOCUMENTS,
    "check": texts.STEP_CHECK,
    "receipt": texts.STEP_RECEIPT,
}
_ORDER: Final = tuple(STEPS)
#: Fields with a text above which a draft takes long to draw.
_MANY: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSheet:
    """A step's page before it is rendered: a template of the room, the values in it, and the draft as it is by now."""

    draft: DraftView = field(repr=False)
    template: str
    values: Mapping[str, object] = field(default_factory=dict, repr=False)
    status: int = 200


#: Shows a step of a draft, or leads on (a path).
ShowStep = Callable[[Asked, "DraftView"], Awaitable["StepSheet | str"]]
#: Takes a form about a draft, in the same way.
TakeStep = Callable[[Asked, "DraftView", "Fields"], Awaitable["StepSheet | str"]]


def address(draft_id: str, step: str) -> str:
    """Give the address of a step."""
    return f"/counter/{draft_id}/{step}"


def following(step: str) -> str:
    """Name the step after one."""
    return _ORDER[_ORDER.index(step) + 1]


def page(path: str, show: ShowStep, *, summary: str, step: str = "") -> Route:
    """Give the route of a step's page, or of another that belongs to that ``step``."""
    step = step or path

    async def shown(asked: Asked) -> str | View:
        draft = await asked.parts.drafts.read(asked.path["draft"], asked.caller)
        if draft.application_id is not None and step != "receipt":
            return address(draft.id, "receipt")
        return _view(asked, step, await show(asked, draft))

    named = f"counter{path.capitalize()}Page"
    return screen(f"/counter/{{draft}}/{path}", shown, act=Act.DRAFT, named=named, summary=summary, parameters=DRAFT, tag=ROOM)


def form(path: str, take: TakeStep, *, step: str, summary: str) -> Route:
    """Give the route of a form about a draft, which shows that ``step`` again where something is wrong."""

    async def taken(asked: Asked, fields: Fields) -> str | View:
        draft = await asked.parts.drafts.read(asked.path["draft"], asked.caller)
        try:
            sheet = address(draft.id, "receipt?again=1") if draft.application_id is not None else await take(asked, draft, fields)
        except AlreadyFiled:
            sheet = address(draft.id, "receipt?again=1")
        return _view(asked, step, sheet)

    named, at = f"counter{path.capitalize()}Form", f"/counter/{{draft}}/{path}"
    return action(at, taken, act=Act.DRAFT, named=named, summary=summary, parameters=DRAFT, tag=ROOM, of_application=True)


def _view(asked: Asked, step: str, sheet: StepSheet | str) -> str | View:
    if isinstance(sheet, str):
        return sheet
    draft, service = sheet.draft, asked.parts.catalogue.services.get(sheet.draft.service)
    at = _ORDER.index(step)
    values = {
        "draft": draft,
        "step": step,
        "bar": [
            (title, "done" if place < at else "here" if place == at else "", address(draft.id, name))
            for place, (name, title) in enumerate(STEPS.items())
        ],
        "before": address(draft.id, _ORDER[at - 1]) if at else "/counter",
        "after": STEPS[_ORDER[at + 1]] if at + 1 < len(_ORDER) else None,
        "title": service_title(asked, draft.service),
        "promised": None if service is None else promised(service.definition.limits.promised_working_days),
        "window": window_of(asked.request),
        "suspended": suspended_notice(asked.parts.suspensions.now(draft.service)),
        "saved": texts.draft_saved(clock(draft.saved_at)),
        **sheet.values,
    }
    long = len(draft.texts) > _MANY
    return View(template=sheet.template, values=values, status=sheet.status, room=ROOM, at=address(draft.id, step), long=long)
