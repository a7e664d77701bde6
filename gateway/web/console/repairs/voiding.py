"""The form that voids a case which was filed by mistake (作废), as long as no department has acted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gateway.api.cases import applications
from gateway.api.http import requests
from gateway.api.http.bodies import fitting
from gateway.api.http.route import path_id
from gateway.cases.rights import Act, may
from gateway.cases.voiding import acted
from gateway.model.application import APPLICATION_ENDED
from gateway.texts.refusals import Refused
from gateway.web.console.repairs import texts
from gateway.web.console.repairs.case_form import CaseWords, page
from gateway.web.console.repairs.deeds import Deed
from gateway.web.console.repairs.delivery import FormShown, refused
from gateway.web.console.screens import View, action, screen
from gateway.web.staff.forms import typed

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.journal.store.views import CaseView
    from gateway.web.staff.forms import Fields

_PATH: Final = "/console/cases/{id}/void"
_ID: Final = (path_id("id", "application"),)
_WORDS: Final = CaseWords(path="void", title=texts.VOID_TITLE, how=texts.VOID_HOW, button=texts.VOID_IT, hint=texts.VOID_REASON_HINT)


def offered(asked: Asked, view: CaseView) -> list[Deed]:
    """Give the way to the form where this person may void the case, and nobody has acted on it."""
    case = view.application
    begun = case.state in APPLICATION_ENDED or any(map(acted, view.deliveries.values()))
    return [] if begun or may(asked.caller, Act.VOID, case) is None else [Deed(f"/console/cases/{case.id}/void", texts.VOID_CASE)]


async def ask(asked: Asked) -> View:
    """Ask why it is voided."""
    return page(asked, await applications.readable(asked, Act.VOID), FormShown(deed="void"), _WORDS)


async def take(asked: Asked, fields: Fields) -> str | View:
    """Void it."""
    view = await applications.readable(asked, Act.VOID)
    try:
        said = fitting(requests.Voiding, {"reason": fields.get("/reason", "").strip()}, asked.language)
        await asked.parts.revisions.void(view.application.id, caller=asked.caller, reason=said.reason)
    except Refused as problem:
        return page(asked, view, refused(asked, "void", typed(fields), problem), _WORDS)
    return f"/console/cases/{view.application.id}?said=voided"


PAGES: Final = (
    screen(_PATH, ask, act=Act.VOID, named="voidPage", summary="Void a case", parameters=_ID),
    action(_PATH, take, act=Act.VOID, named="voidForm", summary="Void a case", parameters=_ID),
)
