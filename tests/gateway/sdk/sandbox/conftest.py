"""A small department of no particular style, to test what all sandboxes have in common."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Protocol

import aiohttp
import pytest
from aiohttp import web

from gateway.model.department import SandboxSettings
from gateway.sdk.sandbox import Decision, Effect, Sandbox, SandboxContext, json_response
from tests.patience import within

CONTRACT = """
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /things/{number}:
    parameters:
      - {name: number, in: path, required: true, schema: {type: integer, minimum: 1}}
    put:
      operationId: put_thing
      parameters: [{$ref: "#/components/parameters/Page"}]
      requestBody: {$ref: "#/components/requestBodies/Thing"}
    get:
      operationId: get_thing
components:
  parameters:
    Page: {name: page, in: query, schema: {type: integer}}
  requestBodies:
    Thing:
      content:
        application/json:
          schema: {$ref: "#/components/schemas/Thing"}
  schemas:
    Day: {type: string, format: date}
    Thing:
      type: object
      required: [day, people]
      additionalProperties: false
      properties:
        day: {$ref: "#/components/schemas/Day"}
        people: {type: array, items: {type: object, properties: {"a/b": {type: string, maxLength: 3}}}}
"""

XML = '<?xml version="1.0" encoding="utf-8"?><reply><text>办好了</text></reply>'


class Counter(Sandbox):
    """Does ``act`` at once under keys that it knows for a day, ``file`` later, and answers ``ask`` at any hour."""

    adapter = "counter"
    recognises: ClassVar[timedelta | None] = timedelta(days=1)
    deferred = frozenset({"file"})
    always_open = frozenset({"ask", "xml"})

    @property
    def operations(self) -> list[str]:
        return ["act", "file", "ask", "xml"]

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        return [
            web.post("/act", self.act, name="act"),
            web.post("/file", self.act, name="file"),
            web.get("/ask/{reference}", self.ask, name="ask"),
            web.get("/xml", self.xml, name="xml"),
        ]

    async def act(self, request: web.Request) -> web.Response:
        effect = await self.effect(request.headers["Idempotency-Key"], self.operation_of(request, b""), {"body": await request.text()})
        return json_response({"reference": effect.reference, "message": "办好了"})

    async def ask(self, request: web.Request) -> web.Response:
        effect = self.case(request.match_info["reference"])
        return json_response({"decision": effect and effect.decision and effect.decision.outcome, "body": effect and effect.memory["body"]})

    async def xml(self, _: web.Request) -> web.Response:
        return web.Response(body=XML.encode(), content_type="text/xml", charset="utf-8")

    def refusal(self, request: web.Request, operation: str, decision: Decision) -> web.Response:
        return json_response({"refused": decision.outcome, "fields": decision.fields, "code": decision.code})


class Forgetful(Counter):
    """Knows no keys."""

    recognises: ClassVar[timedelta | None] = None


class CallingBack(Counter):
    """Tells of each decision, and is heard at the third time."""

    calls_back = True

    def __init__(self, context: SandboxContext) -> None:
        super().__init__(context)
        self.told: list[tuple[str, str]] = []
        self.deaf = 2

    async def on_decided(self, effect: Effect) -> bool:
        self.told.append((effect.reference, effect.decision.outcome if effect.decision else ""))
        self.deaf -= 1
        if self.deaf == 1:
            raise aiohttp.ClientConnectionError
        return self.deaf < 0


class Start(Protocol):
    """Starts a sandbox over the test's folder."""

    async def __call__(self, sandbox: type[Sandbox] = ..., **settings: Any) -> Sandbox: ...


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    async with AsyncExitStack() as stack:

        async def begin(sandbox: type[Sandbox] = Counter, **settings: Any) -> Sandbox:
            made = sandbox(SandboxContext(name="counter", data=tmp_path, settings=SandboxSettings(**settings)))
            await made.start()
            stack.push_async_callback(stop_once, made)
            return made

        yield begin


async def stop_once(sandbox: Sandbox) -> None:
    if sandbox.running:
        await sandbox.stop()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A small contract."""
    path = tmp_path / "openapi.yaml"
    path.write_text(CONTRACT)
    return path


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


async def eventually(holds: Callable[[], bool]) -> None:
    """Return as soon as it holds; fails after five seconds."""
    async with within():
        while not holds():  # noqa: ASYNC110  # a sandbox tells nobody of what it does
            await asyncio.sleep(0.005)


class Person:
    """Somebody at a sandbox's port."""

    def __init__(self, sandbox: Sandbox, client: aiohttp.ClientSession) -> None:
        self.sandbox = sandbox
        self.client = client

    async def post(self, path: str, body: Any = None, key: str = "k") -> tuple[int, Any]:
        async with self.client.post(self.sandbox.url + path, json=body, headers={"Idempotency-Key": key}) as response:
            return response.status, await response.json(content_type=None)

    async def get(self, path: str) -> Any:
        async with self.client.get(self.sandbox.url + path) as response:
            return await response.json(content_type=None)
