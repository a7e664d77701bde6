"""Speak to a gateway over HTTP: through its unix socket, or at an address with a key."""

from __future__ import annotations

import math
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import orjson

from gateway.cli.terminal.exits import Answered, Unreachable
from gateway.cli.terminal.words import say
from gateway.model import JsonObject
from gateway.model.os_user import SUDO_FOR, SUDO_USER

#: Seconds that an answer may take, beyond those that the request asks to wait.
PATIENCE = 30.0
#: Items of a page of a list.
PAGE = 200
#: The first status that says no.
_REFUSED = 400


class Client:
    """One session with one gateway. Methods raise Answered for a status of 400 and more, Unreachable when nothing answers."""

    def __init__(self, session: aiohttp.ClientSession, place: str) -> None:
        self._session = session
        self._place = place

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> JsonObject:
        """Ask for one thing."""
        return await self.call("GET", path, params=params)

    async def pages(self, path: str, params: Mapping[str, str], most: float = math.inf) -> JsonObject:
        """Ask for every page of a list as one, or for its first ``most`` items, with the ``next`` of the last page."""
        items: list[JsonObject] = []
        while True:
            page = await self.get(path, {**params, "limit": str(min(PAGE, most - len(items)))})
            items += page["items"]
            if page["next"] is None or len(items) >= most:
                return {**page, "items": items}
            params = {**params, "cursor": page["next"]}
            if "date" in page:
                params["date"] = page["date"]  # the same day, even when midnight comes between two pages

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        wait: float = 0,
    ) -> JsonObject:
        """Give the JSON object of the answer, an empty one when it has no body. ``wait`` is the seconds that the request asks to wait."""
        content, status = await self._send(method, path, body=body, params=params, headers=headers or {}, wait=wait)
        return self._object(content, status)

    async def read(self, path: str, params: Mapping[str, str] | None = None) -> bytes:
        """Give an answer that is no JSON, as it comes."""
        content, status = await self._send("GET", path, body=None, params=params, headers={"Accept": "*/*"}, wait=0)
        if status >= _REFUSED:
            self._object(content, status)
        return content

    async def _send(
        self, method: str, path: str, *, body: bytes | None, params: Mapping[str, str] | None, headers: Mapping[str, str], wait: float
    ) -> tuple[bytes, int]:
        sent = {"Accept": "application/json", "Accept-Language": say("zh-CN", "en"), **headers}
        if body is not None:
            sent["Content-Type"] = "application/json"
        timeout = aiohttp.ClientTimeout(total=PATIENCE + wait)
        try:
            async with self._session.request(method, path, data=body, params=params, headers=sent, timeout=timeout) as response:
                return await response.read(), response.status
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Unreachable(self._place, str(error) or type(error).__name__) from error

    def _object(self, content: bytes, status: int) -> JsonObject:
        try:
            answer = orjson.loads(content) if content else {}
        except orjson.JSONDecodeError as error:
            raise Unreachable(self._place, f"answers {status} with what is not JSON: is it a gateway?") from error
        if status >= _REFUSED:
            raise Answered(status, answer)
        return dict(answer)


@asynccontextmanager
async def over_socket(path: Path) -> AsyncIterator[Client]:
    """Reach the gateway on a unix socket, where the caller may do everything.

    The gateway hears from the kernel which user calls. A command under sudo tells it for whom it runs.
    """
    sudo_for = os.environ.get(SUDO_USER)
    headers = {SUDO_FOR: sudo_for} if sudo_for is not None and sudo_for.isprintable() and sudo_for.isascii() else {}
    async with aiohttp.ClientSession("http://gateway", connector=aiohttp.UnixConnector(str(path)), headers=headers) as session:
        yield Client(session, str(path))


@asynccontextmanager
async def over_tcp(address: str, key: str | None) -> AsyncIterator[Client]:
    """Reach the gateway at ``address`` (``http://127.0.0.1:8080``) with an API key."""
    headers = {"Authorization": f"Bearer {key}"} if key is not None else {}
    async with aiohttp.ClientSession(address, headers=headers) as session:
        yield Client(session, address)
