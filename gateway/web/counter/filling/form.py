"""The service's form, drawn from its schema: the step in which a draft is filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gateway.api.http.problems import not_found
from gateway.cases.drafts.changes import SavedMeanwhile
from gateway.catalogue.drawing.posted import flat
from gateway.catalogue.drawing.rows import is_within
from gateway.model.errors import Located
from gateway.texts.refusals import conflict
from gateway.texts.sentences import name
from gateway.web.counter.filling import texts
from gateway.web.counter.filling.filled import becoming, changes, clashes, version_of
from gateway.web.counter.filling.places import title_of
from gateway.web.counter.steps import StepSheet, address, following, form, page
from gateway.web.forms.buttons import pressed
from gateway.web.forms.shown import FormView

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.api.http.route import Asked
    from gateway.cases.drafts.view import DraftView
    from gateway.catalogue.compiled import CompiledService
    from gateway.web.counter.filling.filled import Clash
    from gateway.web.staff.forms import Fields

_PART: Final = "/data"


async def show(asked: Asked, draft: DraftView) -> StepSheet:
    """The form, with what is wrong where that is asked for."""
    errors = await _errors(asked, draft) if "errors" in asked.request.query else []
    return await _sheet(asked, draft, errors=errors)


async def take(asked: Asked, draft: DraftView, fields: Fields) -> StepSheet | str:
    """Save it. A button within the form leads back to its place, the step's own leads on unless something is wrong."""
    service = _service(asked, draft)
    tree, drafts = service.drawn_form, asked.parts.drafts
    button = pressed(tree, fields, draft.texts)
    changed = changes(tree, draft.texts, fields) if button is None else becoming(tree, draft.texts, button.value)
    try:
        draft = await drafts.save(draft.id, asked.caller, version_of(fields), changed)
    except SavedMeanwhile as problem:
        now = await drafts.read(draft.id, asked.caller)
        return await _sheet(asked, now, typed=fields, clash=clashes(problem, tree), status=409)
    if button is not None:
        return f"{address(draft.id, 'form')}#{button.at}"
    if draft.digest != service.digest:
        if fields.get("digest") != service.digest:
            return address(draft.id, "form")  # the page was made of the form before: let the clerk see this one
        await drafts.see_form(draft.id, asked.caller, service.digest)
        draft = await drafts.read(draft.id, asked.caller)
    errors = await _errors(asked, draft)
    return await _sheet(asked, draft, errors=errors, status=422) if errors else address(draft.id, following("form"))


async def fill(asked: Asked, draft: DraftView, fields: Fields) -> StepSheet | str:
    """Fill the draft in as the service's sample has it: where people learn, and nowhere else."""
    if not asked.parts.training:
        raise conflict(texts.FOR_TRAINING_ALONE)
    sample = _service(asked, draft).definition.sample
    filled = {**flat(sample["applicant"], "/applicant"), **flat(sample["data"], _PART)}
    old = dict.fromkeys(pointer for pointer in draft.texts if is_within(pointer, _PART))
    await asked.parts.drafts.save(draft.id, asked.caller, draft.version, {**old, **filled})
    return address(draft.id, "form" if fields.get("at") == "form" else "applicant")


async def _errors(asked: Asked, draft: DraftView) -> list[Located]:
    report = await asked.parts.drafts.check(draft, asked.caller, asked.language)
    return [Located(one["pointer"], one["detail"]) for one in report["errors"] if is_within(one["pointer"], _PART)]


async def _sheet(
    asked: Asked,
    draft: DraftView,
    *,
    errors: list[Located] | None = None,
    typed: Mapping[str, str] | None = None,
    clash: list[Clash] | None = None,
    status: int = 200,
) -> StepSheet:
    service = _service(asked, draft)
    tree = service.drawn_form
    said = draft.texts if typed is None else typed
    sample = flat(service.definition.sample["data"], _PART)
    change = await asked.parts.drafts.form_change(draft)
    values = {
        "digest": service.digest,
        "view": FormView(tree=tree, values=said, errors=errors or (), sample=sample, copies=True),
        "change": change,
        "unfit": [] if change is None else [(title_of(tree, at) or name(at.rpartition("/")[2]), text) for at, text in change.unfit.items()],
        "clash": clash or [],
    }
    return StepSheet(draft=draft, template="form.html", values=values, status=status)


def _service(asked: Asked, draft: DraftView) -> CompiledService:
    service = asked.parts.catalogue.services.get(draft.service)
    if service is None:
        raise not_found()
    return service


PAGES: Final = (
    page("form", show, summary="The form of a draft"),
    form("form", take, step="form", summary="The form of a draft"),
    form("sample", fill, step="form", summary="Fill in from the sample, in training"),
)
