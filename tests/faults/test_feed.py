"""A node is killed with kill -9 while somebody follows all cases: with the last id seen, nothing is lost and nothing comes twice."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from tests.faults.client import Client, calling
from tests.faults.installation import Installation, sample
from tests.faults.nodes import Nodes
from tests.patience import within

_FILED = 12
_ENDED = {"approved", "rejected", "withdrawn"}


class Follower:
    """Somebody who follows the feed and keeps what came, with the last id."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int, str, Any]] = []
        self.ended: set[str] = set()
        self.last = ""
        self.more = asyncio.Condition()

    async def follow(self, client: Client, url: str, *, last: str) -> None:
        """Follow until the stream breaks or all cases have ended."""
        headers = {"Accept": "text/event-stream", **({"Last-Event-ID": last} if last else {})}
        async with within(), client.session.get(f"{url}/v1/events", headers=headers) as stream:
            assert stream.status == 200, await stream.text()
            async for line in stream.content:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name == "id":
                    self.last = value
                elif name == "data":
                    await self._take(orjson.loads(value))
                    if len(self.ended) == _FILED:
                        return

    async def _take(self, event: dict[str, Any]) -> None:
        async with self.more:
            self.told.append((event["application_id"], event["no"], event["event"], event["delivery_id"]))
            if event["state"] in _ENDED:
                self.ended.add(event["application_id"])
            self.more.notify_all()

    async def until(self, count: int) -> None:
        async with within(), self.more:
            await self.more.wait_for(lambda: len(self.told) >= count)


async def _happened(client: Client, applications: list[str]) -> list[tuple[str, int, str, Any]]:
    """Give what each application tells of itself."""
    found = []
    for one in applications:
        events = (await client.get(f"/v1/applications/{one}/events?limit=200"))["items"]
        found += [(one, event["no"], event["event"], event["delivery_id"]) for event in events]
    return found


async def _through_a_kill(installation: Installation) -> None:
    """Follow all cases, kill the serving node in the middle, go on at another (or at the same, started again), and hold what came."""
    await installation.begin()
    async with calling(installation) as client:
        follower = Follower()
        [process] = installation.gateways[:1]
        following = asyncio.create_task(follower.follow(client, _url(installation), last=""))
        filed = [(await client.file(sample("house-transfer"), f"feed-{number}"))[1]["id"] for number in range(_FILED)]
        await follower.until(_FILED)
        process.signal(signal.SIGKILL)
        with pytest.raises(aiohttp.ClientError):
            await following
        process.ended()
        installation.gone(process)
        if not isinstance(installation, Nodes):
            await asyncio.to_thread(installation.fork_gateway)
        assert len(follower.ended) < _FILED  # it was in the middle
        await follower.follow(client, _url(installation), last=follower.last)

        happened = await _happened(client, filed)
        assert Counter(follower.told) == Counter(happened)
        for one in filed:
            numbers = [no for application, no, _, _ in follower.told if application == one]
            assert numbers == sorted(numbers)
        careless = Follower()  # the control: who forgets the last id is told all of it again
        careless.told = follower.told[:_FILED]
        await careless.follow(client, _url(installation), last="")
        assert Counter(careless.told) != Counter(happened)


def _url(installation: Installation) -> str:
    return installation.url_of(installation.running[0]) if isinstance(installation, Nodes) else installation.url


@pytest.mark.slow("kills a gateway amid a stream, twice; interleavings over both stores stay (tests/gateway/journal/feed)")
async def test_a_stream_of_all_cases_outlives_a_kill(stopped: Installation) -> None:
    await _through_a_kill(stopped)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Nodes]:
    with closing(Nodes(tmp_path, nodes=2)) as made:
        yield made


@pytest.mark.slow("two nodes on a server of their own, one of which is killed; the same on one node stays")
async def test_a_stream_of_all_cases_goes_on_at_another_node(two: Nodes) -> None:
    await _through_a_kill(two)
