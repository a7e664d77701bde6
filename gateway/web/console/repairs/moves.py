"""The form that moves a case with a held delivery to its service's corrected definition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gateway.api.cases import applications
from gateway.api.http import requests
from gateway.api.http.bodies import fitting
from gateway.api.http.route import path_id
from gateway.cases.rights import Act, may
from gateway.model.application import APPLICATION_ENDED
from gateway.model.delivery import DeliveryState
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

_PATH: Final = "/console/cases/{id}/definition"
_ID: Final = (path_id("id", "application"),)


_WORDS: Final = CaseWords(path="definition", title=texts.MOVE_TITLE, how=texts.MOVE_HOW, button=texts.MOVE_IT, hint=texts.MOVE_REASON_HINT)


def offered(asked: Asked, view: CaseView) -> list[Deed]:
    """Give the way to the form where this person may move the case, and there is something to move it to."""
    case = view.application
    current = asked.parts.catalogue.services.get(case.service)
    held = any(one.state is DeliveryState.HELD for one in view.deliveries.values())
    newer = current is not None and current.digest != case.service_digest
    fits = held and newer and case.state not in APPLICATION_ENDED and may(asked.caller, Act.MOVE_DEFINITION, case) is not None
    return [Deed(f"/console/cases/{case.id}/definition", texts.MOVE_CASE)] if fits else []


async def ask(asked: Asked) -> View:
    """Ask why it is moved."""
    return page(asked, await applications.readable(asked, Act.MOVE_DEFINITION), FormShown(deed="move"), _WORDS)


async def take(asked: Asked, fields: Fields) -> str | View:
    """Move it."""
    view = await applications.readable(asked, Act.MOVE_DEFINITION)
    try:
        said = fitting(requests.DefinitionMove, {"reason": fields.get("/reason", "").strip()}, asked.language)
        await asked.parts.definitions.move(view.application.id, caller=asked.caller, reason=said.reason, language=asked.language)
    except Refused as problem:
        return page(asked, view, refused(asked, "move", typed(fields), problem), _WORDS)
    return f"/console/cases/{view.application.id}?said=moved"


PAGES: Final = (
    screen(_PATH, ask, act=Act.MOVE_DEFINITION, named="definitionPage", summary="Move a case to the corrected definition", parameters=_ID),
    action(_PATH, take, act=Act.MOVE_DEFINITION, named="definitionForm", summary="Move a case to the corrected definition", parameters=_ID),
)
