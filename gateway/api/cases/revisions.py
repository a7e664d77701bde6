"""Acts on an application under way: its applicant answers what was returned or takes it back, a supervisor voids it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from gateway.api.cases.applications import FILED_HEADERS, answer_filed, readable, shown
from gateway.api.cases.waiting import PREFER, wait_asked
from gateway.api.http import requests
from gateway.api.http.bodies import json_bytes, read
from gateway.api.http.declared import KEY, idempotency_key
from gateway.api.http.problems import not_found
from gateway.api.http.route import Answer, Route, path_id
from gateway.api.shapes import models
from gateway.api.shapes.answers import json_answer
from gateway.cases.rights import Act

if TYPE_CHECKING:
    from gateway.api.http.route import Asked


async def revise(asked: Asked) -> web.Response:
    """File the next revision."""
    key = idempotency_key(asked)
    wait = wait_asked(asked)
    body = await json_bytes(asked)
    view = await readable(asked, Act.REVISE)
    filed = await asked.parts.revisions.revise(view.application.id, body, caller=asked.caller, idempotency_key=key, language=asked.language)
    return await answer_filed(asked, filed, wait)


async def withdraw(asked: Asked) -> web.Response:
    """Ask for the application to be taken back."""
    wanted = await read(asked, requests.Withdrawal, optional=True)
    view = await readable(asked, Act.WITHDRAW)
    await asked.parts.revisions.withdraw(view.application.id, caller=asked.caller, reason=wanted.reason)
    return await _after(asked, view.application.id, 202)


async def void(asked: Asked) -> web.Response:
    """Void an application that was filed by mistake."""
    wanted = await read(asked, requests.Voiding)
    view = await readable(asked, Act.VOID)
    await asked.parts.revisions.void(view.application.id, caller=asked.caller, reason=wanted.reason)
    return await _after(asked, view.application.id, 200)


async def _after(asked: Asked, application_id: str, status: int) -> web.Response:
    after = await asked.parts.insights.application(application_id)
    if after is None:
        raise not_found()
    return json_answer(await shown(asked, after), status)


ROUTES = (
    Route(
        method="POST",
        path="/v1/applications/{id}/revisions",
        handler=revise,
        id="reviseApplication",
        tag="applications",
        summary="Answer what was returned (补正)",
        description=(
            "The whole application again, corrected, under a new `Idempotency-Key`, while a delivery is `correctable`: returned, or held "
            "for its data. The `errors` of the returned delivery's `outcome` name what to correct; where they name nothing, and for one "
            "that is held, it is all that its step is given. What was returned or held is sent again, and what follows from it.\n\n"
            "What a department asks for can always be corrected, even where another was told it and has acted: what that one has or "
            "granted stands, it is sent nothing, and its delivery is `told_otherwise` until a revision says again what it was told. What "
            "no department asks for can be changed as long as none was told it. The service, the channel "
            "and the applicant stay the same: of the applicant's name and ID document one may be corrected in the life of a case, where "
            "it was asked for."
        ),
        act=Act.REVISE,
        parameters=(path_id("id", "application"), KEY, PREFER),
        body=requests.Revision,
        answers=(
            Answer(status=202, description="Filed, under way.", model=models.FiledApplication, headers=FILED_HEADERS),
            Answer(status=200, description="Filed, and it has ended.", model=models.FiledApplication, headers=FILED_HEADERS),
        ),
        refusals=(400, 404, 409, 422, 429, 503),
    ),
    Route(
        method="POST",
        path="/v1/applications/{id}/withdrawal",
        handler=withdraw,
        id="withdrawApplication",
        tag="applications",
        summary="Take an application back",
        description=(
            "What has not been sent is not sent; what a department has is taken back where the department allows it. "
            "Asking again changes nothing and is answered alike, whatever has become of the case since. 409: it had ended before, or no "
            "department lets anything be taken back."
        ),
        act=Act.WITHDRAW,
        parameters=(path_id("id", "application"),),
        body=requests.Withdrawal,
        body_optional=True,
        answers=(
            Answer(status=202, description="Asked for; the deliveries show what could be taken back.", model=models.ApplicationShape),
        ),
        refusals=(404, 409, 422, 503),
    ),
    Route(
        method="POST",
        path="/v1/applications/{id}/void",
        handler=void,
        id="voidApplication",
        tag="applications",
        summary="Void an application that was filed by mistake (作废)",
        description=(
            "As long as no department has acted: no call was begun for any delivery. Nothing of it is sent then, its `state` is "
            "`withdrawn` and its `end_reason` `voided`. Asking again changes nothing and is answered alike. 409: it had ended before, or a "
            "department has acted; then it can only be taken back (withdrawal)."
        ),
        act=Act.VOID,
        parameters=(path_id("id", "application"),),
        body=requests.Voiding,
        body_examples={"Filed twice": {"reason": "窗口误操作，同一申请重复收件"}},
        answers=(Answer(status=200, description="As it stands now.", model=models.ApplicationShape),),
        refusals=(404, 409, 422, 503),
    ),
)
