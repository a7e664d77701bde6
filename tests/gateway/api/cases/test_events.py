"""Events: as a list, and live."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

import aiohttp
import orjson
import pytest

from gateway.model.application import Application, ApplicationState
from gateway.model.delivery import Delivery, DeliveryState
from gateway.model.identifiers import new_id
from tests.gateway.api.catalogue_stand_ins import ended
from tests.gateway.api.conftest import World
from tests.gateway.api.sample_cases import NOON, a_delivery, an_application
from tests.patience import within

LIVE = {"Accept": "text/event-stream"}


@pytest.fixture
async def case(world: World) -> tuple[Application, Delivery]:
    await world.key("front-end")
    application = an_application(caller=world.ids["front-end"])
    delivery = a_delivery(application)
    world.journal.add(application, [delivery])
    return application, delivery


def _end(world: World, application: Application, delivery: Delivery) -> None:
    after = ended(application, state=ApplicationState.APPROVED, ended_at=NOON)
    world.journal.change(dataclasses.replace(delivery, state=DeliveryState.APPROVED), after)
    moves = {delivery.id: [delivery.step, "approved", 1]}
    world.journal.event(after, "outcome_recorded", moves, delivery.id, result="approved", disclosed=["name"])
    world.commits.committed(application.id)


async def _line(answer: aiohttp.ClientResponse, start: str) -> str:
    while True:
        line = (await answer.content.readline()).decode()
        assert line, f"the stream ended before {start!r}"
        if line.startswith(start):
            return line.removeprefix(start).strip()


def _stream(world: World, path: str, **headers: str) -> Any:
    token = world.tokens["front-end"]
    return world.http.get(world.base + path, headers={**LIVE, "Authorization": f"Bearer {token}", **headers})


async def test_events_as_a_list(world: World, case: tuple[Application, Delivery]) -> None:
    application, delivery = case
    _end(world, application, delivery)

    reply = await world.ask("GET", f"/v1/applications/{application.id}/events")

    assert [item["no"] for item in reply.json["items"]] == [1, 2]
    assert reply.json["items"][1] == {
        "no": 2,
        "at": "2026-11-23T09:30:00.000+08:00",
        "event": "outcome_recorded",
        "delivery_id": delivery.id,
        "state": "approved",
        "needs_attention": False,
        "result": "approved",
        "moves": [{"delivery_id": delivery.id, "step": "marriage", "state": "approved", "round": 1}],
    }
    assert (await world.ask("GET", f"/v1/applications/{application.id}/events?after=2")).json == {"items": [], "more": False}
    assert (await world.ask("GET", f"/v1/applications/{application.id}/events?limit=1")).json["more"] is True


async def test_events_live_until_the_end(world: World, case: tuple[Application, Delivery]) -> None:
    application, delivery = case
    async with _stream(world, f"/v1/applications/{application.id}/events") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/event-stream"
        assert answer.headers["Cache-Control"] == "no-store"
        assert await _line(answer, "id:") == "1"
        assert await _line(answer, "event:") == "application_accepted"
        await _line(answer, ": still here")  # the heartbeat of a silent stream
        _end(world, application, delivery)
        assert await _line(answer, "id:") == "2"
        told = orjson.loads(await _line(answer, "data:"))
        assert (told["state"], told["moves"][0]["state"]) == ("approved", "approved")
        assert (await answer.content.read()).strip() == b""


async def test_a_stream_goes_on_after_the_last_event_seen(world: World, case: tuple[Application, Delivery]) -> None:
    application, delivery = case
    _end(world, application, delivery)
    path = f"/v1/applications/{application.id}/events"

    async with _stream(world, path, **{"Last-Event-ID": "1"}) as answer:
        assert await _line(answer, "id:") == "2"
    assert (await world.ask("GET", path, headers={**LIVE, "Last-Event-ID": "2"})).status == 204


async def test_streams_end_when_the_gateway_stops(world: World, case: tuple[Application, Delivery]) -> None:
    application, _ = case
    async with _stream(world, f"/v1/applications/{application.id}/events") as answer:
        await _line(answer, "id:")
        async with within():
            closing = asyncio.create_task(world.listening.close())
            rest = await answer.content.read()  # ends in order: no ClientPayloadError
            await closing
        assert b"id:" not in rest


async def test_more_streams_than_there_is_room_for_are_503(world: World, case: tuple[Application, Delivery]) -> None:
    application, _ = case
    path = f"/v1/applications/{application.id}/events"
    async with _stream(world, path) as first, _stream(world, path) as second:
        await _line(first, "id:")
        await _line(second, "id:")
        reply = await world.ask("GET", path, headers=LIVE)
        assert (reply.status, reply.headers["Retry-After"]) == (503, "10")


async def test_events_of_anothers_application_are_not_there(world: World) -> None:
    application = an_application()
    world.journal.add(application, [])
    for application_id in (application.id, new_id()):
        assert (await world.ask("GET", f"/v1/applications/{application_id}/events")).status == 404
        assert (await world.ask("GET", f"/v1/applications/{application_id}/events", headers=LIVE)).status == 404


@pytest.mark.parametrize("done", ["moves", "is revoked", "ends", "stays"])
async def test_a_stream_tells_nothing_that_came_when_its_key_had_moved_or_ended(world: World, done: str) -> None:
    await world.key("front-end")
    key = world.ids["front-end"]
    await world.keys.join(key, "hall", actor="test")
    application = an_application(owner_group="hall")
    delivery = a_delivery(application)
    world.journal.add(application, [delivery])
    async with _stream(world, f"/v1/applications/{application.id}/events") as answer:
        assert await _line(answer, "id:") == "1"
        if done == "moves":
            await world.keys.join(key, "another", actor="test")
        elif done == "is revoked":
            await world.keys.revoke(key, actor="test")
        elif done == "ends":
            await world.keys.succeed(key, actor="test", overlap=0)
        _end(world, application, delivery)
        async with within():
            rest = await answer.content.read()
    assert (b"outcome_recorded" in rest) is (done == "stays")


async def test_a_silent_stream_of_a_key_that_moved_ends_by_its_next_sign_of_life(world: World) -> None:
    await world.key("front-end")
    await world.keys.join(world.ids["front-end"], "hall", actor="test")
    application = an_application(owner_group="hall")
    world.journal.add(application, [a_delivery(application)])
    async with _stream(world, f"/v1/applications/{application.id}/events") as answer:
        assert await _line(answer, "id:") == "1"
        await world.keys.join(world.ids["front-end"], "another", actor="test")
        async with within():
            assert b"id:" not in await answer.content.read()


async def test_a_stream_goes_on_when_its_key_brings_the_case_along(world: World, case: tuple[Application, Delivery]) -> None:
    application, delivery = case
    async with _stream(world, f"/v1/applications/{application.id}/events") as answer:
        assert await _line(answer, "id:") == "1"
        await world.keys.join(world.ids["front-end"], "hall", actor="test")
        _end(world, application, delivery)
        assert await _line(answer, "id:") == "2"
