"""Applications: file one, check one, find them, follow one."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, cast

from gateway.api.cases.parties import parties_of
from gateway.api.cases.receipts import EXAMPLE, receipts_of
from gateway.api.cases.waiting import PREFER, wait_asked, wait_for_halt
from gateway.api.http import requests
from gateway.api.http.bodies import json_bytes, read
from gateway.api.http.declared import KEY, idempotency_key
from gateway.api.http.paging import INSTANT, PAGING, WORD, Query, page
from gateway.api.http.problems import not_found
from gateway.api.http.route import Answer, Asked, Parameter, Route, path_id
from gateway.api.shapes import act_models, models
from gateway.api.shapes.answers import acts, case, json_answer, summary, suspended
from gateway.api.shapes.masking import masked
from gateway.cases.rights import Act, Sight, may, reach
from gateway.journal.read.reasons import of_case
from gateway.journal.store.views import ApplicationFilter, CaseView, ListedApplication, Page
from gateway.model import JsonView
from gateway.model.application import APPLICATION_ENDED, ApplicationState, marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiohttp import web

    from gateway.cases.filing import Filed


async def file(asked: Asked) -> web.Response:
    """File an application, and answer once it is durably in the journal."""
    key = idempotency_key(asked)
    wait = wait_asked(asked)
    body = await json_bytes(asked)
    filed = await asked.parts.intake.file(
        body, caller=asked.caller, idempotency_key=key, language=asked.language, traceparent=asked.traceparent
    )
    return await answer_filed(asked, filed, wait)


async def answer_filed(asked: Asked, filed: Filed, wait: int | None) -> web.Response:
    """Answer 200 when the application has ended, else 202, with the address to follow it at."""
    headers = {"Location": f"/v1/applications/{filed.application_id}"}
    if not filed.created:
        headers["Idempotent-Replayed"] = "true"
    if wait is not None:
        headers["Preference-Applied"] = f"wait={wait}"
    warnings = [asdict(one) for one in filed.warnings]
    if wait is None and filed.created and filed.case is not None:
        ended = filed.case.application.state in APPLICATION_ENDED
        receipts = await receipts_of(asked, filed.case.application, filed.parties)
        body = {**case(filed.case, {}, Sight.NONE, ()), "warnings": warnings, "receipts": receipts}
        return json_answer(body, 200 if ended else 202, headers)
    view = await (
        asked.parts.insights.application(filed.application_id) if wait is None else wait_for_halt(asked, filed.application_id, wait)
    )
    if view is None or may(asked.caller, Act.READ, view.application) is None:  # a repeat, of a case that is no longer the caller's
        raise not_found()
    receipts = await receipts_of(asked, view.application, filed.parties)
    body = {**await shown(asked, view), "warnings": warnings, "receipts": receipts}
    return json_answer(body, 200 if view.application.state in APPLICATION_ENDED else 202, headers)


async def shown(asked: Asked, view: CaseView) -> models.ApplicationShape:
    """An application with its deliveries, as this caller may see it."""
    seen = may(asked.caller, Act.SEE_OUTCOMES, view.application)
    return case(view, view.outcomes, seen, await _personal(asked, view, seen))


async def _personal(asked: Asked, view: CaseView, seen: Sight | None) -> Sequence[JsonView]:
    """Give the values to mask in departments' texts, if there are such texts and the caller sees them masked."""
    return await asked.parts.insights.personal(view.application.id) if seen is Sight.MASKED and view.outcomes else ()


async def check(asked: Asked) -> web.Response:
    """Give the report that filing would give."""
    body = await json_bytes(asked)
    report = await asked.parts.intake.check(body, caller=asked.caller, language=asked.language)
    held = report["suspended"]
    return json_answer({**report, "suspended": None if held is None else suspended(held)})


async def one(asked: Asked) -> web.Response:
    """One application with its deliveries and its form."""
    return json_answer(await detail(asked, await readable(asked, Act.READ)))


async def detail(asked: Asked, view: CaseView) -> act_models.ApplicationDetail:
    """Give an application with its deliveries, its form, its parties and what was done with it, as this caller may see it."""
    seen, form_seen, acts_seen = (may(asked.caller, act, view.application) for act in (Act.SEE_OUTCOMES, Act.READ_FORM, Act.SEE_ACTS))
    form = None if form_seen is None else await asked.parts.insights.form(view.application.id)
    done = () if acts_seen is None else await asked.parts.insights.read(lambda c: of_case(c, view.application.id))
    masks = (seen is Sight.MASKED and view.outcomes) or (acts_seen is Sight.MASKED and done)
    personal = await asked.parts.insights.personal(view.application.id) if masks else ()
    body = case(view, view.outcomes, seen, personal)
    parties = await parties_of(asked, view, form, form_seen)
    return {**body, "form": _form(form, form_seen), "parties": parties, "acts": acts(done, acts_seen, personal)}


async def readable(asked: Asked, act: Act) -> CaseView:
    """The application of the path, when the caller may do that with it. Raises Refused (404)."""
    view = await asked.parts.insights.application(asked.path["id"])
    if view is None or may(asked.caller, act, view.application) is None:
        raise not_found()
    return view


def _form(form: JsonView | None, seen: Sight | None) -> models.FormShape | None:
    if form is None:
        return None
    shown: models.FormShape = {"applicant": form["applicant"], "agent": form.get("agent"), "data": form["data"]}
    return shown if seen is Sight.WHOLE else cast("models.FormShape", masked(shown))


async def several(asked: Asked) -> web.Response:
    """A page of applications."""
    query = Query(asked.request.query, asked.language)
    number = query.word("number")
    wanted = ApplicationFilter(
        reach=reach(asked.caller),
        state=query.one_of("state", ApplicationState),
        service=query.word("service"),
        needs_attention=query.flag("needs_attention"),
        told_otherwise=query.flag("told_otherwise"),
        received_after=query.time("received_after"),
        received_before=query.time("received_before"),
    )
    limit, cursor = query.limit(), query.cursor()
    query.done()
    if number is not None:
        view = await asked.parts.insights.application_by_number(number)
        found = [ListedApplication(view.application, marks(view.deliveries.values()))] if view is not None else []
        return _page(Page(tuple(one for one in found if _fits(one, wanted)), None))
    return _page(await asked.parts.insights.applications(wanted, cursor, limit))


async def lookup(asked: Asked) -> web.Response:
    """A page of the applications in which somebody has a role."""
    query = Query(asked.request.query, asked.language)
    limit, cursor = query.limit(), query.cursor()
    query.done()
    found = await of_person(asked, await read(asked, requests.Lookup), cursor, limit)
    items: list[models.FoundApplication] = [{**summary(one.application, one.marks), "roles": list(one.roles)} for one in found.items]
    return json_answer(page(items, found.next))


async def of_person(asked: Asked, person: requests.Lookup, cursor: str | None, limit: int) -> Page[ListedApplication]:
    """Give a page of the applications in which somebody has a role, as far as this caller may find them."""
    wanted = ApplicationFilter(
        reach=reach(asked.caller, Act.FIND),
        person_index=asked.parts.applicant_index(person.id_type, person.id_number),
        role=person.role,
    )
    return await asked.parts.insights.applications(wanted, cursor, limit)


def _page(found: Page[ListedApplication]) -> web.Response:
    return json_answer(page([summary(one.application, one.marks) for one in found.items], found.next))


def _fits(one: ListedApplication, wanted: ApplicationFilter) -> bool:
    """Tell whether the application of that number fits the other filters, too."""
    a = one.application
    return (
        (wanted.reach is None or wanted.reach.covers(a))
        and wanted.state in (None, a.state)
        and wanted.service in (None, a.service)
        and wanted.needs_attention in (None, a.needs_attention)
        and wanted.told_otherwise in (None, one.marks.told_otherwise)
        and (wanted.received_after is None or a.received_at >= wanted.received_after)
        and (wanted.received_before is None or a.received_at <= wanted.received_before)
    )


_EXAMPLE_ANSWER = {
    "id": "019ab0c4-7a31-7c52-9a0e-5d7f8b1c2e3f",
    "number": "11500152000000019R3500152000001202611230001",
    "service": "newlywed",
    "service_version": "0f" * 32,
    "channel": "counter",
    "revision": 1,
    "state": "in_progress",
    "needs_attention": False,
    "withdrawal_asked": False,
    "told_otherwise": False,
    "rejected_steps": [],
    "received_at": "2026-11-23T09:30:00.123+08:00",
    "handed_in_at": None,
    "due_at": "2026-11-23T23:59:59.999+08:00",
    "due_provisional": True,
    "ended_at": None,
    "end_reason": None,
    "deliveries": [
        {
            "id": "019ab0c4-7a31-7c52-9a0e-5d7f8b1c2e40",
            "application_id": "019ab0c4-7a31-7c52-9a0e-5d7f8b1c2e3f",
            "step": "marriage",
            "department": "marriage",
            "operation": "register",
            "required": True,
            "after": [],
            "state": "sending",
            "skip_reason": None,
            "round": 1,
            "attempts": 1,
            "correctable": False,
            "told_otherwise": False,
            "due_at": None,
            "reference": None,
            "problem": None,
            "outcome": None,
        }
    ],
    "warnings": [],
    "receipts": [EXAMPLE],
}

FILED_HEADERS = {
    "Location": "Where the application is followed.",
    "Idempotent-Replayed": "`true` when the same key and body had been filed before.",
    "Preference-Applied": "`wait=N`: the wait that was granted.",
}

_FILTERS = (
    Parameter(
        name="number",
        place="query",
        description="办件编号: what the citizen was given.",
        schema=WORD,
        example="11500152000000019R3500152000001202611230001",
    ),
    Parameter(name="state", place="query", description="State.", schema={"type": "string", "enum": [s.value for s in ApplicationState]}),
    Parameter(name="service", place="query", description="Code of the service.", schema=WORD, example="newlywed"),
    Parameter(name="needs_attention", place="query", description="Held or in doubt somewhere.", schema={"type": "boolean"}),
    Parameter(
        name="told_otherwise",
        place="query",
        description="A department was told otherwise than it says now.",
        schema={"type": "boolean"},
    ),
    Parameter(name="received_after", place="query", description="Inclusive.", schema=INSTANT),
    Parameter(name="received_before", place="query", description="Inclusive.", schema=INSTANT),
)

ROUTES = (
    Route(
        method="POST",
        path="/v1/applications",
        handler=file,
        id="fileApplication",
        tag="applications",
        summary="File an application",
        description=(
            "Take a service from `GET /v1/services`, ask `GET /v1/services/{code}` for its `form` (JSON Schema of `data`) and its `sample` "
            "(a whole body that can be posted as it is), fill it in and post it. 202 means that it is received "
            "(收件): durably kept and under way, which is not yet acceptance (受理). What was handed in while systems were down has a "
            "`late_entry`. Follow it "
            "with `GET /v1/applications/{id}` or its events. After a lost answer post the same body with the same "
            "`Idempotency-Key`: nothing is filed twice."
        ),
        act=Act.FILE,
        parameters=(KEY, PREFER),
        body=requests.NewApplication,
        samples=True,
        answers=(
            Answer(
                status=202, description="Filed, under way.", model=models.FiledApplication, headers=FILED_HEADERS, example=_EXAMPLE_ANSWER
            ),
            Answer(
                status=200,
                description="Filed, and it has ended (a repeat, or within the wait).",
                model=models.FiledApplication,
                headers=FILED_HEADERS,
            ),
        ),
        refusals=(400, 404, 409, 422, 429, 503),
    ),
    Route(
        method="POST",
        path="/v1/applications/check",
        handler=check,
        id="checkApplication",
        tag="applications",
        summary="Say all that filing would say, without filing",
        description=(
            "Errors, warnings, the steps that would apply, what each department would see, by when. Errors in the form are reported "
            "with 200. Texts hold no control characters, none that cannot be seen, no space at their ends, and are not spaces alone; line "
            "breaks only where the form says `x-text: free`. A warning keeps nothing from being filed. "
            "A body of 8 KiB or more with errors is told these alone."
        ),
        act=Act.CHECK,
        body=requests.NewApplication,
        samples=True,
        answers=(Answer(status=200, description="What filing would say.", model=models.CheckReport),),
        refusals=(400, 422, 429, 503),
    ),
    Route(
        method="POST",
        path="/v1/applications/lookup",
        handler=lookup,
        id="lookUpApplications",
        tag="applications",
        summary="Find a person's applications",
        description=(
            "In any role, or in one: by ID type and number, of an organisation by `uscc` and its code. They stand in the body so that no "
            "address ever holds them, and are compared by a keyed hash. A front end finds its own cases. Of a case from before parties "
            "were kept only the applicant is found."
        ),
        act=Act.FIND,
        parameters=PAGING,
        body=requests.Lookup,
        body_examples={
            "ID card": {"id_type": "111", "id_number": "500152199001010018"},
            "Organisation": {"id_type": "uscc", "id_number": "91500152MA00000158"},
        },
        answers=(Answer(status=200, description="A page of them.", model=models.FoundPage),),
        refusals=(400, 422),
    ),
    Route(
        method="GET",
        path="/v1/applications",
        handler=several,
        id="listApplications",
        tag="applications",
        summary="List applications",
        description="Newest first; all filters together. A front end sees its own cases: of its group, or without one those that it filed.",
        act=Act.LIST,
        parameters=(*_FILTERS, *PAGING),
        answers=(Answer(status=200, description="A page of them.", model=models.ApplicationPage),),
        refusals=(400,),
    ),
    Route(
        method="GET",
        path="/v1/applications/{id}",
        handler=one,
        id="getApplication",
        tag="applications",
        summary="One application with its deliveries",
        description="`form` is whole for whose own it is, masked for operators, null for auditors; so are what departments said.",
        act=Act.READ,
        parameters=(path_id("id", "application"),),
        answers=(Answer(status=200, description="The application.", model=act_models.ApplicationDetail),),
        refusals=(404,),
    ),
)
