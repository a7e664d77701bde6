"""The feed of all cases: by the page, and live."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
from sqlalchemy import delete

from gateway.api import ApiLimits
from gateway.journal.feed import sharing
from gateway.journal.store import schema
from gateway.model.application import Application
from tests.gateway.api.conftest import World
from tests.gateway.api.sample_cases import a_delivery, an_application
from tests.patience import within

LIVE = {"Accept": "text/event-stream"}
FEED = "/v1/events"


@pytest.fixture(autouse=True)
def no_gathering(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.api.cases.feed.GATHER", 0)


async def mine(world: World, caller: str = "front-end") -> Application:
    """File a case with that key."""
    await world.key(caller)
    made = an_application(caller=world.ids[caller])
    world.journal.add(made, [a_delivery(made)])
    world.journal.stand()
    return made


def others(world: World, count: int = 1) -> None:
    for _ in range(count):
        made = an_application()
        world.journal.add(made, [])
    world.journal.stand()


def goes_on(world: World, application: Application, number: int) -> None:
    """Write a further event of a case, and tell of the commit."""
    world.journal.event(application.changed(version=number), "attempt_failed")
    world.journal.stand()
    world.commits.committed(application.id)


async def _line(answer: aiohttp.ClientResponse, start: str) -> str:
    while True:
        line = (await answer.content.readline()).decode()
        assert line, f"the stream ended before {start!r}"
        if line.startswith(start):
            return line.removeprefix(start).strip()


def _stream(world: World, query: str = "", **headers: str) -> Any:
    return world.http.get(world.base + FEED + query, headers={**LIVE, "Authorization": f"Bearer {world.tokens['front-end']}", **headers})


async def test_pages_go_on_for_ever_and_hold_each_event_once(world: World) -> None:
    first, second = await mine(world), await mine(world)
    goes_on(world, first, 2)
    others(world, 3)

    one = (await world.ask("GET", f"{FEED}?limit=2")).json
    two = (await world.ask("GET", f"{FEED}?limit=2&after={one['next']}")).json
    three = (await world.ask("GET", f"{FEED}?after={two['next']}")).json
    assert [(item["application_id"], item["no"]) for item in one["items"] + two["items"]] == [(first.id, 1), (second.id, 1), (first.id, 2)]
    assert (one["more"], two["more"], three["more"], three["items"]) == (True, False, False, [])
    listed = (await world.ask("GET", f"/v1/applications/{first.id}/events")).json["items"]
    shared = {"application_id": first.id, "number": first.number}
    assert [item for item in one["items"] + two["items"] if item["application_id"] == first.id] == [{**item, **shared} for item in listed]

    goes_on(world, second, 2)
    later = (await world.ask("GET", f"{FEED}?after={three['next']}")).json
    assert [(item["application_id"], item["no"]) for item in later["items"]] == [(second.id, 2)]


async def test_now_begins_with_what_happens_from_now_on(world: World) -> None:
    application = await mine(world)
    begun = (await world.ask("GET", f"{FEED}?after=now")).json
    assert (begun["items"], begun["more"]) == ([], False)
    goes_on(world, application, 2)
    assert [item["no"] for item in (await world.ask("GET", f"{FEED}?after={begun['next']}")).json["items"]] == [2]


@pytest.mark.parametrize(("role", "cases"), [("front-end", 1), ("operator", 3), ("auditor", 3), ("local", 3)])
async def test_each_caller_is_told_of_the_cases_that_it_sees(world: World, role: str, cases: int) -> None:
    await mine(world)
    others(world, 2)
    told = (await world.ask("GET", FEED, role)).json
    assert len({item["application_id"] for item in told["items"]}) == cases
    async with AsyncExitStack() as stack:
        session = world.local_http if role == "local" else world.http
        base = "http://gateway" if role == "local" else world.base
        headers = LIVE if role == "local" else {**LIVE, "Authorization": f"Bearer {await world.key(role)}"}
        answer = await stack.enter_async_context(session.get(base + FEED, headers=headers))
        seen = [await _line(answer, "data:") for _ in range(cases)]
        await _line(answer, ": still here")  # nothing but these
        assert len(seen) == cases


async def test_departments_have_no_feed(world: World) -> None:
    assert (await world.ask("GET", FEED, "department:tax")).status == 403


async def test_a_stream_goes_on_after_the_last_id_seen_whether_of_an_event_or_of_a_heartbeat(world: World) -> None:
    first = await mine(world)
    second = await mine(world)
    async with _stream(world) as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
        seen = await _line(answer, "id:")
        assert first.id in await _line(answer, "data:")
    async with _stream(world, **{"Last-Event-ID": seen}) as answer:
        assert second.id in await _line(answer, "data:")
        silent = await _line(answer, "id:")
        assert (await answer.content.readline()) == b": still here\n"
    others(world, 2)
    goes_on(world, first, 2)
    async with _stream(world, "?after=now", **{"Last-Event-ID": silent}) as answer:
        assert await _line(answer, "event:") == "attempt_failed"
        assert first.id in await _line(answer, "data:")
        goes_on(world, second, 2)  # and as it happens
        assert second.id in await _line(answer, "data:")


async def test_a_wait_ends_with_the_first_event_that_the_caller_sees(world: World) -> None:
    application = await mine(world)
    begun = (await world.ask("GET", f"{FEED}?after=now")).json["next"]
    async with within():
        waiting = asyncio.create_task(world.ask("GET", f"{FEED}?after={begun}", headers={"Prefer": "wait=60"}))
        await world.commits.began.wait()
        others(world)
        world.commits.committed("another")
        goes_on(world, application, 2)
        reply = await waiting
    assert [item["no"] for item in reply.json["items"]] == [2]
    assert reply.headers["Preference-Applied"] == "wait=60"
    nothing = await world.ask("GET", f"{FEED}?after={reply.json['next']}", headers={"Prefer": "wait=0"})
    assert (nothing.json["items"], nothing.json["next"]) == ([], reply.json["next"])


@pytest.mark.parametrize("point", [{"params": {"after": "AQ" + "A" * 16}}, {"headers": {**LIVE, "Last-Event-ID": "AQ" + "A" * 40}}])
async def test_what_looks_like_a_cursor_and_is_none_is_told(world: World, point: dict[str, Any]) -> None:
    reply = await world.ask("GET", FEED, **point)
    assert (reply.status, reply.json["type"]) == (400, "/problems/bad-cursor")


@pytest.mark.parametrize("after", ["x", "A" * 18, "A" * 7000, "nowhere_in_a_journal", ""])
async def test_what_is_no_cursor_is_told(world: World, after: str) -> None:
    reply = await world.ask("GET", f"{FEED}?after={after}")
    assert (reply.status, reply.json["errors"][0]["parameter"]) == (400, "after")
    reply = await world.ask("GET", FEED, headers={**LIVE, "Last-Event-ID": after or "?"})
    assert (reply.status, reply.json["errors"][0]["parameter"]) == (400, "Last-Event-ID")


@pytest.mark.parametrize("headers", [{}, LIVE])
async def test_a_cursor_beyond_a_restored_backup_says_where_to_begin_again(world: World, headers: dict[str, str]) -> None:
    application = await mine(world)
    kept = (await world.ask("GET", FEED)).json["next"]
    seq = world.journal.head.seq
    goes_on(world, application, 2)
    beyond = (await world.ask("GET", FEED)).json["next"]
    with world.journal.engine.begin() as connection:
        connection.execute(delete(schema.audit).where(schema.audit.c.seq > seq))
        world.journal.head.seq, world.journal.head.hash = connection.execute(schema.audit.select()).one().seq, _hash(connection)
    world.journal.stand()

    reply = await world.ask("GET", f"{FEED}?after={beyond}", headers=headers)
    assert (reply.status, reply.json["type"], reply.json["after"]) == (410, "/problems/cursor-gone", kept)
    assert (await world.ask("GET", f"{FEED}?after={kept}")).json["items"] == []


def _hash(connection: Any) -> str:
    return str(connection.execute(schema.audit.select()).one().hash)


class TestMany:
    """Fifty streams at once."""

    @pytest.fixture
    def limits(self) -> ApiLimits:
        return ApiLimits(heartbeat_seconds=60, streams=60)

    async def test_fifty_idle_streams_read_no_more_than_one(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        reads, really = 0, world.insights.read

        def counted(read: Any) -> Any:
            nonlocal reads
            reads += 1
            return really(read)

        application = await mine(world)
        others(world)
        monkeypatch.setattr(world.insights, "read", counted)
        monkeypatch.setattr("gateway.api.cases.feed.GATHER", sharing.GATHER)
        async with AsyncExitStack() as stack:
            streams = [await stack.enter_async_context(_stream(world, "?after=now")) for _ in range(50)]
            for answer in streams:
                await _line(answer, "retry:")
            reads = 0
            for _ in range(20):  # a burst
                others(world)
                world.commits.committed("another")
            goes_on(world, application, 2)
            for answer in streams:
                await _line(answer, "data:")
            assert 1 <= reads <= 3
