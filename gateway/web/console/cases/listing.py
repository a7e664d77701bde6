"""The list of cases by its filters, each in the address, and the search by a number or by a person's document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from gateway.api.cases import applications
from gateway.api.http import requests
from gateway.api.http.bodies import fitting
from gateway.api.http.paging import uuid_of
from gateway.cases.rights import Act, may, reach
from gateway.catalogue.parties.named import USCC
from gateway.journal.store.views import ApplicationFilter
from gateway.model import code_names
from gateway.model.application import ApplicationState, EndReason
from gateway.model.identifiers import is_date, is_id_number, is_uscc
from gateway.texts.instants import microseconds
from gateway.web.console.cases import texts
from gateway.web.console.cases.finding import by_number, squeezed
from gateway.web.console.cases.rows import rows
from gateway.web.console.screens import View, action, screen
from gateway.web.console.texts import CASE_VOIDED
from gateway.web.console.words import word

if TYPE_CHECKING:
    from multidict import MultiMapping

    from gateway.api.http.route import Asked
    from gateway.model.application import Application
    from gateway.model.service import Text
    from gateway.web.staff.forms import Fields

_PATH: Final = "/console/cases"
#: Cases on a page.
_PAGE: Final = 50
_FILTERS: Final = ("state", "service", "department", "needs_attention", "told_otherwise", "from", "to")
_ON: Final = "true"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a filter."""

    value: str
    text: Text
    chosen: bool


async def show(asked: Asked) -> View:
    """Show a page of cases, or those that a number leads to."""
    query = asked.request.query
    if squeezed(query.get("number", "")):
        return await _view(asked, await by_number(asked, query["number"]), looked_for=query.get("number", "").strip())
    wrong = {name: texts.WRONG_DAY for name in ("from", "to") if (day := query.get(name)) and not is_date(day)}
    if wrong:
        return await _view(asked, [], wrong=wrong, status=422)
    found = await asked.parts.insights.applications(_wanted(asked, query), uuid_of(query.get("cursor", "")), _PAGE)
    following = None if found.next is None else _address([*_kept(query), ("cursor", found.next)])
    return await _view(asked, [one.application for one in found.items], following=following)


async def find(asked: Asked, fields: Fields) -> str | View:
    """Lead to the case of a number, or to the list of what it may mean.

    A number of nobody's case is not put into an address: it may be a person's, whole or with a digit wrong.
    """
    number = squeezed(fields.get("number", ""))
    if is_id_number(number) or is_uscc(number):
        return await _view(asked, [], person=True, note=texts.THAT_IS_A_PERSONS)
    found = await by_number(asked, fields["number"]) if number else []
    if len(found) == 1:
        return f"{_PATH}/{found[0].id}"
    if number and not found:
        return await _view(asked, [], looked_for=fields["number"].strip())
    return _address([("number", fields.get("number", "").strip())] if number else [])


async def person(asked: Asked, fields: Fields) -> View:
    """Show the cases of whoever has a document."""
    id_type, number = fields.get("id_type", ""), squeezed(fields.get("id_number", ""))
    wrong = {} if number else {"id_number": texts.NUMBER_NEEDED}
    if id_type not in (*code_names.ID_TYPES, USCC):
        wrong["id_type"] = texts.TYPE_NEEDED
    if wrong:
        return await _view(asked, [], person=True, wrong=wrong, typed=fields, status=422)
    wanted = fitting(requests.Lookup, {"id_type": id_type, "id_number": number}, asked.language)
    found = await applications.of_person(asked, wanted, uuid_of(fields.get("cursor", "")), _PAGE)
    again = None if found.next is None else {"id_type": id_type, "id_number": number, "cursor": found.next}
    return await _view(asked, [one.application for one in found.items], person=True, found_person=True, again=again)


def _wanted(asked: Asked, query: MultiMapping[str]) -> ApplicationFilter:
    states = set(query.getall("state", ()))
    both = {EndReason.VOIDED.value, ApplicationState.WITHDRAWN.value} & states
    return ApplicationFilter(
        reach=reach(asked.caller),
        states=tuple(state for state in ApplicationState if state.value in states or (state is ApplicationState.WITHDRAWN and both)),
        voided=EndReason.VOIDED in both if len(both) == 1 else None,
        service=query.get("service") or None,
        department=query.get("department") or None,
        needs_attention=True if query.get("needs_attention") == _ON else None,
        told_otherwise=True if query.get("told_otherwise") == _ON else None,
        received_after=_day(query.get("from"), "00:00:00"),
        received_before=_day(query.get("to"), "23:59:59.999999"),
    )


def _day(day: str | None, clock: str) -> int | None:
    return microseconds(f"{day}T{clock}+08:00") if day else None


def _kept(query: MultiMapping[str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in query.items() if name in _FILTERS and value]


def _address(parameters: Sequence[tuple[str, str]]) -> str:
    return f"{_PATH}?{urlencode(parameters)}" if parameters else _PATH


async def _view(
    asked: Asked,
    cases: Sequence[Application],
    *,
    looked_for: str = "",
    person: bool = False,
    found_person: bool = False,
    note: Text | None = None,
    following: str | None = None,
    again: Mapping[str, str] | None = None,
    wrong: Mapping[str, Text] | None = None,
    typed: Fields | None = None,
    status: int = 200,
) -> View:
    query = asked.request.query if asked.request.method == "GET" else {}
    values: dict[str, object] = {
        "rows": await rows(asked, cases),
        "looked_for": looked_for,
        "person": person,
        "found_person": found_person,
        "note": note,
        "following": following,
        "again": again,
        "wrong": wrong or {},
        "typed": typed or {},
        "filtered": any(query.get(name) for name in _FILTERS),
        "paged": bool(query.get("cursor")),
        "states": _options(_states(), _all(asked, "state")),
        "services": _options({code: one.definition.title for code, one in asked.parts.catalogue.services.items()}, _all(asked, "service")),
        "departments": _options({name: one.config.title for name, one in asked.parts.departments.items()}, _all(asked, "department")),
        "attention": query.get("needs_attention") == _ON,
        "otherwise": query.get("told_otherwise") == _ON,
        "days": (query.get("from", ""), query.get("to", "")),
        "may_find": may(asked.caller, Act.FIND) is not None,
        "id_types": _options({**_ids(), USCC: texts.ORGANISATION}, [(typed or {}).get("id_type", "")]),
    }
    return View(template="cases.html", values=values, status=status)


def _states() -> dict[str, Text]:
    """Give the states, and beside them the end that none of them tells."""
    states = {state.value: word(code_names.APPLICATION_STATES, state.value) for state in ApplicationState}
    return {**states, EndReason.VOIDED.value: CASE_VOIDED}


def _ids() -> dict[str, Text]:
    return {code: word(code_names.ID_TYPES, code) for code in code_names.ID_TYPES}


def _all(asked: Asked, name: str) -> Sequence[str]:
    return asked.request.query.getall(name, ())


def _options(named: Mapping[str, Text], chosen: Sequence[str]) -> list[Option]:
    return [Option(value, text, value in chosen) for value, text in named.items()]


PAGES: Final = (
    screen(_PATH, show, act=Act.LIST, named="casesPage", summary="Cases"),
    action(f"{_PATH}/find", find, act=Act.LIST, named="findCaseForm", summary="Find a case by a number"),
    action(f"{_PATH}/person", person, act=Act.FIND, named="findPersonForm", summary="Find a person's cases"),
)
