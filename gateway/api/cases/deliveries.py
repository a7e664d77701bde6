"""Deliveries: found, explained, repaired."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from gateway.api.http import requests
from gateway.api.http.bodies import read
from gateway.api.http.paging import ID, PAGING, WORD, Query, page
from gateway.api.http.problems import not_found
from gateway.api.http.route import Answer, Asked, Parameter, Route, path_id
from gateway.api.shapes import act_models, models
from gateway.api.shapes.answers import acts, attempt, json_answer, outcome
from gateway.api.shapes.answers import delivery as delivery_json
from gateway.api.shapes.masking import masked_sentence
from gateway.cases.rights import Act, Sight, may
from gateway.journal.read.reasons import of_case
from gateway.journal.store.views import DeliveryFilter, DeliveryView, DepartmentStanding
from gateway.model.delivery import Action, Delivery, DeliveryState
from gateway.operations.explain.delivery import Explanation, explain
from gateway.operations.explain.known import Known

if TYPE_CHECKING:
    from aiohttp import web

    from gateway.sdk.department import Operation


async def several(asked: Asked) -> web.Response:
    """Give a page of deliveries, each with the reason for its state and its next event, without the departments' words."""
    query = Query(asked.request.query, asked.language)
    department = query.word("department")
    wanted = DeliveryFilter(
        department=asked.caller.department or department,
        state=query.one_of("state", DeliveryState),
        application_id=query.id("application"),
        operation=query.word("operation"),
        service=query.word("service"),
        problem=query.word("problem"),
        told_otherwise=query.flag("told_otherwise"),
    )
    limit, cursor = query.limit(), query.cursor()
    query.done()
    if asked.caller.department is not None and department not in (None, asked.caller.department):
        return json_answer(page([], None))  # another department's are not its to see
    found = await asked.parts.insights.deliveries(wanted, cursor, limit)
    return json_answer(page(await explained(asked, found.items), found.next))


async def explained(asked: Asked, deliveries: Sequence[Delivery]) -> list[models.ExplainedDelivery]:
    """Give deliveries, each with the reason for its state and its next event."""
    insights = asked.parts.insights
    standings = await insights.standings({d.department for d in deliveries})
    waiting = {d.application_id for d in deliveries if d.state is DeliveryState.WAITING}
    siblings = await insights.siblings(waiting) if waiting else {}
    rows: list[models.ExplainedDelivery] = []
    for d in deliveries:
        explanation = _explanation(asked, d, siblings.get(d.application_id, ()), standings[d.department])
        rows.append({**delivery_json(d, None), "why": explanation.why, "next": explanation.next})
    return rows


def _explanation(asked: Asked, delivery: Delivery, siblings: Iterable[Delivery], standing: DepartmentStanding) -> Explanation:
    hosted = asked.parts.departments.get(delivery.department)
    if may(asked.caller, Act.READ) is None:
        siblings = ()  # the other departments' steps are not this one's to see
    now = time.time_ns() // 1000
    return explain(
        Known(
            delivery,
            siblings=siblings,
            standing=standing,
            config=hosted.config if hosted else None,
            department=hosted.department if hosted else None,
            operation=operation_of(asked, delivery),
            now=now,
            opening=asked.parts.openings.at(delivery.department, now, asks=delivery.action in (Action.FIND, Action.POLL)),
        )
    )


async def one(asked: Asked) -> web.Response:
    """One delivery with all that explains it."""
    return json_answer(await detail(asked))


async def detail(asked: Asked) -> act_models.DeliveryDetail:
    """Give the delivery of the path with all that explains it. Raises Refused (404)."""
    view = await readable(asked, Act.READ_DELIVERY)
    delivery, insights = view.delivery, asked.parts.insights
    seen, hears, acts_seen = (_may(asked, act, view) for act in (Act.SEE_OUTCOMES, Act.HEAR_FAILURES, Act.SEE_ACTS))
    said = {} if hears is None else view.said
    of_whole_case = () if acts_seen is None else await insights.read(lambda c: of_case(c, view.application.id))
    done = [one for one in of_whole_case if one.delivery_id in (None, delivery.id)]
    masks = seen is Sight.MASKED and view.outcome is not None
    personal = await insights.personal(view.application.id) if masks or said or done else ()
    standing = (await insights.standings([delivery.department]))[delivery.department]
    explanation = _explanation(asked, delivery, view.siblings, standing)
    return {
        **delivery_json(delivery, outcome(view.outcome, seen, personal)),
        "attempts_made": [attempt(a, masked_sentence(said.get(a.epoch), personal)) for a in view.attempts],
        "acts": acts(done, acts_seen, personal),
        "why": explanation.why,
        "next": explanation.next,
    }


def operation_of(asked: Asked, delivery: Delivery) -> Operation | None:
    """Give the operation of the department's adapter, None while there is no adapter or it has none of that name."""
    hosted = asked.parts.departments.get(delivery.department)
    if hosted is None or hosted.department is None:
        return None
    return next((one for one in hosted.department.operations if one.name == delivery.operation), None)


async def readable(asked: Asked, act: Act = Act.REPAIR) -> DeliveryView:
    """The delivery of the path, when the caller may do that with it. Raises Refused (404)."""
    view = await asked.parts.insights.delivery(asked.path["id"])
    if view is None or _may(asked, act, view) is None:
        raise not_found()
    return view


def _may(asked: Asked, act: Act, view: DeliveryView) -> Sight | None:
    return may(asked.caller, act, view.application, department=view.delivery.department)


async def retry(asked: Asked) -> web.Response:
    """Send it again, by the operation's resend rule."""
    said = await read(asked, requests.Retry, optional=True)
    view = await readable(asked)
    await asked.parts.repairs.retry(view.delivery.id, caller=asked.caller, reason=said.reason)
    return json_answer(await detail(asked), 202)


async def resolve(asked: Asked) -> web.Response:
    """Resolve a delivery in doubt or held, by a person's word."""
    said = await read(asked, requests.Resolution)
    view = await readable(asked)
    outcome_said = said.outcome.model_dump(exclude_none=True) if said.outcome is not None else None
    await asked.parts.repairs.resolve(
        view.delivery.id, caller=asked.caller, happened=said.happened, outcome=outcome_said, reason=said.reason
    )
    return json_answer(await detail(asked))


async def unresolve(asked: Asked) -> web.Response:
    """Take back a person's word about a delivery."""
    said = await read(asked, requests.Unresolution)
    view = await readable(asked)
    await asked.parts.repairs.unresolve(view.delivery.id, caller=asked.caller, reason=said.reason)
    return json_answer(await detail(asked))


_FILTERS = (
    Parameter(name="department", place="query", description="Department.", schema=WORD, example="tax"),
    Parameter(name="state", place="query", description="State.", schema={"type": "string", "enum": [s.value for s in DeliveryState]}),
    Parameter(name="application", place="query", description="The application's id.", schema=ID),
    Parameter(name="operation", place="query", description="The department's operation.", schema=WORD, example="assess_transfer"),
    Parameter(name="service", place="query", description="Code of the application's service.", schema=WORD, example="house-transfer"),
    Parameter(name="problem", place="query", description="Code of the last technical failure.", schema=WORD, example="timeout"),
    Parameter(
        name="told_otherwise",
        place="query",
        description="Its department was told otherwise than the application says now.",
        schema={"type": "boolean"},
    ),
)

ROUTES = (
    Route(
        method="GET",
        path="/v1/deliveries",
        handler=several,
        id="listDeliveries",
        tag="deliveries",
        summary="Find deliveries",
        description=(
            "Newest first; all filters together; each with why it stands where it stands and what happens next. A department's key sees "
            "its own. `outcome` is left out (null): ask for the one."
        ),
        act=Act.LIST_DELIVERIES,
        parameters=(*_FILTERS, *PAGING),
        answers=(Answer(status=200, description="A page of them.", model=models.DeliveryPage),),
        refusals=(400,),
    ),
    Route(
        method="GET",
        path="/v1/deliveries/{id}",
        handler=one,
        id="getDelivery",
        tag="deliveries",
        summary="One delivery: its attempts, why it stands where it stands and what happens next",
        act=Act.READ_DELIVERY,
        parameters=(path_id("id", "delivery"),),
        answers=(Answer(status=200, description="The delivery.", model=act_models.DeliveryDetail),),
        refusals=(404,),
    ),
    Route(
        method="POST",
        path="/v1/deliveries/{id}/retry",
        handler=retry,
        id="retryDelivery",
        tag="deliveries",
        summary="Send again, by the resend rule",
        description=(
            "For a delivery that is held, in doubt or waiting for its time. One in doubt is only sent again where its "
            "operation allows that; one that the department has accepted is asked about again."
        ),
        act=Act.REPAIR,
        parameters=(path_id("id", "delivery"),),
        body=requests.Retry,
        body_optional=True,
        body_examples={"Mended": {"reason": "对方已修复接口"}},
        answers=(Answer(status=202, description="It will be.", model=act_models.DeliveryDetail),),
        refusals=(404, 409, 422, 503),
    ),
    Route(
        method="POST",
        path="/v1/deliveries/{id}/resolve",
        handler=resolve,
        id="resolveDelivery",
        tag="deliveries",
        summary="Say what became of one in doubt",
        description=(
            "`happened: false`: the department never got it, it is sent again. `happened: true` with an `outcome`: "
            "that is what it said; without: it has "
            "it and decides later. `reason` (how it is known) is required and audited."
        ),
        act=Act.REPAIR,
        parameters=(path_id("id", "delivery"),),
        body=requests.Resolution,
        body_examples={
            "It never arrived": {"happened": False, "reason": "电话核实：对方系统无此件"},
            "It was approved": {
                "happened": True,
                "outcome": {"kind": "approved", "output": {"record_number": "CR-2026-000123"}},
                "reason": "对方书面回复",
            },
        },
        answers=(Answer(status=200, description="As it stands now.", model=act_models.DeliveryDetail),),
        refusals=(404, 409, 422, 503),
    ),
    Route(
        method="POST",
        path="/v1/deliveries/{id}/unresolve",
        handler=unresolve,
        id="unresolveDelivery",
        tag="deliveries",
        summary="Take back what was said of one in doubt",
        description=(
            "A mistyped reference, a wrong outcome, a wrong `happened`: it is in doubt as before, and can be resolved rightly. As long as "
            "nothing came of it; 409 once the department has decided on it, it was sent again, a step after it was handed over, the "
            "applicant has filed a correction, or the application has ended. `reason` is required and audited."
        ),
        act=Act.REPAIR,
        parameters=(path_id("id", "delivery"),),
        body=requests.Unresolution,
        body_examples={"A mistyped reference": {"reason": "受理编号录入有误"}},
        answers=(Answer(status=200, description="As it stands now.", model=act_models.DeliveryDetail),),
        refusals=(404, 409, 422, 503),
    ),
)
