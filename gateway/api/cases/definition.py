"""The definition that an application was filed under, corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.api.cases.applications import readable, shown
from gateway.api.http import requests
from gateway.api.http.bodies import read
from gateway.api.http.problems import not_found
from gateway.api.http.route import Answer, Asked, Route, path_id
from gateway.api.shapes import models
from gateway.api.shapes.answers import json_answer
from gateway.cases.rights import Act

if TYPE_CHECKING:
    from aiohttp import web


async def move(asked: Asked) -> web.Response:
    """Move an application to its service's current definition."""
    said = await read(asked, requests.DefinitionMove)
    view = await readable(asked, Act.MOVE_DEFINITION)
    await asked.parts.definitions.move(view.application.id, caller=asked.caller, reason=said.reason, language=asked.language)
    after = await asked.parts.insights.application(view.application.id)
    if after is None:
        raise not_found()
    return json_answer(await shown(asked, after))


ROUTES = (
    Route(
        method="POST",
        path="/v1/applications/{id}/definition",
        handler=move,
        id="moveApplication",
        tag="applications",
        summary="Move to the service's current definition",
        description=(
            "For an application with a held delivery that was filed under a wrong mapping, once the service has been corrected. The form "
            "must pass, the steps and their departments must be the same, and what a department was told must stay the same; else nothing "
            "changes, and `errors` says why: `/data/…` points into the form, `/steps/…` into the service's definition. Then retry "
            "the held delivery."
        ),
        act=Act.MOVE_DEFINITION,
        parameters=(path_id("id", "application"),),
        body=requests.DefinitionMove,
        body_examples={"A wrong mapping was corrected": {"reason": "事项定义更正：身份证号映射有误"}},
        answers=(Answer(status=200, description="As it stands now.", model=models.ApplicationShape),),
        refusals=(404, 409, 422, 503),
    ),
)
