"""A caller of the gateway over HTTP, as a front end or an operator would be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import orjson

from tests.faults.checker import Books, read
from tests.faults.installation import Installation, personal
from tests.patience import within

#: Event streams followed at once.
_FOLLOWED = 40
_REST = frozenset({"approved", "rejected", "withdrawn", "skipped", "returned", "held", "waiting"})


def at_rest(seen: Mapping[str, str]) -> bool:
    """Tell whether nothing moves by itself: every step has ended or waits for a person, and no doubt remains that may be asked about."""
    return all(state in _REST or (state == "in_doubt" and name == "exit_entry") for name, state in seen.items())


def reaches(name: str, *wanted: str) -> Callable[[Mapping[str, str]], bool]:
    """Give a test for whether a step is in one of these states."""
    return lambda seen: seen.get(name) in wanted


class Client:
    """One key's session. Every answer is read whole, and no error may hold anything personal.

    ``door`` gives the address for a path, a different one each time if there are several nodes.
    """

    def __init__(self, session: aiohttp.ClientSession, receipts: dict[str, set[str]], door: Callable[[str], str] = str) -> None:
        self.session = session
        self._receipts = receipts
        self._door = door

    async def call(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Give the status and the JSON of an answer."""
        data = None if body is None else orjson.dumps(body)
        given = {"Content-Type": "application/json", **(headers or {})} if body is not None else headers
        async with within(), self.session.request(method, self._door(path), data=data, headers=given) as answer:
            text = await answer.text()
        if answer.status >= 400:
            assert personal(text) == []
        return answer.status, orjson.loads(text) if text else {}

    async def file(self, body: object, key: str, wait: int | None = None) -> tuple[int, dict[str, Any]]:
        """File an application, and keep the answer as a receipt."""
        headers = {"Idempotency-Key": key, **({"Prefer": f"wait={wait}"} if wait is not None else {})}
        status, answer = await self.call("POST", "/v1/applications", body, headers)
        if status in (200, 202):
            self._receipts.setdefault(key, set()).add(answer["id"])
        return status, answer

    async def get(self, path: str) -> dict[str, Any]:
        """Get one thing that must exist."""
        status, answer = await self.call("GET", path)
        assert status == 200, answer
        return answer

    async def until(self, application: str, settled: Callable[[Mapping[str, str]], bool] = at_rest) -> dict[str, Any]:
        """Follow an application's events until the states of its steps are ``settled``, and give it as it then stands."""
        seen: dict[str, str] = {}
        headers = {"Accept": "text/event-stream"}
        async with within(), self.session.get(self._door(f"/v1/applications/{application}/events"), headers=headers) as stream:
            assert stream.status == 200, await stream.text()
            async for line in stream.content:
                if line.startswith(b"data: "):
                    seen |= {move["step"]: move["state"] for move in orjson.loads(line[6:])["moves"]}
                    if settled(seen):
                        break
        return await self.get(f"/v1/applications/{application}")

    async def first_attempt(self, application: str, delivery: str) -> None:
        """Follow an application's events until the first attempt of that delivery has ended."""
        path = self._door(f"/v1/applications/{application}/events")
        async with within(), self.session.get(path, headers={"Accept": "text/event-stream"}) as stream:
            async for line in stream.content:
                if line.startswith(b"data: "):
                    event = orjson.loads(line[6:])
                    if event["delivery_id"] == delivery and event["event"] in ("attempt_failed", "outcome_recorded"):
                        return
        raise AssertionError(f"the stream of {application} ended before {delivery} was attempted")

    async def attempts(self, delivery: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Give the attempts of a delivery."""
        found: list[dict[str, Any]] = (await self.get(f"/v1/deliveries/{delivery['id']}"))["attempts_made"]
        return found


async def all_ended(installation: Installation, client: Client) -> None:
    """Follow every application that is open in the journal until nothing moves by itself."""
    gate = asyncio.Semaphore(_FOLLOWED)

    async def one(application: str) -> None:
        async with gate:
            await client.until(application)

    while standing := _moving(await asyncio.to_thread(read, installation.database_url)):
        await asyncio.gather(*map(one, standing))


def _moving(books: Books) -> set[str]:
    """Give the applications in which something still moves by itself."""
    still = (one for one in books.deliveries if not at_rest({one["department"]: one["state"]}))
    return {one["application_id"] for one in still}


def step(application: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Give one delivery of an application as answered."""
    return next(delivery for delivery in application["deliveries"] if delivery["step"] == name)


def states(application: Mapping[str, Any]) -> dict[str, str]:
    """Give the states of its deliveries by step."""
    return {delivery["step"]: delivery["state"] for delivery in application["deliveries"]}


@asynccontextmanager
async def calling(installation: Installation, role: str = "front-end") -> AsyncIterator[Client]:
    """Open a session with a key of that role."""
    headers = {"Authorization": f"Bearer {installation.key(role)}"}
    timeout = aiohttp.ClientTimeout(total=None)  # each call has its own limit
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(installation.url, headers=headers, timeout=timeout, connector=connector) as session:
        yield Client(session, installation.receipts, installation.door_of)
