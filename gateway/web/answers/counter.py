"""Returned cases of a clerk's group: found by number, by query code or in the list, and answered while their people stand at the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from gateway.api.cases import applications
from gateway.api.cases.parties import definition_of
from gateway.api.http.address import address_of
from gateway.api.http.paging import uuid_of
from gateway.api.http.problems import not_found
from gateway.api.http.route import Parameter, path_id
from gateway.cases.rights import Act, Sight, may, reach
from gateway.journal.store.views import ApplicationFilter
from gateway.model.application import ApplicationState
from gateway.texts.refusals import Refused
from gateway.web.answers import texts
from gateway.web.answers.asking import AnswerForm, Answering, answer_form, said_fields
from gateway.web.console.cases.finding import by_number, squeezed
from gateway.web.console.cases.rows import rows
from gateway.web.console.repairs.deeds import Deed
from gateway.web.console.screens import View, action, screen
from gateway.web.console.words import number_groups, service_title, short_number

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.journal.store.views import CaseView
    from gateway.model.service import Text
    from gateway.web.staff.forms import Fields

_LIST: Final = "/counter/answers"
_PATH: Final = "/counter/cases/{id}/answer"
_ID: Final = (path_id("id", "application"),)
_MOST: Final = 30
_LONGEST_SHOWN: Final = 50


def offered(asked: Asked, view: CaseView) -> list[Deed]:
    """Give the way to the form where this person may answer the case, and something is asked."""
    waits = not view.application.withdrawal_asked and any(one.correctable for one in view.deliveries.values())
    if not waits or may(asked.caller, Act.REVISE, view.application) is not Sight.WHOLE:
        return []
    return [Deed(f"/counter/cases/{view.application.id}/answer", texts.CORRECT_IT)]


async def listed(asked: Asked) -> View:
    """Show the returned cases."""
    return await _listed(asked)


async def find(asked: Asked, fields: Fields) -> str | View:
    """Lead to the case of a number or a query code, neither of which is put into an address."""
    typed = fields.get("wanted", "")
    found = [one.id for one in await by_number(asked, typed)] if squeezed(typed) else []
    if len(found) != 1 and (case := await _by_code(asked, typed)) is not None:
        found = [case]
    if len(found) == 1:
        return f"/counter/cases/{found[0]}/answer"
    return await _listed(asked, wrong=texts.NO_CASE_TO_ANSWER, typed=typed[:_LONGEST_SHOWN], status=422)


async def ask(asked: Asked) -> View:
    """Show the form."""
    one = await _answering(asked)
    return _page(asked, one, answer_form(one))


async def take(asked: Asked, fields: Fields) -> str | View:
    """File the answer, or show the form again with what is wrong or was pressed in it."""
    one = await _answering(asked)
    form = answer_form(one, fields)
    if form is None:
        return _page(asked, one, None)
    if (pressed := form.pressed()) is not None:
        return _page(asked, one, pressed)
    application = one.view.application
    try:
        await asked.parts.revisions.answer(
            application.id,
            form.document(),
            mark=fields.get("mark", ""),
            said=said_fields(fields),
            caller=asked.caller,
            language=asked.language,
        )
    except Refused as refused:
        if refused.status not in (409, 422):
            raise
        now = await _answering(asked)
        again = answer_form(now, fields, refused.errors)
        return _page(asked, now, again, status=refused.status, note=None if refused.errors else refused.said)
    return f"/console/cases/{application.id}?said=answered"


async def _answering(asked: Asked) -> Answering:
    view = await applications.readable(asked, Act.REVISE)
    if may(asked.caller, Act.REVISE, view.application) is not Sight.WHOLE:
        raise not_found()
    definition, form = await definition_of(asked, view.application), await asked.parts.insights.form(view.application.id)
    if definition is None or form is None:
        raise not_found()
    departments = {name: hosted.config.title for name, hosted in asked.parts.departments.items()}
    return Answering(view=view, definition=definition, form=form, departments=departments)


def _page(asked: Asked, one: Answering, form: AnswerForm | None, *, status: int = 200, note: Text | None = None) -> View:
    case = one.view.application
    undrawn = bool(one.ask.fields) and (form is None or not form.is_drawn)
    values: dict[str, object] = {
        "case": case,
        "short": short_number(case.number),
        "groups": number_groups(case.number),
        "service": service_title(asked, case.service),
        "undrawn": undrawn,
        "form": None if undrawn or not one.ask.fields else form,
        "note": note,
        "action": f"/counter/cases/{case.id}/answer",
    }
    return View(template="answers/answer.html", values=values, status=status)


async def _by_code(asked: Asked, typed: str) -> str | None:
    limits = asked.parts.limits
    address = address_of(asked.request, limits.trusted_proxies, limits.forwarded_header)
    try:
        party = await asked.parts.progress.by_code(typed, address=address)
    except Refused:
        return None
    view = await asked.parts.insights.application(party.application_id)
    return None if view is None or may(asked.caller, Act.REVISE, view.application) is None else party.application_id


async def _listed(asked: Asked, *, wrong: Text | None = None, typed: str = "", status: int = 200) -> View:
    cursor = uuid_of(asked.request.query.get("cursor", "")) if asked.request.method == "GET" else None
    wanted = ApplicationFilter(reach=reach(asked.caller, Act.REVISE), states=(ApplicationState.RETURNED,))
    found = await asked.parts.insights.applications(wanted, cursor, _MOST)
    values: dict[str, object] = {
        "rows": await rows(asked, [one.application for one in found.items]),
        "following": None if found.next is None else f"{_LIST}?{urlencode({'cursor': found.next})}",
        "wrong": wrong,
        "typed": typed,
    }
    return View(template="answers/answers.html", values=values, status=status)


PAGES: Final = (
    screen(
        _LIST,
        listed,
        act=Act.REVISE,
        named="answersPage",
        summary="Cases to be corrected",
        parameters=(Parameter(name="cursor", place="query", description="Where a page begins."),),
    ),
    action(f"{_LIST}/find", find, act=Act.REVISE, named="findAnswerForm", summary="Find a case to correct"),
    screen(_PATH, ask, act=Act.REVISE, named="counterAnswerPage", summary="Correct a case", parameters=_ID),
    action(_PATH, take, act=Act.REVISE, named="counterAnswerForm", summary="Correct a case", parameters=_ID),
)
