"""The caller of a request, by a bearer key or the unix socket, and the permission to call.

Credentials that fail are counted by key and by address, answered more slowly after too many, logged once. Nobody can lock others out:
a good key opens wherever it comes from, and at most waits its turn to be looked up.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from gateway.api.http import texts
from gateway.api.http.address import address_of
from gateway.api.http.admission import REMEMBERED
from gateway.api.http.route import NOBODY, Route
from gateway.api.http.state import CALLER, KEY_ID, RATE
from gateway.cases.caller import LOCAL_CALLER, Caller
from gateway.cases.rights import may
from gateway.model.os_user import SUDO_FOR, actor
from gateway.texts.refusals import Refused

if TYPE_CHECKING:
    from gateway.api.http.parts import ApiLimits, ApiParts
    from gateway.operations.keys.keys import Keys
    from gateway.telemetry.measures import Metrics

log = structlog.get_logger()

#: The challenge of RFC 6750.
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="gateway"'}

_PREFIX = "Bearer "
_LONGEST = 200  # longer than any key: a longer text is not hashed
_PEER = struct.Struct("3i")  # struct ucred of Linux: process, user, group

#: Seconds between two look-ups for addresses that have failed too often, and how many may wait for theirs.
_BETWEEN = 0.1
_WAITING = 200


class Unauthorized(Refused):
    """No key, or none that is known."""

    def __init__(self) -> None:
        super().__init__("unauthorized", 401, texts.KEY_NEEDED)


class Failures:
    """The credentials that failed lately, by name: a burst ends when none has failed for some seconds."""

    def __init__(self, limits: ApiLimits, metrics: Metrics, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._metrics = metrics
        self._clock = clock
        self._counted: OrderedDict[str, tuple[int, float]] = OrderedDict()  # name → how often, when the burst is over
        self._waiting = 0
        self._turn = asyncio.Lock()

    async def caller(self, request: web.Request, keys: Keys, key: str) -> Caller:
        """The caller whose key it is. Raises Refused: 401, or 429 where too many have failed."""
        if not self._counted or keys.remembers(key) or self._left(self._address(request)):
            caller, key_id = await keys.recognise(key)
        elif self._waiting >= _WAITING:
            raise self.failed(request)
        else:
            caller, key_id = await self._in_turn(keys, key)
        if key_id is not None:
            request[KEY_ID] = key_id
        if caller is None:
            raise self.failed(request, key_id)
        return caller

    def failed(self, request: web.Request, key_id: str | None = None, department: str | None = None) -> Refused:
        """Count a failure and give the refusal: 401, or 429 when too many came from that address or with that key."""
        self._metrics.credentials_failed.inc()
        address, most, seconds = self._address(request), self._limits.failures, self._limits.failure_seconds
        counts = [self._count(name) for name in (address, key_id) if name is not None]
        # The address and the key may reach the limit at once or one after the other, and are told of in one line: it is counted, too.
        if most in counts and self._count(f"{address} {key_id}") == 1:
            log.warning("credentials_failing", failures=most, address=address, key=key_id, department=department)
        if max(counts) <= most:
            return Unauthorized()
        request[RATE] = (f'"failures";q={most};w={seconds}', f'"failures";r=0;t={seconds}')
        return Refused("overloaded", 429, texts.MANY_FAILED, retry_after=seconds)

    def _address(self, request: web.Request) -> str:
        return address_of(request, self._limits.trusted_proxies, self._limits.forwarded_header)

    async def _in_turn(self, keys: Keys, key: str) -> tuple[Caller | None, str | None]:
        self._waiting += 1
        try:
            async with self._turn:
                if not keys.remembers(key):  # else it was found good for another request meanwhile
                    await asyncio.sleep(_BETWEEN)
                return await keys.recognise(key)
        finally:
            self._waiting -= 1

    def _left(self, name: str) -> int:
        count, until = self._counted.get(name, (0, 0.0))
        return max(0, self._limits.failures - count) if until > self._clock() else self._limits.failures

    def _count(self, name: str) -> int:
        """Count one more of that name. Gives how many there were in this burst."""
        count = self._limits.failures - self._left(name) + 1
        self._counted[name] = count, self._clock() + self._limits.failure_seconds
        self._counted.move_to_end(name)
        if len(self._counted) > REMEMBERED:
            self._counted.popitem(last=False)
        return count


FAILURES = web.AppKey("failures", Failures)


async def caller_of(request: web.Request, route: Route, parts: ApiParts) -> Caller:
    """The caller of a route. Raises Refused: 401 without a known key, 429 after too many of those."""
    if route.act is None or route.signed:
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
    """Raise Refused (403) when the caller's role has no right to what the route does. Pages for people ask that at their own door."""
    if route.act is not None and not route.signed and may(caller, route.act) is None:
        raise Refused("forbidden", 403, texts.NOT_PERMITTED)
