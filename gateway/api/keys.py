"""API keys, for whoever sits at the machine: made, listed, revoked over the unix socket alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from gateway.api import key_models, requests
from gateway.api.answers import json_answer
from gateway.api.answers import key as key_json
from gateway.api.bodies import read
from gateway.api.route import LOCALS, Answer, Route, path_id

if TYPE_CHECKING:
    from gateway.api.route import Asked


async def create(asked: Asked) -> web.Response:
    """Make a key."""
    wanted = await read(asked, requests.WantedKey)
    made, key = await asked.parts.keys.create(wanted.role, wanted.name, actor=asked.caller.actor)
    return json_answer({**key_json(made), "key": key}, 201, {"Location": f"/v1/keys/{made.id}"})


async def several(asked: Asked) -> web.Response:
    """Every key there was."""
    return json_answer({"items": [key_json(k) for k in await asked.parts.insights.keys()]})


async def revoke(asked: Asked) -> web.Response:
    """End a key."""
    await asked.parts.keys.revoke(asked.path["id"], actor=asked.caller.actor)
    return web.Response(status=204)


ROUTES = (
    Route(
        method="POST",
        path="/v1/keys",
        handler=create,
        id="createKey",
        tag="keys",
        summary="Make a key",
        description="Over the unix socket alone. The key is told this once.",
        roles=LOCALS,
        body=requests.WantedKey,
        body_examples={"A front end": {"role": "front-end", "name": "hall counters"}},
        answers=(Answer(status=201, description="Made.", model=key_models.NewKey, headers={"Location": "The key's address."}),),
        refusals=(400, 422, 503),
    ),
    Route(
        method="GET",
        path="/v1/keys",
        handler=several,
        id="listKeys",
        tag="keys",
        summary="Keys, without the keys",
        description="Over the unix socket alone.",
        roles=LOCALS,
        answers=(Answer(status=200, description="Every key, newest first.", model=key_models.Keys),),
        refusals=(400,),
    ),
    Route(
        method="DELETE",
        path="/v1/keys/{id}",
        handler=revoke,
        id="revokeKey",
        tag="keys",
        summary="Revoke a key, at once",
        description="Over the unix socket alone.",
        roles=LOCALS,
        parameters=(path_id("id", "key"),),
        answers=(Answer(status=204, description="Revoked.", media=()),),
        refusals=(404, 503),
    ),
)
