"""API keys, and the key of commitments, over the unix socket alone: only a person at the machine makes, lists or ends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from gateway.api.http import requests
from gateway.api.http.bodies import read
from gateway.api.http.route import Answer, Route, path_id
from gateway.api.shapes import key_models
from gateway.api.shapes.answers import json_answer
from gateway.api.shapes.answers import key as key_json
from gateway.cases.rights import Act
from gateway.texts.instants import microseconds
from gateway.texts.refusals import ConfigurationRefused
from gateway.texts.yaml_lines import ConfigError

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.journal.store.views import KeyView


async def create(asked: Asked) -> web.Response:
    """Make a key."""
    wanted = await read(asked, requests.WantedKey)
    made, key = await asked.parts.keys.create(
        wanted.role, wanted.name, actor=asked.caller.actor, expires_at=_moment(wanted.expires_at), group=wanted.group
    )
    return _told(made, key)


async def succeed(asked: Asked) -> web.Response:
    """Make the key that takes a key's place."""
    wanted = await read(asked, requests.WantedSuccessor)
    made, key = await asked.parts.keys.succeed(
        asked.path["id"], actor=asked.caller.actor, overlap=wanted.overlap_seconds, expires_at=_moment(wanted.expires_at)
    )
    return _told(made, key)


async def join(asked: Asked) -> web.Response:
    """Put a key into a group."""
    wanted = await read(asked, requests.WantedGroup)
    return json_answer(key_json(await asked.parts.keys.join(asked.path["id"], wanted.group, actor=asked.caller.actor)))


def _told(made: KeyView, key: str) -> web.Response:
    answer: key_models.NewKey = {**key_json(made), "key": key}
    return json_answer(answer, 201, {"Location": f"/v1/keys/{made.id}"})


def _moment(text: str | None) -> int | None:
    return None if text is None else microseconds(text)


async def several(asked: Asked) -> web.Response:
    """Every key there was."""
    return json_answer({"items": [key_json(k) for k in await asked.parts.insights.keys()]})


async def rotate_hmac_key(asked: Asked) -> web.Response:
    """Let another key of commitments make."""
    try:
        done = await asked.parts.rotation.rotate(actor=asked.caller.actor)
    except ConfigError as error:
        raise ConfigurationRefused(error.problems) from error
    return json_answer({"file": done.file, "rotated": done.rotated, "keys": done.keys, "lacking": list(done.lacking)})


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
        act=Act.KEYS,
        body=requests.WantedKey,
        body_examples={"A front end": {"role": "front-end", "name": "hall counters"}},
        answers=(Answer(status=201, description="Made.", model=key_models.NewKey, headers={"Location": "The key's address."}),),
        refusals=(400, 409, 422, 503),
    ),
    Route(
        method="GET",
        path="/v1/keys",
        handler=several,
        id="listKeys",
        tag="keys",
        summary="Keys, without the keys",
        description="Over the unix socket alone.",
        act=Act.KEYS,
        answers=(Answer(status=200, description="Every key, newest first.", model=key_models.KeysShape),),
        refusals=(400,),
    ),
    Route(
        method="POST",
        path="/v1/keys/{id}/successor",
        handler=succeed,
        id="succeedKey",
        tag="keys",
        summary="Make the key that takes a key's place",
        description=(
            "Over the unix socket alone. The same name, role, group and caller: what the old key filed is the new one's, and a request "
            "that is repeated with either is the same one. Both work until the old one ends."
        ),
        act=Act.KEYS,
        parameters=(path_id("id", "key"),),
        body=requests.WantedSuccessor,
        body_examples={"A week for both": {"overlap_seconds": 604800}},
        answers=(Answer(status=201, description="Made.", model=key_models.NewKey, headers={"Location": "The key's address."}),),
        refusals=(400, 404, 422, 503),
    ),
    Route(
        method="POST",
        path="/v1/keys/{id}/group",
        handler=join,
        id="joinGroup",
        tag="keys",
        summary="Put a front end's key into a group",
        description=(
            "Over the unix socket alone. The cases of its group are a key's own. It brings those that it, or a key that it succeeded, "
            "filed while it was a group of its own; what it files from then on is the group's, and stays there when the key moves on."
        ),
        act=Act.KEYS,
        parameters=(path_id("id", "key"),),
        body=requests.WantedGroup,
        body_examples={"The counters of one hall": {"group": "hall"}},
        answers=(Answer(status=200, description="The key as it is now.", model=key_models.Key),),
        refusals=(404, 409, 422, 503),
    ),
    Route(
        method="POST",
        path="/v1/secrets/hmac-key",
        handler=rotate_hmac_key,
        id="rotateHmacKey",
        tag="keys",
        summary="Let another key of commitments make",
        description=(
            "Over the unix socket alone. A new key is kept in the secrets folder; it makes indexes, digests and MACs from then on, once "
            "every node has it. What was made with the one before is found as before. Asked again it goes on from where it stood."
        ),
        act=Act.KEYS,
        answers=(Answer(status=200, description="Done, or which nodes do not have the new key yet.", model=key_models.RotatedHmacKey),),
        refusals=(422, 503),
    ),
    Route(
        method="DELETE",
        path="/v1/keys/{id}",
        handler=revoke,
        id="revokeKey",
        tag="keys",
        summary="Revoke a key, at once",
        description="Over the unix socket alone.",
        act=Act.KEYS,
        parameters=(path_id("id", "key"),),
        answers=(Answer(status=204, description="Revoked.", media=()),),
        refusals=(404, 503),
    ),
)
