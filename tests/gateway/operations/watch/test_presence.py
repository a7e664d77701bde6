"""A node among the others: alive while heard of, dead when silent, gone once it said so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from gateway.journal.read.insights import Insights
from gateway.journal.store import schema
from gateway.journal.store.database import is_sqlite, open_reader, open_writer
from gateway.journal.writer.journal import Journal
from gateway.model.identifiers import new_id
from gateway.operations.watch.presence import Node, NodeState, Presence
from tests.patience import within

#: A lease that outlasts every test, and one whose signs come at once.
LONG, SHORT = 3600.0, 0.06


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> str:
    return str(request.param)


Make = Callable[..., Any]


@pytest.fixture
async def make(world_url: str) -> AsyncIterator[Make]:
    """Make the presence of one more process. All are closed at the end."""
    async with AsyncExitStack() as stack:

        async def made(*, lease_seconds: float = LONG, serves: bool = True) -> Presence:
            presence = await stack.enter_async_context(_process(world_url, lease_seconds, writes=serves))
            if serves:
                presence.serves("http://127.0.0.1:8080")
                await presence.start()
            return presence

        yield made


@asynccontextmanager
async def _process(url: str, lease_seconds: float, *, writes: bool) -> AsyncIterator[Presence]:
    writer, reader, node = open_writer(url), open_reader(url), new_id()
    journal = Journal(writer, node=node, chain="one" if is_sqlite(url) else node)
    if writes:
        await journal.open()
    insights = Insights(reader)
    presence = Presence(journal, insights, roles="api,dispatch", version="9", lease_seconds=lease_seconds)
    yield presence
    await presence.stop()
    await journal.close()
    await asyncio.to_thread(insights.close)
    reader.dispose()
    writer.dispose()


async def states(presence: Presence) -> list[tuple[NodeState, bool]]:
    return [(node.state, node.own) for node in (await presence.look()).items]


async def test_a_node_is_alive_and_says_who_it_is_and_then_has_left(make: Make) -> None:
    one, watcher = await make(), await make(serves=False)
    [node] = (await one.look()).items
    assert (node.state, node.own, node.dispatches) == (NodeState.ALIVE, True, True)
    assert (node.row.about.address, node.row.about.version) == ("http://127.0.0.1:8080", "9")
    await one.stop()
    [node] = (await watcher.look()).items
    assert (node.state, node.own, node.dispatches) == (NodeState.LEFT, False, False)


async def test_one_that_is_heard_of_no_more_is_dead_and_alive_again_when_it_is(make: Make, world_url: str) -> None:
    one = await make()
    watcher = await make(serves=False)
    alone = is_sqlite(world_url)
    # In one file the asking process has the lock, so no other can be alive.
    assert await states(watcher) == [(NodeState.DEAD if alone else NodeState.ALIVE, False)]
    await silent(one, world_url, LONG / 2 + 1)
    [node] = (await watcher.look()).items
    assert (node.state, node.dispatches) == (NodeState.DEAD, False)
    assert node.age > LONG / 2 * 1_000_000
    assert await states(one) == [(NodeState.ALIVE, True)], "who answers lives"
    await one._say()
    assert await states(watcher) == [(NodeState.DEAD if alone else NodeState.ALIVE, False)]


async def test_signs_of_life_go_on_by_themselves(make: Make, world_url: str) -> None:
    if is_sqlite(world_url):
        pytest.skip("one a minute")
    one = await make(lease_seconds=SHORT)
    await silent(one, world_url, LONG)
    async with within():
        while (await one.look()).items[0].age > LONG / 2 * 1_000_000:  # noqa: ASYNC110  # a row tells nobody
            await asyncio.sleep(0.01)


async def test_a_word_that_fails_is_said_again(make: Make, world_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if is_sqlite(world_url):
        pytest.skip("one a minute")
    one, failed, write = await make(lease_seconds=SHORT), asyncio.Event(), Journal.write

    async def fails_once(journal: Journal, *change: Any, **more: Any) -> Any:
        if failed.is_set():
            return await write(journal, *change, **more)
        failed.set()
        raise RuntimeError("a bug")

    monkeypatch.setattr(Journal, "write", fails_once)
    with capture_logs() as lines:
        async with within():
            await failed.wait()
            await silent(one, world_url, LONG)
            while (await one.look()).items[0].age > LONG / 2 * 1_000_000:  # noqa: ASYNC110  # as above
                await asyncio.sleep(0.01)
    assert [line["error"] for line in lines if line["event"] == "presence_failed"] == ["RuntimeError"]


async def test_a_node_that_may_not_write_is_there_for_who_asks_it(make: Make) -> None:
    one = await make(serves=False)
    one.serves(None)
    [node] = (await one.look()).items
    assert (node.state, node.own) == (NodeState.ALIVE, True)
    command = await make(serves=False)
    assert (await command.look()).items == ()


async def test_those_that_live_come_first(make: Make, world_url: str) -> None:
    if is_sqlite(world_url):
        pytest.skip("there is but one")
    first, second = await make(), await make()
    await second.stop()
    assert await states(first) == [(NodeState.ALIVE, True), (NodeState.LEFT, False)]


async def silent(presence: Presence, url: str, seconds: float) -> None:
    """Make it seem last heard of so long ago."""
    [node] = [one for one in (await presence.look()).items if one.own]
    assert isinstance(node, Node)
    writer = open_writer(url)
    with writer.begin() as connection:
        table = schema.node
        moved = table.c.seen_at - int(seconds * 1_000_000)
        connection.execute(update(table).where(table.c.id == node.row.id).values(seen_at=moved))
    writer.dispose()
