"""The papers that were brought, and all that a draft still lacks, in one list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gateway.api.http.problems import not_found
from gateway.cases.drafts.changes import SavedMeanwhile
from gateway.web.counter.filling import texts
from gateway.web.counter.filling.filled import tree_of, version_of
from gateway.web.counter.filling.papers import STATES, TICKED, lacking, lines
from gateway.web.counter.filling.places import place_of
from gateway.web.counter.steps import StepSheet, address, following, form, page

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.cases.drafts.view import DraftView
    from gateway.model.service import Text
    from gateway.web.staff.forms import Fields


async def show(asked: Asked, draft: DraftView) -> StepSheet:
    """The papers, and what is missing."""
    return await _sheet(asked, draft)


async def take(asked: Asked, draft: DraftView, fields: Fields) -> StepSheet | str:
    """Save what is ticked, and lead on. A paper that is missing keeps nobody from going on: the page of the next step says so."""
    service = asked.parts.catalogue.services.get(draft.service)
    if service is None:
        raise not_found()
    ticked: dict[str, str | None] = {}
    for one in lines(service.definition, draft.notes):
        said = fields.get(f"/notes/{TICKED}{one.key}", "")
        ticked[f"/notes/{TICKED}{one.key}"] = said if said in STATES else None
    try:
        draft = await asked.parts.drafts.save(draft.id, asked.caller, version_of(fields), ticked)
    except SavedMeanwhile as problem:
        return await _sheet(asked, await asked.parts.drafts.read(draft.id, asked.caller), said=problem.said, status=problem.status)
    return address(draft.id, "documents" if "stay" in fields else following("documents"))


async def _sheet(asked: Asked, draft: DraftView, *, said: Text | None = None, status: int = 200) -> StepSheet:
    service = asked.parts.catalogue.services.get(draft.service)
    if service is None:
        raise not_found()
    report = await asked.parts.drafts.check(draft, asked.caller, asked.language)
    tree = tree_of(service)
    values = {
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
    form("documents", take, step="documents", summary="The papers of a draft"),
)
