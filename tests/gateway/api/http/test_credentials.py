"""Each role may make its calls and no other, and wrong credentials are slowed and reported once while a good key works all the same."""

from __future__ import annotations

import asyncio
import os
import re
from ipaddress import ip_network
from unittest.mock import Mock

import pytest
from aiohttp.test_utils import make_mocked_request
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from gateway.api import ApiLimits
from gateway.api.http.admission import REMEMBERED
from gateway.api.http.credentials import CHALLENGE, Failures
from gateway.api.http.route import Route
from gateway.api.server import ROUTES
from gateway.model.identifiers import new_id
from gateway.model.os_user import SUDO_FOR, actor
from gateway.telemetry.measures import create_metrics
from tests.gateway.api.conftest import World
from tests.gateway.api.http.test_admission import Clock
from tests.gateway.api.sample_cases import a_delivery, an_application

UNKNOWN = {"Authorization": "Bearer gw_" + "A" * 43}
TOO_MANY = 3

_ROLES = ("front-end", "operator", "auditor", "department:tax", "local")
_GUARDED = [route for route in ROUTES if route.roles]


@pytest.fixture
def limits() -> ApiLimits:
    return ApiLimits(failures=TOO_MANY, failure_seconds=60, trusted_proxies=(ip_network("127.0.0.1"),))


async def test_what_fails_too_often_is_429_and_told_once(world: World) -> None:
    with capture_logs() as lines:
        replies = [await world.ask("GET", "/v1/applications", None, headers=UNKNOWN) for _ in range(6)]
    assert [reply.status for reply in replies] == [401, 401, 401, 429, 429, 429]
    assert replies[-1].headers["Retry-After"] == "60"
    assert replies[-1].headers["RateLimit"] == '"failures";r=0;t=60'
    assert len([line for line in lines if line["event"] == "access_refused"]) == TOO_MANY
    told = [line for line in lines if line["event"] == "credentials_failing"]
    assert [(line["address"], line["key"], line["failures"]) for line in told] == [("127.0.0.1", None, TOO_MANY)]
    counted = (await world.ask("GET", "/metrics", "operator")).body
    assert b'gateway_credentials_failed_total{scope="node"} 6.0' in counted


async def test_a_good_key_opens_from_an_address_that_failed(world: World) -> None:
    await world.key("front-end")
    for given in (*[UNKNOWN] * TOO_MANY, {"Authorization": "Bearer 密钥"}):
        reply = await world.ask("GET", "/v1/applications", None, headers=given)
    assert reply.status == 429
    # The first is looked up in its turn, and the others with it.
    replies = await asyncio.gather(*(world.ask("GET", "/v1/applications") for _ in range(30)))
    assert {reply.status for reply in replies} == {200}


async def test_addresses_are_told_apart_by_what_the_trusted_proxy_says(world: World) -> None:
    async def fail(*, from_: str) -> int:
        return (await world.ask("GET", "/v1/applications", None, headers={**UNKNOWN, "X-Forwarded-For": from_})).status

    assert [await fail(from_="203.0.113.9") for _ in range(TOO_MANY + 1)][-1] == 429
    assert await fail(from_="203.0.113.10") == 401
    assert await fail(from_="203.0.113.10, 203.0.113.9") == 429


async def test_a_revoked_key_is_counted_by_its_id_from_wherever_it_comes(world: World) -> None:
    token = await world.key("front-end")
    await world.ask("DELETE", f"/v1/keys/{world.ids['front-end']}", "local")
    with capture_logs() as lines:
        statuses = [
            (
                await world.ask(
                    "GET", "/v1/services", None, headers={"Authorization": f"Bearer {token}", "X-Forwarded-For": f"203.0.113.{number}"}
                )
            ).status
            for number in range(TOO_MANY + 1)
        ]
    assert statuses == [401] * TOO_MANY + [429]
    assert [line["key"] for line in lines if line["event"] == "credentials_failing"] == [world.ids["front-end"]]


async def test_callbacks_that_are_not_authentic_are_slowed_and_authentic_ones_are_taken(world: World) -> None:
    async def call(body: bytes) -> int:
        headers = {"webhook-id": "m", "Content-Type": "text/xml"}
        return (await world.ask("POST", "/v1/departments/tax/callbacks", None, data=body, headers=headers)).status

    assert [await call(b"forged") for _ in range(TOO_MANY + 1)] == [401] * TOO_MANY + [429]
    assert await call(b"ok") == 200


async def test_few_wait_to_be_looked_up_and_the_rest_is_told_at_once(world: World) -> None:
    async def fail() -> int:
        return (await world.ask("GET", "/v1/applications", None, headers=UNKNOWN)).status

    for _ in range(TOO_MANY):
        await fail()
    loop = asyncio.get_running_loop()
    before = loop.time()
    assert await asyncio.gather(*(fail() for _ in range(4))) == [429] * 4
    assert loop.time() - before >= 0.39  # one at a time, with time between


def test_a_burst_is_over_when_nothing_has_failed_for_a_while_and_the_table_is_bounded() -> None:
    clock = Clock()
    failures = Failures(ApiLimits(failures=TOO_MANY, failure_seconds=60), create_metrics(CollectorRegistry()), clock)
    request = make_mocked_request("GET", "/")

    def fail(count: int) -> list[int]:
        return [failures.failed(request).status for _ in range(count)]

    assert fail(4) == [401, 401, 401, 429]
    clock.now += 59
    assert fail(1) == [429]
    clock.now += 61
    with capture_logs() as lines:
        assert fail(4) == [401, 401, 401, 429]
    assert [line["event"] for line in lines] == ["credentials_failing"]
    for number in range(REMEMBERED + 10):
        failures._count(str(number))
    assert len(failures._counted) == REMEMBERED


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["old"] * 5, [("127.0.0.1", "old")]),  # both at once
        ([None, *["old"] * 5], [("127.0.0.1", "old")]),  # the address first
        (["old", None, None, "old", "old"], [("127.0.0.1", None), ("127.0.0.1", "old")]),  # the key is news
        (["old", "old", "older", "older", "old"], [("127.0.0.1", "older"), ("127.0.0.1", "old")]),
    ],
)
def test_a_burst_of_an_address_and_a_revoked_key_is_one_line(given: list[str | None], told: list[tuple[str, str | None]]) -> None:
    clock = Clock()
    failures = Failures(ApiLimits(failures=TOO_MANY, failure_seconds=60), create_metrics(CollectorRegistry()), clock)
    transport = Mock(get_extra_info=lambda name, default=None: ("127.0.0.1", 1) if name == "peername" else default)
    request = make_mocked_request("GET", "/", transport=transport)
    for _ in range(2):  # and the next burst is another
        with capture_logs() as lines:
            for key in given:
                failures.failed(request, key)
        assert [(line["address"], line["key"]) for line in lines] == told
        clock.now += 61


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
