"""Deliveries to which nothing will ever happen by itself: there should be none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.api.http.route import Answer, Asked, Route
from gateway.api.operating import job_models
from gateway.api.shapes.answers import json_answer
from gateway.cases.rights import Act

if TYPE_CHECKING:
    from aiohttp import web


async def several(asked: Asked) -> web.Response:
    """Look now, and name every one."""
    found = await asked.parts.watchdog.look()
    items = [
        {"delivery_id": one.delivery_id, "application_id": one.application_id, "department": one.department, "kind": one.kind.value}
        for one in found
    ]
    return json_answer({"items": items})


ROUTES = (
    Route(
        method="GET",
        path="/v1/deliveries/stuck",
        handler=several,
        id="listStuckDeliveries",
        tag="deliveries",
        summary="Deliveries that nothing will ever happen to by itself",
        description=(
            "Looked for now, at most a hundred of each kind. There should be none: every open delivery is due at a time, under way, or "
            "waits for a person. What stands here is a defect."
        ),
        act=Act.SEE_STUCK,
        answers=(Answer(status=200, description="Every one, by kind.", model=job_models.StuckDeliveries),),
        refusals=(400,),
    ),
)
