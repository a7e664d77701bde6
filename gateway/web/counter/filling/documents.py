"""The papers that were brought, and all that a draft still lacks, in one list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gateway.api.http.problems import not_found
from gateway.cases.drafts.changes import SavedMeanwhile
from gateway.catalogue.guidance import filled, follow
from gateway.model.service import Text
from gateway.web.counter.filling import texts
from gateway.web.counter.filling.filled import version_of
from gateway.web.counter.filling.papers import ANSWERED, STATES, TICKED, answers, lacking, lines
from gateway.web.counter.filling.places import place_of
from gateway.web.counter.site import site_of
from gateway.web.counter.steps import StepSheet, address, following, form, page
from gateway.web.guidance.bring import bring_list

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.cases.drafts.view import DraftView
    from gateway.model.service import Service
    from gateway.web.staff.forms import Fields


async def show(asked: Asked, draft: DraftView) -> StepSheet:
    """The papers, and what is missing."""
    return await _sheet(asked, draft)


async def take(asked: Asked, draft: DraftView, fields: Fields) -> StepSheet | str:
    """Save what is ticked, and lead on. A paper that is missing keeps nobody from going on: the page of the next step says so."""
    service = asked.parts.catalogue.services.get(draft.service)
    if service is None:
        raise not_found()
    ticked = _answered(service.definition, draft, fields)
    for one in lines(service.definition, draft.notes):
        said = fields.get(f"/notes/{TICKED}{one.key}", "")
        ticked[f"/notes/{TICKED}{one.key}"] = said if said in STATES else None
    try:
        draft = await asked.parts.drafts.save(draft.id, asked.caller, version_of(fields), ticked)
    except SavedMeanwhile as problem:
        return await _sheet(asked, await asked.parts.drafts.read(draft.id, asked.caller), said=problem.said, status=problem.status)
    return address(draft.id, "documents" if "stay" in fields else following("documents"))


async def paper(asked: Asked, draft: DraftView) -> StepSheet:
    """The list of what to bring (一次性告知单), with what is missing and the code that brings the draft back, to print."""
    service = asked.parts.catalogue.services.get(draft.service)
    if service is None:
        raise not_found()
    report = await asked.parts.drafts.check(draft, asked.caller, asked.language)
    places = (place_of(draft.id, one["pointer"], service.drawn_form) for one in report["errors"])
    missing = [*dict.fromkeys((one.title.zh, one.title.en) for one in places if one.title is not None)]
    bring = bring_list(
        service,
        asked.parts.departments,
        answers(draft.notes),
        site=site_of(asked),
        missing=[*lacking(service.definition, draft.notes), *(Text(zh=zh, en=en) for zh, en in missing)],
        code=None if draft.code is None else f"{draft.code[:5]} {draft.code[5:]}",
    )
    return StepSheet(draft=draft, template="list.html", values={"bring": bring})


def _answered(definition: Service, draft: DraftView, fields: Fields) -> dict[str, str | None]:
    """Give what the answers to the guide's questions change: themselves, and fields of the form that are empty and follow from them."""
    asked = {f"{ANSWERED}{one.name}": fields.get(f"/notes/{ANSWERED}{one.name}", "") for one in definition.guide}
    known = filled(definition, {key.removeprefix(ANSWERED): said for key, said in asked.items()})
    changed = {pointer: text for pointer, text in known.items() if not draft.texts.get(pointer)}
    return {**changed, **{f"/notes/{key}": said or None for key, said in asked.items()}}


async def _sheet(asked: Asked, draft: DraftView, *, said: Text | None = None, status: int = 200) -> StepSheet:
    service = asked.parts.catalogue.services.get(draft.service)
    if service is None:
        raise not_found()
    report = await asked.parts.drafts.check(draft, asked.caller, asked.language)
    tree = service.drawn_form
    stand = follow(service.definition, answers(draft.notes))
    questions = [one for one in service.definition.guide if one.name in stand.chosen or one is stand.question]
    values = {
        "questions": [(one, stand.answers.get(one.name, "")) for one in questions],
        "elsewhere": stand.elsewhere,
        "papers": lines(service.definition, draft.notes),
        "states": {"seen": texts.PAPER_SEEN, "kept": texts.PAPER_KEPT, "missing": texts.PAPER_MISSING},
        "lacking": lacking(service.definition, draft.notes),
        "errors": [(one["detail"], place_of(draft.id, one["pointer"], tree)) for one in report["errors"]],
        "more_errors": report["more_errors"],
        "said": said,
    }
    return StepSheet(draft=draft, template="documents.html", values=values, status=status)


PAGES: Final = (
    page("documents", show, summary="The papers of a draft"),
    page("list", paper, step="documents", summary="What to bring, with the draft's code"),
    form("documents", take, step="documents", summary="The papers of a draft"),
)
