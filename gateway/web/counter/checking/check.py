"""The page on which clerk and applicant check a draft, the same turned to the applicant, and the form that files it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gateway.cases.drafts.changes import SavedMeanwhile
from gateway.texts import instants
from gateway.texts.refusals import Refused
from gateway.web.counter.checking import texts
from gateway.web.counter.checking.matrix import matrix
from gateway.web.counter.filling.filled import version_of
from gateway.web.counter.filling.papers import brought, lacking
from gateway.web.counter.filling.places import FieldPlace, place_of
from gateway.web.counter.steps import StepSheet, address, form, page
from gateway.web.counter.window import window_of
from gateway.web.times import weekday

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.cases.drafts.view import DraftView
    from gateway.catalogue.drawing.fields import DrawnField
    from gateway.model import Details
    from gateway.model.service import Text
    from gateway.web.staff.forms import Fields

_AT, _REASON = "/late_entry/handed_in_at", "/late_entry/reason"
#: A time as browsers give it in a field for one, to the minute, in China's zone.
_LOCAL: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")
_ZONE: Final = ":00+08:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToMend:
    """Something that is wrong or worth a look: what, and the place where it can be changed."""

    detail: str
    place: FieldPlace


async def show(asked: Asked, draft: DraftView) -> StepSheet:
    """The draft as it would be filed: what is wrong, who is told what, by when it is done."""
    return await _sheet(asked, draft)


async def turned(asked: Asked, draft: DraftView) -> StepSheet:
    """The same for the applicant's eyes, with nothing to press but that it is right."""
    return await _sheet(asked, draft, template="turned.html")


async def confirm(asked: Asked, draft: DraftView, fields: Fields) -> StepSheet | str:
    """Take the applicant's word for what the screen showed: the draft as it was in that version, and no later one."""
    if fields.get("version") != str(draft.version):
        return await _sheet(asked, draft, template="turned.html", status=409)
    return f"{address(draft.id, 'check')}?confirmed={draft.version}"


async def file(asked: Asked, draft: DraftView, fields: Fields) -> StepSheet | str:
    """File the draft once, and lead to its receipts. Who comes second is told who filed it."""
    late = {_AT: _instant(fields.get(_AT, "")), _REASON: fields.get(_REASON, "").strip()}
    seen, own = version_of(fields), any(draft.texts.get(key, "") != said for key, said in late.items())
    try:
        draft = await asked.parts.drafts.save(draft.id, asked.caller, seen, {key: said or None for key, said in late.items()})
        if draft.version != seen + own:  # what the applicant has not seen is not filed
            return await _sheet(asked, draft, said=texts.CHANGED_MEANWHILE, status=409)
        if fields.get("confirmed") != "yes":
            return await _sheet(asked, draft, said=texts.NOT_CONFIRMED, status=422)
        filed = await asked.parts.drafts.file(draft.id, asked.caller, asked.language, version=draft.version, noted=_noted(asked, draft))
    except SavedMeanwhile as problem:
        now = await asked.parts.drafts.read(draft.id, asked.caller)
        return await _sheet(asked, now, said=texts.CHANGED_MEANWHILE, status=problem.status)
    except Refused as problem:
        if problem.status in (403, 404):
            raise
        return await _sheet(asked, draft, said=problem.said, status=problem.status)
    return address(draft.id, "receipt") + ("" if filed.created else "?again=1")


def _noted(asked: Asked, draft: DraftView) -> Details:
    """Say in the entry of the filing at which window it was, and which papers were looked at or kept."""
    service, window = asked.parts.catalogue.services.get(draft.service), window_of(asked.request)
    papers = {} if service is None else brought(service.definition, draft.notes)
    return {**({"window": window} if window else {}), **({"papers": papers} if papers else {})}


async def _sheet(asked: Asked, draft: DraftView, *, template: str = "check.html", said: Text | None = None, status: int = 200) -> StepSheet:
    drafts, parts = asked.parts.drafts, asked.parts
    report, document = await drafts.check(draft, asked.caller, asked.language), drafts.document(draft)
    service = parts.catalogue.services[draft.service]
    titles = {department: hosted.config.title for department, hosted in parts.departments.items()}
    table, tree = matrix(service, document, titles), service.drawn_form
    due = instants.microseconds(report["due_at"]) if report["due_at"] else None
    values = {
        "errors": [_to_mend(draft, one, tree) for one in report["errors"]],
        "more_errors": report["more_errors"],
        "warnings": [_to_mend(draft, one, tree) for one in report["warnings"]],
        "lacking": lacking(service.definition, draft.notes),
        "matrix": table,
        "due": None if due is None else weekday(due),
        "said": said,
        "confirmed": asked.request.query.get("confirmed") == str(draft.version),
        "late": {"at": draft.texts.get(_AT, "")[:16], "reason": draft.texts.get(_REASON, "")},
        "titles": [titles[one] for one in table.departments],
    }
    return StepSheet(draft=draft, template=template, values=values, status=status)


def _to_mend(draft: DraftView, one: Mapping[str, str], tree: DrawnField) -> ToMend:
    return ToMend(detail=one["detail"], place=place_of(draft.id, one["pointer"], tree))


def _instant(typed: str) -> str:
    """Give a time as the application has it. What is none stays as it was typed, for its error."""
    return f"{typed}{_ZONE}" if _LOCAL.fullmatch(typed) else typed.strip()


PAGES: Final = (
    page("check", show, summary="A draft as it would be filed"),
    page("turned", turned, step="check", summary="The same, turned to the applicant"),
    form("turned", confirm, step="check", summary="The applicant confirms a draft"),
    form("file", file, step="check", summary="File a draft"),
)
