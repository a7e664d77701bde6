"""What every request meets: language, trace, headers, methods, and what happens when something breaks."""

from __future__ import annotations

import pytest
import structlog
from prometheus_client import generate_latest

from gateway.api.border import HEADERS
from gateway.journal.unavailable import JournalUnavailable
from gateway.model.identifiers import new_id
from tests.gateway.api.catalogue_stand_ins import SAMPLE
from tests.gateway.api.conftest import World

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
    [line] = logs
    assert line["event"] == "request_failed"
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
