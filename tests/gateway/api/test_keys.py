"""Keys, made over the unix socket."""

from __future__ import annotations

from gateway.model.identifiers import new_id
from gateway.model.os_user import own_actor
from tests.gateway.api.conftest import World


async def test_a_key_is_made_told_once_listed_and_revoked(world: World) -> None:
    made = await world.ask("POST", "/v1/keys", "local", json={"role": "department:tax", "name": "税务局"})
    assert made.status == 201
    assert world.writer.actors == [own_actor()]
    token = {"Authorization": f"Bearer {made.json['key']}"}
    assert (await world.ask("GET", "/v1/deliveries", None, headers=token)).status == 200

    listed = await world.ask("GET", "/v1/keys", "local")
    assert [(k["id"], k["role"], k["revoked_at"]) for k in listed.json["items"]] == [(made.json["id"], "department:tax", None)]
    assert made.json["key"].encode() not in listed.body

    assert (await world.ask("DELETE", made.headers["Location"], "local")).status == 204
    assert (await world.ask("GET", "/v1/deliveries", None, headers=token)).status == 401
    assert (await world.ask("DELETE", made.headers["Location"], "local")).status == 404
    assert (await world.ask("DELETE", f"/v1/keys/{new_id()}", "local")).status == 404
    assert (await world.ask("DELETE", "/v1/keys/x", "local")).status == 404


async def test_a_role_that_does_not_exist_is_refused(world: World) -> None:
    for role in ("admin", "local", "department:unknown", "front-end:x"):
        reply = await world.ask("POST", "/v1/keys", "local", json={"role": role, "name": "x"})
        assert (reply.status, reply.json["type"]) == (422, "/problems/validation"), role
