"""The client that everybody writes first, with the faults that the suite must find."""

from __future__ import annotations

import asyncio
import http.client
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson

from gateway.model.errors import InDoubt
from gateway.sdk.department import Call, Connection
from gateway.sdk.http.wire import call_headers


class NaiveClient:
    """A client that reads any reply to its end, follows redirects, and has no deadline but aiohttp's five minutes."""

    def __init__(self, connection: Connection) -> None:
        self._endpoint = connection.endpoint
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Make the session."""
        self._session = aiohttp.ClientSession()

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()

    async def post(self, call: Call, path: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Post and give the status with the whole body."""
        if self._session is None:
            raise RuntimeError("open() comes first")
        sent = {**call_headers(call), **headers, "Content-Type": "application/json"}
        try:
            async with self._session.post(self._endpoint + path, data=orjson.dumps(body), headers=sent) as reply:
                return reply.status, await reply.read()
        except (aiohttp.ClientError, OSError):
            error = InDoubt("lost", "no reply")
        raise error

    def post_and_wait(self, call: Call, path: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Post with a blocking client, such as ``requests``."""
        address = urlsplit(self._endpoint)
        connection = http.client.HTTPConnection(address.hostname or "", address.port)
        try:
            sent = {**call_headers(call), **headers, "Content-Type": "application/json"}
            connection.request("POST", path, orjson.dumps(body), sent)
            reply = connection.getresponse()
            return reply.status, reply.read()
        except (OSError, http.client.HTTPException):
            error = InDoubt("lost", "no reply")
        finally:
            connection.close()
        raise error


async def forever() -> None:
    """Run without an end."""
    await asyncio.Event().wait()
