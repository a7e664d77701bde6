"""Credentials that fail: counted by key and by address, answered more slowly after too many, logged once.

Nobody can lock others out: a good key opens wherever it comes from, and at most waits its turn to be looked up.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from gateway.api.http.address import address_of
from gateway.api.http.admission import REMEMBERED
from gateway.api.http.state import KEY_ID, RATE
from gateway.texts.refusals import Refused

if TYPE_CHECKING:
    from gateway.api.http.parts import ApiLimits
    from gateway.cases.caller import Caller
    from gateway.operations.keys.keys import Keys
    from gateway.telemetry.metrics import Metrics

log = structlog.get_logger()

#: The challenge of RFC 6750.
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="gateway"'}

#: Seconds between two look-ups for addresses that have failed too often, and how many may wait for theirs.
_BETWEEN = 0.1
_WAITING = 200


class Unauthorized(Refused):
    """No key, or none that is known."""

    def __init__(self) -> None:
        zh, en = "需要有效的密钥：Authorization: Bearer <密钥>。", "A valid key is needed: Authorization: Bearer <key>."
        super().__init__("unauthorized", 401, detail_zh=zh, detail_en=en)


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
        address = self._address(request)
        over = self._count(address, address=address, key=key_id, department=department)
        if key_id is not None:
            over = self._count(key_id, address=address, key=key_id, department=department) or over
        if not over:
            return Unauthorized()
        seconds = self._limits.failure_seconds
        request[RATE] = (f'"failures";q={self._limits.failures};w={seconds}', f'"failures";r=0;t={seconds}')
        zh = "无效的凭据过多，已放慢处理。请核对密钥后再试。"
        en = "Too many credentials have failed: put the right key in place before the next try."
        return Refused("overloaded", 429, detail_zh=zh, detail_en=en, retry_after=seconds)

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

    def _count(self, name: str, *, address: str, key: str | None, department: str | None) -> bool:
        """Count one more of that name, and log the last that is not too many. True when this one is."""
        count = self._limits.failures - self._left(name) + 1
        self._counted[name] = count, self._clock() + self._limits.failure_seconds
        self._counted.move_to_end(name)
        if len(self._counted) > REMEMBERED:
            self._counted.popitem(last=False)
        if count == self._limits.failures:
            log.warning("credentials_failing", failures=count, address=address, key=key, department=department)
        return count > self._limits.failures


FAILURES = web.AppKey("failures", Failures)
