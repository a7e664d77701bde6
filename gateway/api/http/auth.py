"""The caller of a request, by a bearer key or the unix socket, and the permission to call."""

from __future__ import annotations

import asyncio
import socket
import struct
from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.api.http.credentials import FAILURES
from gateway.api.http.route import NOBODY, Route
from gateway.api.http.state import CALLER
from gateway.cases.caller import LOCAL_CALLER, Caller
from gateway.model.os_user import SUDO_FOR, actor
from gateway.texts.refusals import Refused

if TYPE_CHECKING:
    from aiohttp import web

    from gateway.api.http.parts import ApiParts

_PREFIX = "Bearer "
_LONGEST = 200  # longer than any key: a longer text is not hashed
_PEER = struct.Struct("3i")  # struct ucred of Linux: process, user, group


async def caller_of(request: web.Request, route: Route, parts: ApiParts) -> Caller:
    """The caller of a route. Raises Refused: 401 without a known key, 429 after too many of those."""
    if not route.roles:
        return NOBODY
    caller = request[CALLER] = await _caller(request, parts)
    return caller


async def _caller(request: web.Request, parts: ApiParts) -> Caller:
    connection = request.transport.get_extra_info("socket") if request.transport else None
    if connection is not None and connection.family == socket.AF_UNIX:
        _, uid, _ = _PEER.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
        # In a thread: names of users may come from a directory service.
        user = await asyncio.to_thread(actor, uid, request.headers.get(SUDO_FOR))
        return replace(LOCAL_CALLER, user=user)
    failures = request.app[FAILURES]
    given = request.headers.getall("Authorization", [])
    # A proxy before us may have checked the other of two, so neither counts.
    if len(given) != 1 or len(given[0]) > _LONGEST or given[0][: len(_PREFIX)].lower() != _PREFIX.lower():
        raise failures.failed(request)
    return await failures.caller(request, parts.keys, given[0][len(_PREFIX) :].strip())


def permit(caller: Caller, route: Route) -> None:
    """Hold the caller's role against the route's. Raises Refused (403) when the role may not call it."""
    if route.roles and caller.kind not in route.roles:
        zh, en = "这把密钥的角色不能做这件事。", "The role of this key may not do this."
        raise Refused("forbidden", 403, detail_zh=zh, detail_en=en)
