"""Who applies, and who hands in for her: the first step of a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gateway.cases.drafts.changes import SavedMeanwhile
from gateway.catalogue.drawing.people import agent_form, applicant_form
from gateway.catalogue.drawing.rows import is_within
from gateway.catalogue.parties.named import roles_of
from gateway.model.errors import Located
from gateway.web.counter.filling.filled import changes, clashes, version_of
from gateway.web.counter.steps import StepSheet, address, following, form, page
from gateway.web.forms.shown import FormView

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.api.http.route import Asked
    from gateway.cases.drafts.view import DraftView
    from gateway.web.counter.filling.filled import Clash
    from gateway.web.staff.forms import Fields

_TICKET: Final = "/notes/ticket"
_LONGEST: Final = 50


async def show(asked: Asked, draft: DraftView) -> StepSheet:
    """The step's page, with what is wrong where that is asked for."""
    return await _sheet(asked, draft, told="errors" in asked.request.query)


async def take(asked: Asked, draft: DraftView, fields: Fields) -> StepSheet | str:
    """Save it, and lead on unless something is wrong."""
    changed = {**changes(applicant_form(), draft.texts, fields), **changes(agent_form(), draft.texts, fields)}
    changed[_TICKET] = " ".join(fields.get(_TICKET, "").split())[:_LONGEST] or None
    try:
        draft = await asked.parts.drafts.save(draft.id, asked.caller, version_of(fields), changed)
    except SavedMeanwhile as problem:
        return await _sheet(asked, draft, told=False, typed=fields, clash=clashes(problem, applicant_form(), agent_form()), status=409)
    if await _errors(asked, draft):
        return await _sheet(asked, draft, told=True, status=422)
    return address(draft.id, following("applicant"))


async def _errors(asked: Asked, draft: DraftView) -> list[Located]:
    report = await asked.parts.drafts.check(draft, asked.caller, asked.language)
    return [Located(one["pointer"], one["detail"]) for one in report["errors"] if not is_within(one["pointer"], "/data")]


async def _sheet(
    asked: Asked,
    draft: DraftView,
    *,
    told: bool,
    typed: Mapping[str, str] | None = None,
    clash: list[Clash] | None = None,
    status: int = 200,
) -> StepSheet:
    errors = await _errors(asked, draft) if told else []
    texts = draft.texts if typed is None else typed
    service = asked.parts.catalogue.services.get(draft.service)

    def view(part: str) -> FormView:
        tree = applicant_form() if part == "/applicant" else agent_form()
        return FormView(tree=tree, values=texts, errors=[one for one in errors if is_within(one.pointer, part)])

    agent = view("/agent")
    values = {
        "view": view("/applicant"),
        "agent": agent,
        "has_agent": bool(agent.wrong) or any(text for pointer, text in texts.items() if is_within(pointer, "/agent")),
        "ticket": draft.notes.get("ticket", "") if typed is None else typed.get(_TICKET, ""),
        "parties": [] if service is None else [one for one in roles_of(service.definition) if one.role != "applicant"],
        "clash": clash or [],
    }
    return StepSheet(draft=draft, template="applicant.html", values=values, status=status)


PAGES: Final = (
    page("applicant", show, summary="Who applies"),
    form("applicant", take, step="applicant", summary="Who applies"),
)
