"""Who calls, and whether they may: a bearer key, or the unix socket."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING

from gateway.api.route import NOBODY, Route
from gateway.routing.caller import LOCAL_CALLER, Caller
from gateway.routing.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiohttp import web

    from gateway.api.parts import ApiParts

#: The challenge of RFC 6750.
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="gateway"'}

_PREFIX = "Bearer "
_LONGEST = 200  # no key is longer; what is, is not hashed


class Unauthorized(Refused):
    """No key, or none that is known."""

    def __init__(self) -> None:
        zh, en = "需要有效的密钥:Authorization: Bearer <密钥>。", "A valid key is needed: Authorization: Bearer <key>."
        super().__init__("unauthorized", 401, detail_zh=zh, detail_en=en)


async def permitted(request: web.Request, route: Route, parts: ApiParts) -> Caller:
    """The caller, when the route is theirs to call. Raises Refused: 401 without a known key, 403 with one of another role."""
    if not route.roles:
        return NOBODY
    connection = request.transport.get_extra_info("socket") if request.transport else None
    if connection is not None and connection.family == socket.AF_UNIX:
        return LOCAL_CALLER
    given = request.headers.getall("Authorization", [])
    if not given and route.loopback_open and _loopback(request.remote):
        return NOBODY
    caller = await parts.keys.authenticate(_key(given))
    if caller is None:
        raise Unauthorized
    if caller.kind not in route.roles:
        zh, en = "这把密钥的角色不能做这件事。", "The role of this key may not do this."
        raise Refused("forbidden", 403, detail_zh=zh, detail_en=en)
    return caller


def _key(given: Sequence[str]) -> str:
    """The one key that is given. Of two, a proxy before us may have checked the other: neither counts."""
    if len(given) != 1 or len(given[0]) > _LONGEST or given[0][: len(_PREFIX)].lower() != _PREFIX.lower():
        raise Unauthorized
    return given[0][len(_PREFIX) :].strip()


def _loopback(remote: str | None) -> bool:
    try:
        return remote is not None and ipaddress.ip_address(remote).is_loopback
    except ValueError:
        return False
