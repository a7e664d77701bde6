"""One question to the gateway of this installation, for commands that have no more than one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import orjson

from gateway.model import JsonObject


def ask(
    method: str,
    path: str,
    *,
    body: object = None,
    params: Mapping[str, str] | None = None,
    wait: float = 0,
) -> JsonObject:
    """Give the JSON object that is answered. ``body`` is sent as JSON, ``wait`` are seconds that it may take beyond the usual.

    Raises Answered for a status of 400 and more, and what ``with_gateway`` raises.
    """
    from gateway.cli.terminal.place import with_gateway

    async def answer() -> JsonObject:
        async with with_gateway() as client:
            return await client.call(method, path, body=None if body is None else orjson.dumps(body), params=params, wait=wait)

    return asyncio.run(answer())
