"""The configuration: read again while the gateway runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.api.http import requests
from gateway.api.http.bodies import read
from gateway.api.http.parts import Reloaded
from gateway.api.http.route import Answer, Asked, Route
from gateway.api.shapes.answers import json_answer
from gateway.cases.rights import Act

if TYPE_CHECKING:
    from aiohttp import web


async def reload(asked: Asked) -> web.Response:
    """Read departments, services and calendar again."""
    await read(asked, requests.Nothing, optional=True)
    return json_answer(await asked.parts.configuration.reload(actor=asked.caller.actor))


ROUTES = (
    Route(
        method="POST",
        path="/v1/configuration/reload",
        handler=reload,
        id="reloadConfiguration",
        tag="configuration",
        summary="Read departments, services and calendar again",
        description=(
            "All of it is checked as `gateway check` does. When anything is wrong nothing changes, and `errors` names every file and line. "
            "Else it is taken in one step: cases under way stay with the definition they were filed under, departments that have not "
            "changed keep their adapter. On this node alone: with several nodes reload each."
        ),
        act=Act.CONFIGURATION,
        body=requests.Nothing,
        body_optional=True,
        answers=(Answer(status=200, description="What changed.", model=Reloaded),),
        refusals=(422, 503),
    ),
)
