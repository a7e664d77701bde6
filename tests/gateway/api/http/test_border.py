"""The treatment of every request: language, trace, headers, methods, and failures."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
import structlog
from prometheus_client import generate_latest

from gateway.api import ApiLimits
from gateway.api.http.border import HEADERS
from gateway.model.errors import JournalUnavailable
from gateway.model.identifiers import new_id
from gateway.model.os_user import own_actor
from tests.gateway.api.catalogue_stand_ins import SAMPLE
from tests.gateway.api.conftest import World
from tests.gateway.api.sample_cases import an_application

KEY = {"Idempotency-Key": "one"}


async def test_the_trace_context_is_taken_or_made(world: World) -> None:
    given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    for n, traceparent in enumerate((given, "00-" + "0" * 32 + "-00f067aa0ba902b7-01", "garbage")):
        await world.ask("POST", "/v1/applications", json=SAMPLE, headers={"Idempotency-Key": str(n), "traceparent": traceparent})
    taken, *made = [asked["traceparent"] for asked in world.intake.asked]

    assert taken == given
    assert len({*made, given}) == 3
    assert all(len(one) == 55 for one in made)


async def test_the_request_id_is_taken_when_it_is_a_uuid_and_nothing_else(world: World) -> None:
    mine = new_id()
    assert (await world.ask("GET", "/livez", None, headers={"X-Request-Id": mine})).headers["X-Request-Id"] == mine
    number = "500152199001010018"
    assert (await world.ask("GET", "/livez", None, headers={"X-Request-Id": number})).headers["X-Request-Id"] != number


async def test_every_answer_carries_the_safe_headers(world: World) -> None:
    for path in ("/livez", "/v1/applications", "/nowhere"):
        reply = await world.ask("GET", path, None)
        assert {name: reply.headers[name] for name in HEADERS} == HEADERS


async def test_a_database_that_is_away_is_503_and_says_when_to_come_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(_: str) -> None:
        raise JournalUnavailable("the database cannot be read: OperationalError")

    monkeypatch.setattr(world.insights, "application", away)
    reply = await world.ask("GET", "/v1/applications/01234567-8901-7234-8567-012345678901")
    assert (reply.status, reply.json["type"], reply.headers["Retry-After"]) == (503, "/problems/journal-unavailable", "5")


async def test_what_nobody_foresaw_is_500_without_its_text_and_logged_without_it(world: World) -> None:
    world.intake.refuse = KeyError("500152199001010018")
    with structlog.testing.capture_logs() as logs:
        reply = await world.ask("POST", "/v1/applications", json=SAMPLE, headers=KEY)

    assert (reply.status, reply.json["type"]) == (500, "/problems/internal")
    assert "errors" not in reply.json
    line, answered = logs
    assert (line["event"], answered["event"], answered["status"]) == ("request_failed", "request_answered", 500)
    assert line["error"] == "KeyError"
    assert line["request_id"] == reply.headers["X-Request-Id"]
    assert any("stand_ins.py" in place for place in line["at"])
    assert "500152199001010018" not in f"{line}{reply.body!r}"


async def test_methods_and_addresses_that_do_not_exist(world: World) -> None:
    reply = await world.ask("PUT", "/v1/applications", None)
    assert (reply.status, reply.headers["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    options = await world.ask("OPTIONS", "/v1/applications", None)
    assert (options.status, options.headers["Allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    for path in ("/", "/v1", "/v1/applications/", "/nowhere", "/docs/../server.py", "/docs/%2e%2e%2fserver.py"):
        reply = await world.ask("GET", path, None)
        assert (reply.status, reply.headers["Content-Type"]) == (404, "application/problem+json"), path


async def test_head_is_get_without_a_body(world: World) -> None:
    for path, role in (("/v1/services", "front-end"), ("/livez", None), ("/docs", None)):
        reply = await world.ask("HEAD", path, role)
        assert (reply.status, reply.body) == (200, b"")
        assert int(reply.headers["Content-Length"]) > 0


async def test_requests_are_counted_by_template_never_by_address(world: World) -> None:
    await world.ask("GET", f"/v1/applications/{new_id()}")
    await world.ask("GET", "/nowhere/500152199001010018", None)
    text = generate_latest(world.parts.metrics.registry).decode()

    assert 'gateway_http_requests_total{method="GET",route="/v1/applications/{id}",status="404"} 1.0' in text
    assert 'gateway_http_requests_total{method="GET",route="unknown",status="404"} 1.0' in text
    assert "500152199001010018" not in text


async def test_refused_access_is_logged(world: World) -> None:
    with structlog.testing.capture_logs() as logs:
        await world.ask("GET", "/v1/audit")
        await world.ask("GET", "/v1/audit", None)
    assert [(line["event"], line["status"], line["route"]) for line in logs] == [
        ("access_refused", 403, "/v1/audit"),
        ("access_refused", 401, "/v1/audit"),
    ]
    assert [(line.get("key"), line["address"]) for line in logs] == [(world.ids["front-end"], "127.0.0.1"), (None, "127.0.0.1")]


async def test_a_line_says_whose_key_asked_what_and_never_the_key_or_what_was_asked_for(world: World) -> None:
    case = an_application()
    world.journal.add(case, [])
    with structlog.testing.capture_logs() as logs:
        await world.ask("GET", f"/v1/applications/{case.id}", "operator")
        await world.ask("GET", "/livez", None)

    [line] = logs
    assert (line["event"], line["log_level"], line["method"], line["route"]) == (
        "request_answered",
        "info",
        "GET",
        "/v1/applications/{id}",
    )
    assert (line["status"], line["key"], line["address"]) == (200, world.ids["operator"], "127.0.0.1")
    assert world.tokens["operator"] not in repr(line)
    assert line["id"] == case.id


async def test_an_id_in_a_path_that_is_none_of_ours_is_in_no_line(world: World) -> None:
    with structlog.testing.capture_logs() as logs:
        await world.ask("GET", "/v1/applications/500152199001010018", "operator")
    assert [(line["status"], line["id"]) for line in logs] == [(404, None)]
    assert "500152199001010018" not in repr(logs)


@pytest.mark.parametrize("limits", [ApiLimits(trusted_proxies=(ip_network("127.0.0.0/8"),))])
async def test_the_address_of_a_line_is_that_of_the_client_behind_trusted_proxies(world: World) -> None:
    with structlog.testing.capture_logs() as logs:
        await world.ask("GET", "/v1/services", headers={"X-Forwarded-For": "203.0.113.9"})
    assert [line["address"] for line in logs] == ["203.0.113.9"]


async def test_a_revoked_key_is_named_by_its_id_where_it_is_tried_again(world: World) -> None:
    token = await world.key("operator")
    await world.keys.revoke(world.ids["operator"], actor="test")
    with structlog.testing.capture_logs() as logs:
        await world.ask("GET", "/v1/departments", None, headers={"Authorization": f"Bearer {token}"})
    assert [(line["event"], line["status"], line["key"]) for line in logs] == [("access_refused", 401, world.ids["operator"])]


async def test_a_command_is_logged_by_its_user_and_has_no_address(world: World) -> None:
    with structlog.testing.capture_logs() as logs:
        await world.ask("GET", "/v1/keys", "local")
    [line] = logs
    assert (line["actor"], line["key"], line["address"]) == (own_actor(), None, None)
