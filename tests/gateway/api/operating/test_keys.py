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


async def test_a_successor_is_the_same_caller_and_ends_are_told(world: World) -> None:
    made = await world.ask("POST", "/v1/keys", "local", json={"role": "front-end", "name": "hall", "expires_at": "2099-01-01T00:00:00Z"})
    assert made.json["expires_at"].startswith("2099-01-01T08:00:00")
    after = await world.ask("POST", f"/v1/keys/{made.json['id']}/successor", "local", json={"overlap_seconds": 60})
    assert (after.status, after.json["caller_id"], after.json["expires_at"]) == (201, made.json["id"], None)
    for key in (made, after):
        token = {"Authorization": f"Bearer {key.json['key']}"}
        assert (await world.ask("GET", "/v1/services", None, headers=token)).status == 200
    gone = await world.ask("POST", f"/v1/keys/{new_id()}/successor", "local", json={})
    assert gone.status == 404
    past = await world.ask("POST", "/v1/keys", "local", json={"role": "operator", "name": "x", "expires_at": "2020-01-01T00:00:00Z"})
    assert past.status == 422
    never = await world.ask("POST", "/v1/keys", "local", json={"role": "operator", "name": "x", "expires_at": "9999-12-31T23:59:59Z"})
    assert never.status == 422


async def test_which_nodes_lack_the_new_key_is_told(world: World) -> None:
    reply = await world.ask("POST", "/v1/secrets/hmac-key", "local")
    assert (reply.status, reply.json["rotated"], len(reply.json["lacking"])) == (200, False, 1)


async def test_a_key_is_made_in_a_group_joins_another_and_its_successor_stays_there(world: World) -> None:
    made = await world.ask("POST", "/v1/keys", "local", json={"role": "front-end", "name": "one", "group": "hall"})
    assert (made.status, made.json["group"]) == (201, "hall")
    joined = await world.ask("POST", f"/v1/keys/{made.json['id']}/group", "local", json={"group": "east-hall"})
    assert (joined.status, joined.json["group"], "key" in joined.json) == (200, "east-hall", False)
    after = await world.ask("POST", f"/v1/keys/{made.json['id']}/successor", "local", json={})
    assert after.json["group"] == "east-hall"
    listed = await world.ask("GET", "/v1/keys", "local")
    assert [k["group"] for k in listed.json["items"]] == ["east-hall", "east-hall"]
    assert (await world.ask("POST", f"/v1/keys/{new_id()}/group", "local", json={"group": "hall"})).status == 404
    for wrong in ({"group": "Hall"}, {"group": None}, {}, {"group": "hall", "role": "operator"}):
        assert (await world.ask("POST", f"/v1/keys/{made.json['id']}/group", "local", json=wrong)).status == 422
    operator = await world.ask("POST", "/v1/keys", "local", json={"role": "operator", "name": "x", "group": "hall"})
    assert operator.status == 422
