"""Permissions of each role for each call."""

from __future__ import annotations

import os
import re

import pytest

from gateway.api.http.credentials import CHALLENGE
from gateway.api.http.route import Route
from gateway.api.server import ROUTES
from gateway.model.identifiers import new_id
from gateway.model.os_user import SUDO_FOR, actor
from tests.gateway.api.conftest import World
from tests.gateway.api.sample_cases import a_delivery, an_application

_ROLES = ("front-end", "operator", "auditor", "department:tax", "local")
_GUARDED = [route for route in ROUTES if route.roles]


def _path(route: Route) -> str:
    if route.per_query:
        return route.path.format(name="tax", query="housing_holdings")
    return re.sub(r"\{(\w+)\}", lambda found: new_id() if found[1] == "id" else "unknown", route.path)


@pytest.mark.parametrize("route", _GUARDED, ids=lambda route: route.id)
async def test_each_call_is_open_to_its_roles_and_to_nobody_else(world: World, route: Route) -> None:
    for role in _ROLES:
        reply = await world.ask(route.method, _path(route), role, headers={"Content-Type": "application/json"})
        allowed = role.partition(":")[0] in route.roles
        assert (reply.status == 403) is not allowed, (route.id, role, reply.status)
    reply = await world.ask(route.method, _path(route), None)
    assert reply.status == 401
    assert reply.headers["WWW-Authenticate"] == CHALLENGE["WWW-Authenticate"]


@pytest.mark.parametrize(
    "given",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic Z3c6",
        "Bearer gw_short",
        "Bearer " + "x" * 5000,
        "Bearer gw_" + "A" * 43,
        "bearer 密钥",
        "Bearer gw_" + "A" * 42 + "\t",
    ],
)
async def test_what_is_no_known_key_is_401(world: World, given: str) -> None:
    reply = await world.ask("GET", "/v1/applications", None, headers={"Authorization": given})

    assert reply.status == 401
    assert b"gw_" not in reply.body


async def test_a_department_sees_its_own_deliveries_alone(world: World) -> None:
    case = an_application()
    own, others = a_delivery(case, "tax"), a_delivery(case, "marriage")
    world.journal.add(case, [own, others])

    assert [d["id"] for d in (await world.ask("GET", "/v1/deliveries", "department:tax")).json["items"]] == [own.id]
    assert (await world.ask("GET", "/v1/deliveries?department=marriage", "department:tax")).json["items"] == []
    assert (await world.ask("GET", f"/v1/deliveries/{own.id}", "department:tax")).status == 200
    assert (await world.ask("GET", f"/v1/deliveries/{others.id}", "department:tax")).status == 404


async def test_a_revoked_key_ends_at_once(world: World) -> None:
    await world.ask("GET", "/v1/applications")
    assert (await world.ask("DELETE", f"/v1/keys/{world.ids['front-end']}", "local")).status == 204
    assert (await world.ask("GET", "/v1/applications")).status == 401


@pytest.mark.parametrize(("sudo", "shown"), [(None, None), ("alice", "alice"), ("al\tice", None), ("13800138000", None)])
async def test_who_comes_over_the_socket_is_named_by_the_kernel_and_sudo_beside_it(
    world: World, sudo: str | None, shown: str | None
) -> None:
    headers = {SUDO_FOR: sudo} if sudo is not None else {}
    made = await world.ask("POST", "/v1/keys", "local", json={"role": "auditor", "name": "x"}, headers=headers)
    assert made.status == 201
    assert world.writer.actors == [actor(os.geteuid(), shown)]


async def test_who_brings_a_key_cannot_name_a_user(world: World) -> None:
    await world.ask("POST", "/v1/configuration/reload", "operator", headers={SUDO_FOR: "root"})
    assert world.configuration.actors == [f"caller:{world.ids['operator']}"]
